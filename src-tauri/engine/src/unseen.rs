//! Characters that nobody sees but that change how others are: controls, marks of direction, what has no
//! width, and code points that are no characters. Whoever draws a text shows them, so that it can't disguise
//! itself.
//!
//! What joins or varies a character that is seen is part of it and left alone: the joiners in an emoji of a
//! family and in scripts that need them, and the selectors after what they select. It says which characters
//! are unseen and draws none. The window knows the same ones for topics (`ui/src/lib/unseen.ts`).

/// Flags of parts of a country. Only these have tags that are drawn; behind others anything could be hidden.
const FLAGS: [&str; 3] = [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The characters of a text, each with whether nobody would see it.
pub(crate) fn characters(text: &str) -> impl Iterator<Item = (char, bool)> {
    let (mut before, mut flag_ends) = (None, 0);
    text.char_indices().map(move |(at, c)| {
        if c == '\u{1f3f4}'
            && let Some(flag) = FLAGS.iter().find(|flag| text[at..].starts_with(**flag))
        {
            flag_ends = at + flag.len();
        }
        let unseen = at >= flag_ends && is_unseen(before, c, text[at + c.len_utf8()..].chars().next());
        before = (!unseen).then_some(c);
        (c, unseen)
    })
}

/// Whether any of its characters is unseen.
pub(crate) fn has_unseen(text: &str) -> bool {
    // Most text is printable ASCII, and a payload has megabytes of it.
    text.bytes().any(|byte| !matches!(byte, b' '..=b'~')) && characters(text).any(|(_, unseen)| unseen)
}

/// Whether a character is unseen between the one before it, unless that is unseen too, and the one after it.
fn is_unseen(before: Option<char>, c: char, after: Option<char>) -> bool {
    let is = |of: Option<char>, one: fn(char) -> bool| of.is_some_and(one);
    let varies = |one: fn(char) -> bool| !is(before, one);
    match c {
        '\u{200c}' | '\u{200d}' => {
            let in_script = is(before, joins) && is(after, joins);
            let in_picture =
                c == '\u{200d}' && is(before, |c| is_picture(c) || c == '\u{fe0f}') && is(after, is_picture);
            !in_script && !in_picture
        }
        '\u{fe0f}' if after == Some('\u{20e3}') => varies(|c| matches!(c, '0'..='9' | '#' | '*')),
        '\u{fe0e}' | '\u{fe0f}' => varies(is_picture),
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => varies(is_ideograph),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => varies(|c| matches!(c, '\u{1820}'..='\u{18aa}')),
        _ => is_never_seen(c),
    }
}

/// Controls, what Unicode says is to be ignored where it is not known, separators of lines, and what is no
/// character.
fn is_never_seen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe03}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Signs and emoji that joiners and selectors make another picture of.
fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1faff}')
        && !is_never_seen(c)
}

/// Letters of scripts in which a joiner says how the two beside it are written: Arabic to Myanmar, Khmer and
/// Mongolian, and what came later.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{a800}'..='\u{abff}' | '\u{11000}'..='\u{11fff}')
        && !is_never_seen(c)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && !is_never_seen(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unseen(text: &str) -> Vec<u32> {
        let unseen = characters(text).filter(|(_, unseen)| *unseen);
        unseen.map(|(c, _)| u32::from(c)).collect()
    }

    #[test]
    fn what_makes_a_character_another_one_is_part_of_it() {
        // A family, a heart on fire, a keycap, a flag, a sign as a picture, Persian, Sinhala, a form of 葛.
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "👩🏽\u{200d}🏭",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            FLAGS[1],
            "°C ⚠\u{fe0f} ©\u{fe0e}",
            "می\u{200c}خواهم",
            "ශ\u{dca}\u{200d}ර\u{dd3}",
            "葛\u{e0100}",
            "창원 2공장 Ünïcode",
        ] {
            assert_eq!(unseen(text), Vec::<u32>::new(), "{text}");
        }
    }

    #[test]
    fn what_could_disguise_a_text_is_unseen() {
        for (text, expected) in [
            ("ad\u{200d}min", vec![0x200d]),
            ("창\u{200c}원", vec![0x200c]),
            ("👨\u{200d}", vec![0x200d]),
            ("👨\u{200d}\u{200d}👩", vec![0x200d, 0x200d]),
            ("a\u{fe0f}", vec![0xfe0f]),
            ("1\u{fe0f}2", vec![0xfe0f]),
            ("❤\u{fe0f}\u{fe0f}", vec![0xfe0f]),
            ("가\u{e0100}", vec![0xe0100]),
            ("🏴\u{e0061}\u{e007f}", vec![0xe0061, 0xe007f]),
            ("a\u{e0041}", vec![0xe0041]),
            (
                "\u{0}\u{85}\u{202e}\u{feff}\u{2060}\u{ad}",
                vec![0, 0x85, 0x202e, 0xfeff, 0x2060, 0xad],
            ),
            (
                "\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}",
                vec![0xfdd0, 0xfffe, 0xffff, 0x1fffe, 0x10ffff],
            ),
            (
                "\u{3164}\u{ffa0}\u{115f}\u{34f}",
                vec![0x3164, 0xffa0, 0x115f, 0x34f],
            ),
        ] {
            assert_eq!(unseen(text), expected, "{text:?}");
        }
    }
}
