//! Searches against a naive model of them, and their plans.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::*;
use crate::history::search::{
    Found, Hit, KEEP, Pattern, Progress, Property, PropertyQuery, Query, Search, Standing, Wanted,
};
use crate::message::Properties;
use crate::topic::TopicFilter;

fn wanted(text: &str, regex: bool, any_case: bool) -> Wanted {
    Wanted {
        text: text.into(),
        regex,
        any_case,
    }
}

fn pattern(wanted: &Wanted) -> Pattern {
    Pattern::new(wanted).unwrap()
}

fn text(text: &str) -> Option<Pattern> {
    Some(pattern(&wanted(text, false, false)))
}

fn filter(text: &str) -> Option<TopicFilter> {
    Some(TopicFilter::new(text).unwrap())
}

async fn rested(search: &Search) -> Progress {
    let mut changed = search.changed();
    loop {
        changed.mark_unchanged();
        let progress = search.progress();
        if progress.standing != Standing::Running {
            return progress;
        }
        changed.changed().await.unwrap();
    }
}

async fn all(history: &History, query: Query) -> (Vec<Hit>, Progress) {
    let search = history.search(query);
    let progress = rested(&search).await;
    (search.hits(0, usize::MAX), progress)
}

fn random_row(random: &mut StdRng, id: i64) -> Row {
    let topics = [
        "plant/a/temp",
        "plant/b/temp",
        "plant",
        "plant/a",
        "$SYS/load",
        "시험/온도",
    ];
    let topic = match random.random_range(0..8) {
        at @ 0..6 => topics[at].to_owned(),
        _ => format!("many/{}", random.random_range(0..200)),
    };
    let payload: Vec<u8> = match random.random_range(0..6) {
        0 => random.random_range(-20..40).to_string().into_bytes(),
        1 => format!("{{\"temp\": {}, \"unit\": \"C\"}}", random.random_range(0..99)).into_bytes(),
        2 => "Needle in Stroh".into(),
        3 => b"\xff\x00needle\x00".to_vec(),
        4 => "\u{212a}elvin und \u{17f}tra\u{df}e".into(),
        _ => (0..random.random_range(0..40)).map(|_| random.random()).collect(),
    };
    let properties = random.random_ratio(1, 3).then(|| {
        Box::new(Properties {
            content_type: random.random::<bool>().then(|| "application/JSON".to_owned()),
            response_topic: random.random_ratio(1, 4).then(|| "reply/json".to_owned()),
            correlation_data: random
                .random_ratio(1, 4)
                .then(|| Bytes::from_static(b"\x9f\x3c\x11")),
            user: if random.random() {
                vec![("site".into(), "Changwon".into()), ("site".into(), "json".into())]
            } else {
                Vec::new()
            },
            ..Properties::default()
        })
    });
    Row {
        id: MessageId(id),
        message: Message {
            topic,
            payload: payload.into(),
            qos: QoS::from_level(random.random_range(0..3)).unwrap(),
            retain: random.random(),
            dup: random.random(),
            properties,
        },
        marks: random.random_range(0..4),
    }
}

/// What a text means, told without the code under test.
fn holds(wanted: &Wanted, bytes: &[u8]) -> bool {
    if wanted.regex {
        let expression = regex::bytes::RegexBuilder::new(&wanted.text)
            .case_insensitive(wanted.any_case)
            .build();
        return expression.unwrap().is_match(bytes);
    }
    let fold = |bytes: &[u8]| -> Vec<u8> {
        if wanted.any_case {
            let text = String::from_utf8_lossy(bytes).to_lowercase();
            text.replace('\u{17f}', "s").into_bytes()
        } else {
            bytes.to_vec()
        }
    };
    let (within, part) = (fold(bytes), fold(wanted.text.as_bytes()));
    part.is_empty() || within.windows(part.len()).any(|window| window == part)
}

fn property_holds(property: Option<Property>, wanted: &Wanted, message: &Message) -> bool {
    let Some(properties) = &message.properties else {
        return false;
    };
    let mut texts: Vec<(Property, Vec<u8>)> = Vec::new();
    let text = |text: &Option<String>| text.clone().map(String::into_bytes);
    texts.extend(text(&properties.content_type).map(|text| (Property::ContentType, text)));
    texts.extend(text(&properties.response_topic).map(|text| (Property::ResponseTopic, text)));
    if let Some(data) = &properties.correlation_data {
        texts.push((Property::CorrelationData, data.to_vec()));
        texts.push((Property::CorrelationData, b"9f3c11".to_vec()));
    }
    for (name, value) in &properties.user {
        texts.push((Property::User, format!("{name}={value}").into_bytes()));
    }
    texts
        .iter()
        .any(|(which, text)| property.is_none_or(|only| only == *which) && holds(wanted, text))
}

