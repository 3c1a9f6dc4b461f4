//! Recordings and jobs, between the engine and the window.

use treetop_engine::message::MessageId;
use treetop_engine::orders::Order;
use treetop_engine::recording as engine;

use crate::types::error::ApiError;
use crate::types::recording::{
    JobOrder, LineProblem, NotSent, NotSentCount, RecordingFormat, ReplayOptions, ReplayState, ReplaySurvey,
};
use crate::wire;

pub(crate) fn format(format: RecordingFormat) -> engine::Format {
    match format {
        RecordingFormat::JsonLines => engine::Format::JsonLines,
        RecordingFormat::Csv => engine::Format::Csv,
    }
}

pub(crate) fn order(order: JobOrder) -> Order {
    match order {
        JobOrder::Run => Order::Run,
        JobOrder::Pause => Order::Pause,
        JobOrder::Stop => Order::Stop,
    }
}

pub(crate) fn options(options: &ReplayOptions) -> engine::Replay {
    engine::Replay {
        speed: options.speed.map_or(engine::Speed::Fastest, engine::Speed::Times),
        prefix: options.prefix.clone(),
        qos: options.qos,
        retain: options.retain,
    }
}

pub(crate) fn survey(survey: &engine::Survey) -> ReplaySurvey {
    let id = |id: Option<MessageId>| id.map(wire::message::id);
    ReplaySurvey {
        messages: survey.messages as f64,
        topics: survey.topics as f64,
        retained: survey.retained as f64,
        of_broker: survey.of_broker as f64,
        bytes: survey.bytes as f64,
        first: id(survey.first),
        last: id(survey.last),
        share: survey.share,
    }
}

pub(crate) fn replay(replayed: &engine::Replayed) -> ReplayState {
    let not_sent = replayed.not_sent.iter().map(|(why, count)| NotSentCount {
        why: match why {
            engine::NotSent::OfBroker => NotSent::OfBroker,
            engine::NotSent::Topic => NotSent::Topic,
            engine::NotSent::TooLarge => NotSent::TooLarge,
            engine::NotSent::Qos => NotSent::Qos,
            engine::NotSent::Retain => NotSent::Retain,
            engine::NotSent::Property => NotSent::Property,
        },
        count: *count as f64,
    });
    let refused = replayed.refused.iter();
    ReplayState {
        sent: replayed.sent as f64,
        taken: replayed.taken as f64,
        refused: refused.map(|(code, count)| (*code, *count as f64)).collect(),
        unknown: replayed.unknown as f64,
        not_sent: not_sent.collect(),
        behind_millis: replayed.behind.as_secs_f64() * 1000.0,
        next_millis: replayed.next.map(|next| next.as_secs_f64() * 1000.0),
        waits: replayed.waits,
        share: replayed.share,
    }
}

pub(crate) fn line(error: engine::UnreadableLine) -> ApiError {
    use engine::Wrong;
    let problem = match error.wrong {
        Wrong::File { detail } => LineProblem::File { detail },
        Wrong::TooLong => LineProblem::TooLong,
        Wrong::NotText => LineProblem::NotText,
        Wrong::NotJson { column } => LineProblem::NotJson {
            column: column as f64,
        },
        Wrong::Shape { said } => LineProblem::Shape { detail: said },
        Wrong::Value { field } => LineProblem::Value {
            field: field.to_owned(),
        },
        Wrong::NoColumn { column } => LineProblem::NoColumn {
            column: column.to_owned(),
        },
        Wrong::OpenQuote => LineProblem::OpenQuote,
        Wrong::Empty => LineProblem::Empty,
    };
    ApiError::RecordingLine {
        line: error.line as f64,
        problem,
    }
}

pub(crate) fn source(error: engine::SourceError) -> ApiError {
    match error {
        engine::SourceError::History(error) => wire::error::history(error),
        engine::SourceError::Line(error) => line(error),
    }
}

/// `None` where it was stopped.
pub(crate) fn export(error: engine::ExportError) -> Option<ApiError> {
    match error {
        engine::ExportError::Stopped => None,
        engine::ExportError::History(error) => Some(wire::error::history(error)),
        engine::ExportError::File { path, detail } => Some(ApiError::File { path, detail }),
    }
}

/// A stopped import is no error to whoever stopped it; see the jobs.
pub(crate) fn import(error: engine::ImportError) -> ApiError {
    match error {
        engine::ImportError::Stopped => ApiError::Stopped,
        engine::ImportError::Line(error) => line(error),
        engine::ImportError::Empty => ApiError::RecordingLine {
            line: 1.0,
            problem: LineProblem::Empty,
        },
        engine::ImportError::Open(error) => wire::error::open(error),
        engine::ImportError::History(error) => wire::error::history(error),
        engine::ImportError::File { path, detail } => ApiError::File { path, detail },
    }
}
