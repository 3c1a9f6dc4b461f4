//! Which format a person chose for which topics. The most specific filter wins: level by level, a level
//! spelled out before `+` before `#`. Of filters that are alike the first in the list wins.

use std::cmp::Ordering;

use super::model::{Format, Known};
use super::proto::Schemas;
use crate::topic::TopicFilter;

/// A choice for all topics that a filter matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which topics.
    pub filter: TopicFilter,
    /// How their payloads are read.
    pub format: Format,
    /// The name of the message type, for [`Format::Protobuf`].
    pub message: Option<String>,
}

/// All choices of a connection, with the schemas that they name.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The most specific first.
    rules: Vec<(Rule, Known)>,
}

/// Orders filters: `Greater` is the more specific one. The filter with more levels spelled out wins;
/// then the one with more `+`; then the one without `#` at its end.
pub fn specificity(a: &str, b: &str) -> Ordering {
    let rank = |filter: &str| {
        let count = |wanted: fn(&str) -> bool| filter.split('/').filter(|level| wanted(level)).count();
        (
            count(|level| !matches!(level, "+" | "#")),
            count(|level| level == "+"),
            !filter.ends_with('#'),
        )
    };
    rank(a).cmp(&rank(b))
}

impl Rules {
    /// Puts choices in order. A message type that no schema has leaves a payload to its field numbers.
    pub fn new(rules: Vec<Rule>, schemas: &Schemas) -> Self {
        let mut rules: Vec<_> = rules
            .into_iter()
            .map(|rule| {
                let known = Known {
                    format: Some(rule.format),
                    message: rule.message.as_deref().and_then(|name| schemas.message(name)),
                    aliases: None,
                };
                (rule, known)
            })
            .collect();
        rules.sort_by(|(a, _), (b, _)| specificity(b.filter.as_str(), a.filter.as_str()));
        Self { rules }
    }

    /// The choice for a topic, and what it tells a decoder.
    pub fn find(&self, topic: &str) -> Option<(&Rule, &Known)> {
        self.rules
            .iter()
            .find(|(rule, _)| rule.filter.matches(topic))
            .map(|(rule, known)| (rule, known))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_most_specific_filter_wins() {
        let rule = |filter: &str| Rule {
            filter: TopicFilter::new(filter).unwrap(),
            format: Format::Text,
            message: None,
        };
        let filters = [
            "#", "a/#", "+/b/#", "a/+/c", "a/b/#", "a/b/+", "+/+/c", "a/b/c", "+/+/+",
        ];
        let rules = Rules::new(filters.map(rule).to_vec(), &Schemas::default());
        let find = |topic: &str| {
            rules
                .find(topic)
                .map(|(rule, _)| rule.filter.as_str().to_owned())
                .unwrap()
        };
        assert_eq!(find("a/b/c"), "a/b/c");
        assert_eq!(find("a/b/d"), "a/b/+");
        assert_eq!(find("a/b/d/e"), "a/b/#");
        assert_eq!(find("a/x/c"), "a/+/c");
        assert_eq!(find("x/y/c"), "+/+/c");
        assert_eq!(find("x/b/e/f"), "+/b/#");
        assert_eq!(find("x/y/z"), "+/+/+");
        assert_eq!(find("a"), "a/#");
        assert_eq!(find("x"), "#");
        assert!(rules.find("$SYS/uptime").is_none());
    }
}