#[tokio::test]
async fn whatever_is_asked_a_naive_search_finds_the_same() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let mut random = StdRng::seed_from_u64(9);
    let rows: Vec<Row> = (0..4_000)
        .map(|at| random_row(&mut random, NOW.0 + at * 1_000))
        .collect();
    commit(&history, rows.clone()).await;

    let filters = [
        "#",
        "plant/#",
        "plant/+/temp",
        "+/a",
        "many/+",
        "many/7",
        "none/#",
        "$SYS/#",
        "시험/+",
        "$share/g/plant/a",
    ];
    let texts = [
        wanted("needle", false, true),
        wanted("needle", false, false),
        wanted("Kelvin", false, true),
        wanted("stra", false, true),
        wanted("%", false, true),
        wanted("\0", false, true),
        wanted("온도", false, true),
        wanted("", false, false),
        wanted(r#""temp": [5-9]\d"#, true, false),
        wanted("^(-1[0-9]|3)", true, false),
        wanted("NEEDLE|stroh$", true, true),
        wanted(r"(?-u)\xff\x00", true, false),
    ];
    let in_properties = [
        wanted("json", false, true),
        wanted("site=chang", false, true),
        wanted("9f3c", false, true),
        wanted("", false, true),
    ];
    let mut found = 0;
    for round in 0..150 {
        let topic = random
            .random::<bool>()
            .then(|| *filters.choose(&mut random).unwrap());
        let time = |random: &mut StdRng| {
            let at = random.random_range(-500_000..4_500_000_i64);
            random.random::<bool>().then_some(Timestamp(NOW.0 + at))
        };
        let (from, to) = (time(&mut random), time(&mut random));
        let payload = random
            .random::<bool>()
            .then(|| texts.choose(&mut random).unwrap().clone());
        let property = random.random_ratio(1, 4).then(|| {
            let which = [
                None,
                Some(Property::ContentType),
                Some(Property::ResponseTopic),
                Some(Property::CorrelationData),
                Some(Property::User),
            ];
            (
                *which.choose(&mut random).unwrap(),
                in_properties.choose(&mut random).unwrap().clone(),
            )
        });
        let qos: Vec<QoS> = (0..3)
            .filter(|_| random.random_ratio(1, 3))
            .map(|level| QoS::from_level(level).unwrap())
            .collect();
        let retain = random.random_ratio(1, 4).then(|| random.random());
        let marks = if random.random_ratio(1, 4) {
            random.random_range(0..4)
        } else {
            0
        };
        let matching = topic.map(|topic| TopicFilter::new(topic).unwrap());
        let expected: Vec<MessageId> = rows
            .iter()
            .rev()
            .filter(|row| {
                let message = &row.message;
                matching
                    .as_ref()
                    .is_none_or(|filter| filter.matches(&message.topic))
                    && from.is_none_or(|from| row.id.received() >= from)
                    && to.is_none_or(|to| row.id.received() <= to)
                    && payload.as_ref().is_none_or(|text| holds(text, &message.payload))
                    && property
                        .as_ref()
                        .is_none_or(|(which, text)| property_holds(*which, text, message))
                    && (qos.is_empty() || qos.contains(&message.qos))
                    && retain.is_none_or(|retain| retain == message.retain)
                    && row.marks & marks == marks
            })
            .map(|row| row.id)
            .collect();
        let query = Query {
            topic: topic.and_then(filter),
            from,
            to,
            payload: payload.as_ref().map(pattern),
            property: property.as_ref().map(|(property, text)| PropertyQuery {
                property: *property,
                pattern: pattern(text),
            }),
            qos,
            retain,
            marks,
        };
        let (hits, progress) = all(&history, query.clone()).await;
        assert_eq!(progress.standing, Standing::Done, "{round}");
        let ids: Vec<MessageId> = hits.iter().map(|hit| hit.id).collect();
        assert_eq!(ids, expected, "{round}: {query:?}");
        found += hits.len();
        for hit in &hits {
            let row = &rows[usize::try_from((hit.id.0 - NOW.0) / 1_000).unwrap()];
            let message = &row.message;
            assert_eq!(
                (&*hit.topic, hit.qos, hit.retain, hit.marks),
                (&*message.topic, message.qos, message.retain, row.marks)
            );
            assert_eq!(hit.size, message.payload.len() as u64);
        }
    }
    assert!(found > 1_000, "the questions find next to nothing: {found}");
}

