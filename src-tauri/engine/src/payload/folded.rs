//! Rows with some maps and lists closed: which row of the outline stands where. It knows no text.

use super::rows::Outline;

/// Closed folds, outermost ones only, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The row that opens each, and the row that closes it. All but the first are hidden.
    spans: Vec<(usize, usize)>,
}

impl Folded {
    /// The rows that are closed in an outline. What opens nothing is left out.
    pub fn new(outline: &Outline, rows: &[u32]) -> Self {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for row in rows {
            let open = row as usize;
            if spans.last().is_some_and(|(_, close)| open <= *close) {
                continue;
            }
            spans.extend(outline.fold(open).map(|(close, _)| (open, close)));
        }
        Self { spans }
    }

    /// How many of so many rows are left.
    pub fn visible(&self, total: usize) -> usize {
        total - self.spans.iter().map(|(open, close)| close - open).sum::<usize>()
    }

    /// The row that stands at a place.
    pub fn row_at(&self, place: usize) -> usize {
        let mut row = place;
        for (open, close) in &self.spans {
            if row <= *open {
                break;
            }
            row += close - open;
        }
        row
    }

    /// Where a row stands; a hidden one where the fold that hides it does.
    pub fn place_of(&self, row: usize) -> usize {
        let mut place = row;
        for (open, close) in &self.spans {
            if row <= *open {
                break;
            }
            place -= close.min(&row) - open;
        }
        place
    }

    /// True if the row opens a closed fold.
    pub fn is_closed(&self, row: usize) -> bool {
        self.spans.binary_search_by_key(&row, |(open, _)| *open).is_ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::payload::Hint;

    #[test]
    fn closed_rows_take_one_place() {
        let json = br#"{"a":[[1],[2]],"b":1,"c":{"d":[[3]]},"e":2}"#;
        let outline = Outline::read(json, Hint::default(), None, None, &|| false).unwrap();
        let rows: Vec<String> = outline.rows(json, 0, 99).iter().map(|row| row.text()).collect();
        // { a:[ [1] [2] ] b c:{ d:[ [3] ] } e }
        assert_eq!(
            (rows.len(), rows[1].as_str(), rows[6].as_str()),
            (13, "\"a\": [", "\"c\": {")
        );
        let folded = Folded::new(&outline, &[7, 1, 6, 2]);
        assert_eq!(
            folded,
            Folded {
                spans: vec![(1, 4), (6, 10)]
            }
        );
        assert_eq!(folded.visible(13), 13 - 3 - 4);
        let at: Vec<usize> = (0..6).map(|place| folded.row_at(place)).collect();
        assert_eq!(at, [0, 1, 5, 6, 11, 12]);
        for (place, row) in at.into_iter().enumerate() {
            assert_eq!(folded.place_of(row), place);
        }
        assert_eq!((folded.place_of(3), folded.place_of(9)), (1, 3));
        assert!(folded.is_closed(6) && !folded.is_closed(7));
    }
}
