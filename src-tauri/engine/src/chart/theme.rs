//! The colours of charts, the same as in the design tokens of the window.

use plotters::style::RGBColor;

/// Dark or light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Light lines on dark.
    Dark,
    /// Dark lines on white, for paper.
    Light,
}

/// The colours of a theme.
pub(super) struct Colors {
    pub background: RGBColor,
    pub line: RGBColor,
    pub hatch: RGBColor,
    pub text: RGBColor,
    pub quiet: RGBColor,
    pub series: [RGBColor; 6],
}

const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const DARK: Colors = Colors {
    background: rgb(0x13171a),
    line: rgb(0x23292d),
    hatch: rgb(0x343d42),
    text: rgb(0xe3e8ea),
    quiet: rgb(0x8a969d),
    series: [
        rgb(0x4cc0d0),
        rgb(0xeba249),
        rgb(0xb59cf2),
        rgb(0x86c86a),
        rgb(0xf0859f),
        rgb(0x7fa9f7),
    ],
};

const LIGHT: Colors = Colors {
    background: rgb(0xffffff),
    line: rgb(0xe0e4e6),
    hatch: rgb(0xc6ced1),
    text: rgb(0x14191b),
    quiet: rgb(0x5f6b71),
    series: [
        rgb(0x0b8296),
        rgb(0xa86000),
        rgb(0x7a59cc),
        rgb(0x44801f),
        rgb(0xc83f64),
        rgb(0x2f6bd8),
    ],
};

impl Theme {
    pub(super) fn colors(self) -> &'static Colors {
        match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        }
    }
}