#[tokio::test]
async fn hits_come_newest_first_and_no_more_than_are_kept() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages = (0..25_000).map(|i| message("t", format!("{i} x"), QoS::AtMostOnce));
    let ids = store(&history, messages.collect()).await;
    let query = Query {
        payload: text("x"),
        ..Query::default()
    };
    let search = history.search(query);
    for kept in [KEEP, 2 * KEEP] {
        let progress = rested(&search).await;
        assert_eq!(
            (progress.standing, progress.kept, progress.can_go_on),
            (Standing::Full, kept, true)
        );
        assert_eq!(progress.looked, kept as u64);
        assert_eq!(progress.reached, Some(ids[25_000 - kept]));
        search.go_on();
        let mut changed = search.changed();
        changed.wait_for(|_| search.progress().kept > kept).await.unwrap();
    }
    let progress = rested(&search).await;
    assert_eq!(
        (progress.standing, progress.kept, progress.looked),
        (Standing::Done, 25_000, 25_000)
    );
    let page = search.hits(24_998, 60);
    assert_eq!(
        page.iter().map(|hit| hit.id).collect::<Vec<_>>(),
        [ids[1], ids[0]]
    );
    let Found::Match(snippet) = &page[1].found else {
        panic!("{page:?}")
    };
    assert_eq!((snippet.text.as_str(), snippet.found.clone()), ("0 x", 2..3));
}

#[tokio::test]
async fn a_stopped_search_rests_and_goes_on_where_it_was() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages = (0..6_000).map(|i| message("t", i.to_string(), QoS::AtMostOnce));
    store(&history, messages.collect()).await;
    let search = history.search(Query::default());
    search.stop();
    let stopped = rested(&search).await;
    assert!(
        stopped.standing == Standing::Stopped && stopped.can_go_on,
        "{stopped:?}"
    );
    search.go_on();
    let mut changed = search.changed();
    changed
        .wait_for(|_| search.progress().standing == Standing::Done)
        .await
        .unwrap();
    assert_eq!(search.progress().kept, 6_000);
    assert_eq!(search.progress().looked, 6_000);
}

#[tokio::test]
async fn a_search_ends_with_its_history() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, vec![message("t", "1", QoS::AtMostOnce)]).await;
    history.close().await.unwrap();
    let progress = rested(&history.search(Query::default())).await;
    assert_eq!(progress.standing, Standing::Failed(HistoryError::Closed));
}

#[tokio::test]
async fn large_payloads_are_looked_at_in_small_steps() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let mut messages: Vec<Message> = (0..12)
        .map(|_| message("big", vec![b'a'; 3 << 20], QoS::AtMostOnce))
        .collect();
    messages.insert(
        4,
        message(
            "big",
            [vec![0; 20 << 20], b"end".to_vec()].concat(),
            QoS::AtMostOnce,
        ),
    );
    let ids = store(&history, messages).await;
    let search = history.search(Query {
        payload: Some(pattern(&wanted("END", false, true))),
        ..Query::default()
    });
    let mut changed = search.changed();
    let progress = rested(&search).await;
    let steps = *changed.borrow_and_update();
    assert!(steps >= 7, "{steps} steps");
    assert_eq!((progress.looked, progress.kept), (13, 1));
    assert_eq!(search.hits(0, 9)[0].id, ids[4]);
}

#[tokio::test]
async fn a_property_that_matched_is_told() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let properties = Properties {
        user: vec![("a".into(), "1".into()), ("site".into(), "창원".into())],
        ..Properties::default()
    };
    let with = Message {
        properties: Some(Box::new(properties)),
        ..message("t", "x", QoS::AtMostOnce)
    };
    store(&history, vec![message("t", "site", QoS::AtMostOnce), with]).await;
    let (hits, _) = all(
        &history,
        Query {
            property: Some(PropertyQuery {
                property: None,
                pattern: pattern(&wanted("SITE", false, true)),
            }),
            ..Query::default()
        },
    )
    .await;
    let [hit] = &hits[..] else { panic!("{hits:?}") };
    let (property, snippet) = hit.property.as_ref().unwrap();
    assert_eq!((*property, snippet.text.as_str()), (Property::User, "site=창원"));
    assert_eq!(hit.found, Found::Head(Bytes::from_static(b"x")));
}
