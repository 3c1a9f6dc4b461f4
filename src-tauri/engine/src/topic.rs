//! Topic names and topic filters, checked by the rules of MQTT 5 before anything is sent.
//!
//! The client library accepts what a broker answers with a disconnect; these types don't. They do
//! not normalise: what a person typed is what is sent.

use std::fmt;

/// The longest topic in bytes of UTF-8 (MQTT 5, 1.5.4).
pub const MAX_TOPIC_BYTES: usize = 65_535;

/// Why a text is not a topic name or filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// At least one character is needed (4.7.3).
    #[error("a topic has at least one character")]
    Empty,
    /// U+0000 is not allowed (4.7.3).
    #[error("a topic has no NUL character")]
    Nul,
    /// Longer than 65,535 bytes of UTF-8 (4.7.3).
    #[error("a topic has at most 65,535 bytes, this one has {bytes}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A topic name to publish to has no wildcard (4.7.1).
    #[error("a topic name has no wildcard `{character}`")]
    WildcardInName {
        /// `+` or `#`.
        character: char,
    },
    /// `#` stands alone in the last level (4.7.1.2).
    #[error("`#` stands alone and last")]
    MultiLevelNotLast,
    /// `+` fills its whole level (4.7.1.3).
    #[error("`+` fills a whole level")]
    SingleLevelNotAlone,
    /// `$share/group/filter` has a non-empty group without wildcards and a filter (4.8.2).
    #[error("a shared subscription is `$share/group/filter`")]
    BadShare,
}

fn check_text(text: &str) -> Result<(), TopicError> {
    if text.is_empty() {
        return Err(TopicError::Empty);
    }
    if text.len() > MAX_TOPIC_BYTES {
        return Err(TopicError::TooLong { bytes: text.len() });
    }
    if text.contains('\0') {
        return Err(TopicError::Nul);
    }
    Ok(())
}

/// A topic that can be published to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicName(String);

impl TopicName {
    /// Checks a text (MQTT 5, 4.7).
    pub fn new(text: impl Into<String>) -> Result<Self, TopicError> {
        let text = text.into();
        check_text(&text)?;
        match text.chars().find(|c| matches!(c, '+' | '#')) {
            Some(character) => Err(TopicError::WildcardInName { character }),
            None => Ok(Self(text)),
        }
    }

    /// The text as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A filter that can be subscribed to, shared (`$share/group/…`) or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicFilter(String);

impl TopicFilter {
    /// Checks a text (MQTT 5, 4.7.1 and 4.8.2).
    pub fn new(text: impl Into<String>) -> Result<Self, TopicError> {
        let text = text.into();
        check_text(&text)?;
        if let Some(shared) = text.strip_prefix("$share/") {
            let (group, filter) = shared.split_once('/').ok_or(TopicError::BadShare)?;
            if group.is_empty() || group.contains(['+', '#']) || filter.is_empty() {
                return Err(TopicError::BadShare);
            }
        }
        let mut levels = text.split('/').peekable();
        while let Some(level) = levels.next() {
            if level.contains('#') && (level != "#" || levels.peek().is_some()) {
                return Err(TopicError::MultiLevelNotLast);
            }
            if level.contains('+') && level != "+" {
                return Err(TopicError::SingleLevelNotAlone);
            }
        }
        Ok(Self(text))
    }

    /// The text as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The only topic it matches; `None` with a wildcard.
    pub fn exact(&self) -> Option<&str> {
        let shared = self.0.starts_with("$share/");
        (!shared && !self.0.contains(['+', '#'])).then_some(&self.0)
    }

    /// The filter without `$share/group/` in front of it (MQTT 5, 4.8.2).
    pub fn unshared(&self) -> &str {
        let shared = self.0.strip_prefix("$share/");
        match shared.and_then(|rest| rest.split_once('/')) {
            Some((_, filter)) => filter,
            None => &self.0,
        }
    }

    /// True if a topic name matches (MQTT 5, 4.7). Topics that begin with `$` are not matched by a
    /// filter that begins with a wildcard (4.7.2).
    pub fn matches(&self, topic: &str) -> bool {
        let filter = self.unshared();
        if topic.starts_with('$') && filter.starts_with(['+', '#']) {
            return false;
        }
        let mut names = topic.split('/');
        for level in filter.split('/') {
            if level == "#" {
                return true;
            }
            match names.next() {
                Some(name) if level == "+" || level == name => {}
                _ => return false,
            }
        }
        names.next().is_none()
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TopicFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_have_no_wildcards_and_stay_as_typed() {
        assert_eq!(TopicName::new("a//b ").unwrap().as_str(), "a//b ");
        assert_eq!(TopicName::new(""), Err(TopicError::Empty));
        assert_eq!(
            TopicName::new("a/#"),
            Err(TopicError::WildcardInName { character: '#' })
        );
        assert_eq!(TopicName::new("a\0b"), Err(TopicError::Nul));
        assert_eq!(
            TopicName::new("x".repeat(65_536)),
            Err(TopicError::TooLong { bytes: 65_536 })
        );
        assert!(TopicName::new("한".repeat(21_845)).is_ok());
    }

    #[test]
    fn filters_keep_the_wildcard_rules() {
        for good in ["#", "+", "a/+/b/#", "/", "$SYS/#", "$share/g/a/#", "+//+"] {
            assert!(TopicFilter::new(good).is_ok(), "{good}");
        }
        assert_eq!(TopicFilter::new("a/#/b"), Err(TopicError::MultiLevelNotLast));
        assert_eq!(TopicFilter::new("a#"), Err(TopicError::MultiLevelNotLast));
        assert_eq!(TopicFilter::new("a+/b"), Err(TopicError::SingleLevelNotAlone));
        for bad in ["$share/g", "$share//a", "$share/g+/a", "$share/g/"] {
            assert_eq!(TopicFilter::new(bad), Err(TopicError::BadShare), "{bad}");
        }
    }

    #[test]
    fn matching_follows_the_examples_of_the_specification() {
        let matches = |filter: &str, topic: &str| TopicFilter::new(filter).unwrap().matches(topic);
        assert!(matches("sport/tennis/player1/#", "sport/tennis/player1"));
        assert!(matches("sport/#", "sport"));
        assert!(matches("+/+", "/finance"));
        assert!(matches("/+", "/finance"));
        assert!(!matches("+", "/finance"));
        assert!(!matches("sport/+", "sport"));
        assert!(!matches("#", "$SYS/uptime"));
        assert!(!matches("+/monitor/Clients", "$SYS/monitor/Clients"));
        assert!(matches("$SYS/#", "$SYS/uptime"));
        assert!(matches("$share/g/a/+", "a/b"));
    }
}
