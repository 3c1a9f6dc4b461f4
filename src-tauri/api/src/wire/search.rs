//! Searches, as the window asks for them and gets them.

use treetop_engine::history::search as engine;
use treetop_engine::history::{HistoryError, marks};
use treetop_engine::message::{QoS, Timestamp};
use treetop_engine::payload::Known;
use treetop_engine::topic::TopicFilter;

use crate::types::error::ApiError;
use crate::types::search::{
    FoundProperty, SearchFound, SearchProblem, SearchQuery, SearchRow, SearchStanding, SearchText,
    SearchedProperty, Snippet,
};
use crate::wire;

pub(crate) fn problem(problem: SearchProblem) -> ApiError {
    ApiError::Search { problem }
}

/// Milliseconds of the window as a time.
fn time(millis: f64) -> Timestamp {
    Timestamp((millis * 1000.0).round() as i64)
}

pub(crate) fn query(query: SearchQuery) -> Result<engine::Query, ApiError> {
    let (from, to) = (query.from.map(time), query.to.map(time));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(problem(SearchProblem::Range));
    }
    let topic = match query.topic.as_str() {
        "" => None,
        filter => Some(TopicFilter::new(filter).map_err(wire::error::topic)?),
    };
    let payload = match query.payload.text.as_str() {
        "" => None,
        _ => Some(pattern(query.payload)?),
    };
    let property = match query.property {
        Some(search) => Some(engine::PropertyQuery {
            property: search.property.map(property_from),
            pattern: pattern(SearchText {
                text: search.text,
                regex: false,
                any_case: true,
            })?,
        }),
        None => None,
    };
    let mark = |wanted: bool, mark| if wanted { mark } else { 0 };
    Ok(engine::Query {
        topic,
        from,
        to,
        payload,
        property,
        qos: query.qos.into_iter().filter_map(QoS::from_level).collect(),
        retain: query.retain,
        marks: mark(query.late, marks::LATE) | mark(query.redelivered, marks::REDELIVERED),
    })
}

fn pattern(text: SearchText) -> Result<engine::Pattern, ApiError> {
    let wanted = engine::Wanted {
        text: text.text,
        regex: text.regex,
        any_case: text.any_case,
    };
    engine::Pattern::new(&wanted).map_err(|error| {
        problem(match error {
            engine::PatternError::Regex(error) => {
                SearchProblem::Regex(wire::error::regex(error, &wanted.text))
            }
            engine::PatternError::TooLarge => SearchProblem::TooLarge,
        })
    })
}

fn property_from(property: SearchedProperty) -> engine::Property {
    match property {
        SearchedProperty::ContentType => engine::Property::ContentType,
        SearchedProperty::ResponseTopic => engine::Property::ResponseTopic,
        SearchedProperty::CorrelationData => engine::Property::CorrelationData,
        SearchedProperty::User => engine::Property::User,
    }
}

fn property(property: engine::Property) -> SearchedProperty {
    match property {
        engine::Property::ContentType => SearchedProperty::ContentType,
        engine::Property::ResponseTopic => SearchedProperty::ResponseTopic,
        engine::Property::CorrelationData => SearchedProperty::CorrelationData,
        engine::Property::User => SearchedProperty::User,
    }
}

pub(crate) fn standing(standing: engine::Standing) -> SearchStanding {
    match standing {
        engine::Standing::Running => SearchStanding::Running,
        engine::Standing::Full => SearchStanding::Full,
        engine::Standing::Stopped => SearchStanding::Stopped,
        engine::Standing::Done => SearchStanding::Done,
        engine::Standing::Failed(error) => SearchStanding::Failed {
            detail: HistoryError::to_string(&error),
        },
    }
}

fn snippet(snippet: engine::Snippet) -> Snippet {
    let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Snippet {
        before: part(snippet.text.get(..snippet.found.start)),
        found: part(snippet.text.get(snippet.found.clone())),
        after: part(snippet.text.get(snippet.found.end..)),
        cut_before: snippet.cut_before,
        cut_after: snippet.cut_after,
    }
}

pub(crate) fn row(hit: engine::Hit, known: Option<&Known>) -> SearchRow {
    let size = usize::try_from(hit.size).unwrap_or(usize::MAX);
    let found = match hit.found {
        engine::Found::Head(head) => SearchFound::Head {
            preview: wire::message::preview(&head, size, &hit.topic, None, known),
        },
        engine::Found::Match(found) => SearchFound::Match {
            snippet: snippet(found),
        },
    };
    SearchRow {
        id: wire::message::id(hit.id),
        received: hit.id.received().millis(),
        qos: hit.qos.level(),
        retain: hit.retain,
        redelivered: hit.marks & marks::REDELIVERED != 0,
        late: hit.marks & marks::LATE != 0,
        size: hit.size as f64,
        found,
        property: hit.property.map(|(which, found)| FoundProperty {
            property: property(which),
            snippet: snippet(found),
        }),
        topic: hit.topic.to_string(),
    }
}
