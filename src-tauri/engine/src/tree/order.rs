//! Natural order of topic levels: `line-2` stands before `line-10`.
//!
//! Upper and lower case of ASCII letters are neighbours; everything else keeps the order of its
//! bytes, which for UTF-8 is the order of the characters. No locale is asked: two machines show the
//! same tree.

use std::cmp::Ordering;

/// Bytes of the natural key that a prefix holds: enough for `temperature-` and a number.
const BYTES: usize = 16;

/// The start of the natural key. Two different prefixes decide the order without a look at the names;
/// two equal ones decide nothing.
pub(crate) type Prefix = [u32; BYTES / 4];

/// Natural order; total, so only equal texts are `Equal`.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (left, right) = (a.as_bytes(), b.as_bytes());
    let (mut i, mut j) = (0, 0);
    while let (Some(&x), Some(&y)) = (left.get(i), right.get(j)) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (number_left, end_left) = digits(left, i);
            let (number_right, end_right) = digits(right, j);
            let by_value = number_left
                .len()
                .cmp(&number_right.len())
                .then_with(|| number_left.cmp(number_right));
            if by_value.is_ne() {
                return by_value;
            }
            (i, j) = (end_left, end_right);
        } else {
            let by_letter = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
            if by_letter.is_ne() {
                return by_letter;
            }
            (i, j) = (i + 1, j + 1);
        }
    }
    // What is left over makes the longer one later; leading zeros and case decide what still ties.
    (left.len() - i)
        .cmp(&0)
        .cmp(&(right.len() - j).cmp(&0))
        .then_with(|| left.cmp(right))
}

/// The digits at `start` without leading zeros, and where the run ends.
fn digits(text: &[u8], start: usize) -> (&[u8], usize) {
    let run = text[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let zeros = text[start..start + run]
        .iter()
        .take_while(|byte| **byte == b'0')
        .count();
    (&text[start + zeros..start + run], start + run)
}

/// The start of a key whose bytes, compared as they are, give the natural order. A run of digits
/// becomes the byte `0`, the number of its digits, and the digits.
pub(crate) fn prefix(text: &str) -> Prefix {
    let text = text.as_bytes();
    let mut key = [0_u8; BYTES];
    let mut filled = 0;
    let mut put = |bytes: &[u8]| {
        let room = bytes.len().min(BYTES - filled);
        key[filled..filled + room].copy_from_slice(&bytes[..room]);
        filled += room;
        filled < BYTES
    };
    let mut at = 0;
    while at < text.len() {
        let more = if text[at].is_ascii_digit() {
            let (number, end) = digits(text, at);
            at = end;
            put(b"0")
                && match u8::try_from(number.len()) {
                    Ok(length) if length < u8::MAX => put(&[length]),
                    _ => put(&[u8::MAX]) && put(&(number.len() as u64).to_be_bytes()),
                }
                && put(number)
        } else {
            at += 1;
            put(&[text[at - 1].to_ascii_lowercase()])
        };
        if !more {
            break;
        }
    }
    let (words, _) = key.as_chunks();
    std::array::from_fn(|word| u32::from_be_bytes(words[word]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    #[test]
    fn numbers_inside_names_count_by_value() {
        let mut names = vec![
            "line-10", "b", "line-2", "", "Line-3", "$SYS", "line-02", "line-2a", "a 1", "창원",
        ];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(
            names,
            [
                "", "$SYS", "a 1", "b", "line-02", "line-2", "line-2a", "Line-3", "line-10", "창원"
            ]
        );
    }

    #[test]
    fn numbers_longer_than_any_integer_still_count_by_value() {
        let (short, long) = ("9".repeat(300), format!("1{}", "0".repeat(300)));
        assert_eq!(compare(&short, &long), Ordering::Less);
        assert!(prefix(&short) <= prefix(&long));
        assert_eq!(compare(&format!("000{short}"), &long), Ordering::Less);
    }

    #[test]
    fn the_order_is_total_and_the_prefix_never_contradicts_it() {
        let alphabet: Vec<char> = "aAbz019_-$ /한\u{1}".chars().collect();
        let mut random = StdRng::seed_from_u64(7);
        let mut text = || -> String {
            let length = random.random_range(0..9);
            (0..length)
                .map(|_| alphabet[random.random_range(0..alphabet.len())])
                .collect()
        };
        for _ in 0..20_000 {
            let (a, b, c) = (text(), text(), text());
            let order = compare(&a, &b);
            assert_eq!(order.is_eq(), a == b, "{a:?} {b:?}");
            assert_eq!(order, compare(&b, &a).reverse());
            if order.is_lt() && compare(&b, &c).is_lt() {
                assert!(compare(&a, &c).is_lt(), "{a:?} {b:?} {c:?}");
            }
            if prefix(&a) != prefix(&b) {
                assert_eq!(prefix(&a).cmp(&prefix(&b)), order, "{a:?} {b:?}");
            }
        }
    }
}
