//! What of the stream is listed: a topic filter and a text in topics and payloads.
//!
//! Letters of the English alphabet are found in either case, all others as they are written: payloads
//! are bytes, and bytes that are no text have no case.

use memchr::{memchr, memchr2};

use crate::topic::TopicFilter;

/// How much of a payload is looked at for a text.
pub(super) const TEXT_BYTES: u32 = 65_536;

/// A question to the stream; without a filter and a text it is about everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Topics; `None` for all.
    pub filter: Option<TopicFilter>,
    /// A text in the topic or in the first 64 KiB of the payload; empty for all.
    pub text: String,
}

/// What a question says to a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its messages are listed.
    Listed,
    /// The payload decides.
    ByPayload,
    /// Its messages are not listed.
    Passed,
}

impl Question {
    pub(super) fn is_everything(&self) -> bool {
        self.filter.is_none() && self.text.is_empty()
    }

    pub(super) fn judge(&self, topic: &str) -> Verdict {
        if self.filter.as_ref().is_some_and(|filter| !filter.matches(topic)) {
            Verdict::Passed
        } else if self.is_in(topic.as_bytes()) {
            Verdict::Listed
        } else {
            Verdict::ByPayload
        }
    }

    /// True if the text is in the bytes.
    pub(super) fn is_in(&self, mut bytes: &[u8]) -> bool {
        let text = self.text.as_bytes();
        let Some(first) = text.first() else { return true };
        let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        loop {
            let found = match low == high {
                true => memchr(low, bytes),
                false => memchr2(low, high, bytes),
            };
            let Some(at) = found else { return false };
            let Some(there) = bytes.get(at..at + text.len()) else {
                return false;
            };
            if there.eq_ignore_ascii_case(text) {
                return true;
            }
            bytes = &bytes[at + 1..];
        }
    }
}
