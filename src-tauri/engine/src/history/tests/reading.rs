use super::*;

#[tokio::test]
async fn pages_follow_each_other_without_gaps_or_doubles() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages = (0..2_500)
        .map(|i| {
            message(
                if i % 5 == 0 { "other" } else { "t" },
                i.to_string(),
                QoS::AtMostOnce,
            )
        })
        .collect();
    let ids = store(&history, messages).await;
    let expected: Vec<_> = ids
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 5 != 0)
        .map(|(_, id)| *id)
        .rev()
        .collect();

    let mut before = None;
    let mut found = Vec::new();
    loop {
        let page = history.page("t", before, 37).await.unwrap();
        let heads = history.page_heads("t", before, 37).await.unwrap();
        assert!(
            page.iter()
                .map(|stored| stored.id)
                .eq(heads.iter().map(|head| head.id))
        );
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        found.extend(page.into_iter().map(|stored| stored.id));
    }
    assert_eq!(found, expected);
    assert_eq!(history.count("t").await.unwrap(), 2_000);
    assert_eq!(
        history.page("t", None, u32::MAX).await.unwrap().len(),
        MAX_PAGE as usize
    );
    for limit in [0, 1, 200, 201, 999, u32::MAX] {
        for before in [None, Some(expected[700]), Some(expected[1_999])] {
            let page = history.page("t", before, limit).await.unwrap();
            let heads = history.page_heads("t", before, limit).await.unwrap();
            let ids: Vec<_> = page.into_iter().map(|stored| stored.id).collect();
            assert_eq!(heads.into_iter().map(|head| head.id).collect::<Vec<_>>(), ids);
            assert_eq!(
                ids.len(),
                before
                    .map_or(2_000, |before| expected.iter().filter(|id| **id < before).count())
                    .min(limit.min(MAX_PAGE) as usize)
            );
        }
    }
}

#[tokio::test]
async fn heads_cut_payloads_and_say_so() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let properties = Some(Box::default());
    store(
        &history,
        vec![
            message("t", vec![1; HEAD_BYTES], QoS::AtMostOnce),
            Message {
                properties,
                retain: true,
                ..message("t", vec![2; HEAD_BYTES + 1], QoS::ExactlyOnce)
            },
            message("t", "", QoS::AtMostOnce),
        ],
    )
    .await;
    let heads = history.page_heads("t", None, 10).await.unwrap();
    let seen: Vec<_> = heads
        .iter()
        .map(|head| (head.size, head.prefix.len(), head.whole, head.has_properties))
        .collect();
    assert_eq!(
        seen,
        [
            (0, 0, true, false),
            (4_097, 4_096, false, true),
            (4_096, 4_096, true, false)
        ]
    );
    assert_eq!(
        (heads[1].qos, heads[1].retain, heads[1].dup),
        (QoS::ExactlyOnce, true, false)
    );
}

#[tokio::test]
async fn every_topic_is_summed_up_once() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let mut messages: Vec<_> = (0..10_000)
        .map(|i| message(&format!("t/{i}"), "first", QoS::AtMostOnce))
        .collect();
    messages.push(Message {
        retain: true,
        ..message("t/77", vec![b'x'; 1_000], QoS::AtLeastOnce)
    });
    let ids = store(&history, messages).await;
    let mut topics = Vec::new();
    history.topics(|summary| topics.push(summary)).await.unwrap();
    assert_eq!(topics.len(), 10_000);
    assert_eq!(topics.iter().map(|summary| summary.count).sum::<u64>(), 10_001);
    topics.sort_by_key(|summary| summary.last_id);
    topics.dedup_by(|one, other| one.topic == other.topic);
    assert_eq!(topics.len(), 10_000);
    assert_eq!(
        topics[9_999],
        TopicSummary {
            topic: "t/77".into(),
            count: 2,
            bytes: 1_005,
            last_id: ids[10_000],
            qos: QoS::AtLeastOnce,
            retain: true,
            marks: 0,
            size: 1_000,
            prefix: Bytes::from(vec![b'x'; SUMMARY_BYTES]),
        }
    );
}

#[tokio::test]
async fn a_scan_sees_its_range_in_order() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let messages =
        (0..9_000).map(|i| message(if i % 2 == 0 { "t" } else { "u" }, i.to_string(), QoS::AtMostOnce));
    let ids = store(&history, messages.collect()).await;
    let mut seen = Vec::new();
    history
        .scan("u", Some(ids[3]), Some(ids[8_997]), |id, payload, _| {
            assert_eq!(payload, ids.binary_search(&id).unwrap().to_string().as_bytes());
            seen.push(id);
        })
        .await
        .unwrap();
    let expected: Vec<_> = (3..=8_997).step_by(2).map(|i: usize| ids[i]).collect();
    assert_eq!(seen, expected);
    history
        .scan("nowhere", None, None, |_, _, _| panic!("there is nothing"))
        .await
        .unwrap();
}

#[tokio::test]
async fn questions_use_the_index_and_sort_no_payloads() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT id FROM messages WHERE topic_id = 1 AND id < 5 ORDER BY id DESC LIMIT 3",
    )
    .fetch_all(&history.0.readers)
    .await
    .unwrap();
    let plan: Vec<_> = plan.into_iter().map(|step| step.3).collect();
    assert_eq!(
        plan,
        ["SEARCH messages USING COVERING INDEX messages_topic (topic_id=? AND rowid<?)"]
    );
}
