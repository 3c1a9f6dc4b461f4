//! Searches of the history: what a broker delivered is found by topic, text and property, and problems are told.

use treetop_api::types::error::{ApiError, RegexFault, RegexProblem};
use treetop_api::types::search::{
    PropertySearch, SearchFound, SearchFrame, SearchProblem, SearchQuery, SearchStanding, SearchText,
    SearchWindow, SearchedProperty,
};

use crate::house::{House, until};

pub fn query(topic: &str, text: &str, regex: bool) -> SearchQuery {
    SearchQuery {
        topic: topic.into(),
        from: None,
        to: None,
        payload: SearchText {
            text: text.into(),
            regex,
            any_case: true,
        },
        property: None,
        qos: Vec::new(),
        retain: None,
        late: false,
        redelivered: false,
    }
}

fn window(first: f64, count: u32) -> SearchWindow {
    SearchWindow {
        first,
        count,
        revision: 0.0,
    }
}

pub async fn done(house: &House, id: &str, query: SearchQuery) -> SearchFrame {
    let search = house.api.search_start(id.to_owned(), query).await.unwrap();
    ended(house, id, search).await
}

/// What a search has found once it looked at everything.
pub async fn ended(house: &House, id: &str, search: f64) -> SearchFrame {
    until(async || {
        let frame = house.api.search_frame(id.to_owned(), search, window(0.0, 60));
        let frame = frame.await.unwrap().unwrap();
        (frame.standing == SearchStanding::Done).then_some(frame)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_received_is_found() {
    let (house, _broker, clients, id) = House::connected().await;
    let user = ["-q", "1", "-D", "publish", "user-property", "site", "Changwon"];
    clients.publish("plant/a", b"Needle one", &user).await.unwrap();
    clients
        .publish("plant/b", b"needle <b>two</b>", &["-q", "1", "-r"])
        .await
        .unwrap();
    clients
        .publish("other", b"needle three", &["-q", "2"])
        .await
        .unwrap();
    for topic in ["plant/a", "plant/b", "other"] {
        house.until_stored(&id, topic, 1.0).await;
    }

    let all = done(&house, &id, query("", "needle", false)).await;
    let topics: Vec<&str> = all.rows.iter().map(|row| &*row.topic).collect();
    assert_eq!(topics, ["other", "plant/b", "plant/a"]);
    assert_eq!((all.kept, all.can_go_on), (3.0, false));
    let SearchFound::Match { snippet } = &all.rows[1].found else {
        panic!("{all:?}")
    };
    assert_eq!(
        (&*snippet.before, &*snippet.found, &*snippet.after),
        ("", "needle", " <b>two</b>")
    );
    assert_eq!(all.rows[2].size, 10.0);

    let branch = done(&house, &id, query("plant/+", "^needle.*O$", true)).await;
    assert_eq!(
        branch.rows.len(),
        0,
        "the last letter of two is followed by markup"
    );
    let branch = done(&house, &id, query("plant/+", "", false)).await;
    assert_eq!((branch.kept, branch.total), (2.0, Some(2.0)));

    let property = SearchQuery {
        property: Some(PropertySearch {
            property: Some(SearchedProperty::User),
            text: "site=chang".into(),
        }),
        ..query("", "", false)
    };
    let found = done(&house, &id, property).await;
    assert_eq!(found.rows.len(), 1);
    let matched = found.rows[0].property.as_ref().unwrap();
    assert_eq!(
        (&*matched.snippet.found, &*matched.snippet.after),
        ("site=Chang", "won")
    );

    let at = found.rows[0].received;
    let range = |from, to| SearchQuery {
        from,
        to,
        ..query("plant/#", "", false)
    };
    assert_eq!(done(&house, &id, range(None, Some(at))).await.kept, 1.0);
    assert_eq!(done(&house, &id, range(Some(at + 0.001), None)).await.kept, 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_rows_in_view_are_sent_and_an_old_search_is_over() {
    let (house, _broker, clients, id) = House::connected().await;
    for at in 0..5 {
        clients
            .publish("t", format!("x {at}").as_bytes(), &["-q", "1"])
            .await
            .unwrap();
    }
    house.until_stored(&id, "t", 5.0).await;
    let first = house
        .api
        .search_start(id.clone(), query("t", "x", false))
        .await
        .unwrap();
    let frame = until(async || {
        let frame = house.api.search_frame(id.clone(), first, window(3.0, 1));
        frame.await.unwrap().filter(|frame| frame.kept == 5.0)
    })
    .await;
    assert_eq!((frame.first, frame.rows.len()), (3.0, 1));
    house.api.search_stop(id.clone(), first).await.unwrap();
    let second = house
        .api
        .search_start(id.clone(), query("", "", false))
        .await
        .unwrap();
    assert_ne!(first, second);
    let gone = house.api.search_frame(id.clone(), first, window(0.0, 1)).await;
    let problem = SearchProblem::Gone;
    assert_eq!(gone.unwrap_err(), ApiError::Search { problem });
    house.api.connection_close(id.clone()).await.unwrap();
    let closed = house.api.search_frame(id.clone(), second, window(0.0, 1)).await;
    assert_eq!(closed.unwrap_err(), ApiError::NotOpen { id });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_for_is_told_with_its_place() {
    let (house, _broker, _clients, id) = House::connected().await;
    let refused = async |query| house.api.search_start(id.clone(), query).await.unwrap_err();
    let problem = SearchProblem::Regex(RegexProblem {
        fault: RegexFault::OpenGroup,
        at: 2,
    });
    assert_eq!(
        refused(query("", "한글(x", true)).await,
        ApiError::Search { problem }
    );
    assert!(matches!(
        refused(query("a/#/b", "", false)).await,
        ApiError::Topic { .. }
    ));
    let backwards = SearchQuery {
        from: Some(2.0),
        to: Some(1.0),
        ..query("", "", false)
    };
    let problem = SearchProblem::Range;
    assert_eq!(refused(backwards).await, ApiError::Search { problem });
}
