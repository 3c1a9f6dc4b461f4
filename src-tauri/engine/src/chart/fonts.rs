//! Fonts for drawn text: two that come with the program, and where they lack a character, such as a
//! Korean topic, one of the system. Where there is none the image shows the font's empty box.

use std::sync::OnceLock;

use ab_glyph::{Font as _, FontRef, ScaleFont as _};
use plotters::style::{FontStyle, register_font};

use super::export::ExportError;

const UI: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");
const MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf");

/// The names are lists for style sheets, because SVG leaves the choice of font to whoever shows it.
const UI_NAME: &str =
    "Inter Variable, Inter, Pretendard, Noto Sans KR, Noto Sans CJK KR, Malgun Gothic, sans-serif";
const MONO_NAME: &str = "JetBrains Mono Variable, JetBrains Mono, D2Coding, Noto Sans Mono CJK KR, monospace";
const SYSTEM_NAME: &str = "sans-serif";

/// Where systems keep a font with many scripts.
const SYSTEM_FILES: [&str; 9] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:\\Windows\\Fonts\\malgun.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
];

/// plotters sizes a text by the height of its line, which it takes to be so many ems.
pub(super) const EM_TO_LINE: f64 = 1.24;

/// The use of a text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Face {
    Ui,
    /// For topics and paths.
    Mono,
}

/// The fonts that can be drawn with.
pub(super) struct Fonts {
    ui: FontRef<'static>,
    mono: FontRef<'static>,
    /// SVG names fonts, so it needs none of the system.
    use_system: bool,
}

impl Fonts {
    pub fn load(use_system: bool) -> Result<Self, ExportError> {
        for (name, bytes) in [(UI_NAME, UI), (MONO_NAME, MONO)] {
            register_font(name, FontStyle::Normal, bytes).map_err(|_| ExportError::Font)?;
        }
        let read = |bytes| FontRef::try_from_slice(bytes).map_err(|_| ExportError::Font);
        Ok(Self {
            ui: read(UI)?,
            mono: read(MONO)?,
            use_system,
        })
    }

    /// About how wide a text is at a size in pixels.
    pub fn width(&self, face: Face, text: &str, size: f64) -> f64 {
        let own = match face {
            Face::Ui => &self.ui,
            Face::Mono => &self.mono,
        };
        let size_of_line = size as f32 * EM_TO_LINE as f32;
        if self.name(face, text) == SYSTEM_NAME
            && let Some(font) = system()
        {
            let scaled = font.as_scaled(size_of_line);
            return text
                .chars()
                .map(|c| f64::from(scaled.h_advance(font.glyph_id(c))))
                .sum();
        }
        let scaled = own.as_scaled(size_of_line);
        // Whoever shows an SVG has a font for what ours lacks; such scripts are about as wide as high.
        let advance = |c| match own.glyph_id(c) {
            glyph if glyph.0 == 0 && !self.use_system => size,
            glyph => f64::from(scaled.h_advance(glyph)),
        };
        text.chars().map(advance).sum()
    }

    /// The name of the font that a text is drawn in: the system's where ours lacks a character that it
    /// has.
    pub fn name(&self, face: Face, text: &str) -> &'static str {
        let (own, name) = match face {
            Face::Ui => (&self.ui, UI_NAME),
            Face::Mono => (&self.mono, MONO_NAME),
        };
        let mut missing = text.chars().filter(|c| own.glyph_id(*c).0 == 0).peekable();
        if missing.peek().is_none() || !self.use_system {
            return name;
        }
        let helps = |system: &FontRef<'_>| missing.any(|c| system.glyph_id(c).0 != 0);
        if system().is_some_and(helps) {
            SYSTEM_NAME
        } else {
            name
        }
    }
}

/// A font of the system. It is read once, when first needed, and then kept for good, because drawing
/// asks for bytes that last.
fn system() -> Option<&'static FontRef<'static>> {
    static SYSTEM: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    let load = || {
        SYSTEM_FILES.iter().find_map(|path| {
            let file = std::fs::read(path).ok()?;
            FontRef::try_from_slice(&file).ok()?;
            let bytes: &'static [u8] = file.leak();
            let font = FontRef::try_from_slice(bytes).ok()?;
            register_font(SYSTEM_NAME, FontStyle::Normal, bytes).ok()?;
            Some(font)
        })
    };
    SYSTEM.get_or_init(load).as_ref()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn own_fonts_come_first() {
        let fonts = Fonts::load(true).unwrap();
        assert_eq!(fonts.name(Face::Ui, "61.5 °C"), UI_NAME);
        assert_eq!(fonts.name(Face::Mono, "factory/line-2"), MONO_NAME);
        let expected = if system().is_some() {
            SYSTEM_NAME
        } else {
            MONO_NAME
        };
        assert_eq!(fonts.name(Face::Mono, "공장/온도"), expected);
        assert_eq!(
            Fonts::load(false).unwrap().name(Face::Mono, "공장/온도"),
            MONO_NAME
        );
    }
}
