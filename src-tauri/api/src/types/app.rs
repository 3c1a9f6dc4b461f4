//! The app itself: what it is, how it was started, its settings.

use std::collections::BTreeMap;
use std::fmt;

use super::wire;
use crate::address;

wire! {
    /// What the window needs to know once, at start.
    #[serde(rename_all = "camelCase")]
    pub struct AppInfo {
        pub version: String,
        /// `linux`, `macos` or `windows`.
        pub platform: String,
        /// Where passwords are kept.
        pub secrets: SecretPlace,
        /// The folder with the databases.
        pub data_folder: String,
        /// What the command line or a link asked to open.
        pub open: OpenRequest,
    }

    /// Where passwords are kept.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SecretPlace {
        /// The keyring of the operating system.
        Keyring,
        /// No keyring answers; passwords last until the app is closed.
        Memory { why: WhyInMemory },
    }

    /// Why passwords are not in the keyring.
    #[serde(rename_all = "camelCase")]
    pub enum WhyInMemory { NoKeyring, Silent, Locked, Failed }

    /// Light, dark, or as the system says.
    #[serde(rename_all = "camelCase")]
    pub enum ThemeChoice { System, Light, Dark }

    /// English, Korean, or as the system says.
    #[serde(rename_all = "camelCase")]
    pub enum LanguageChoice { System, En, Ko }

    /// Settings of the window.
    #[serde(rename_all = "camelCase", default)]
    pub struct Settings {
        pub theme: ThemeChoice,
        pub language: LanguageChoice,
        /// Sizes of resizable panes in pixels, by name.
        pub panes: BTreeMap<String, f64>,
        /// Single letters work as shortcuts while focus is not in a field.
        pub letter_shortcuts: bool,
        pub reduce_motion: bool,
        pub comfortable: bool,
        /// Zoom of the window in percent, 80 to 200.
        pub zoom: u16,
        /// The connection shown last.
        pub last_connection: Option<String>,
    }
}

/// What the app was started for.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OpenRequest {
    Nothing,
    Demo,
    /// The address may have a password in it.
    Address {
        address: String,
    },
}

impl OpenRequest {
    /// The request without a password, as the window gets it.
    pub(crate) fn shown(&self) -> Self {
        match self {
            Self::Address { address } => Self::Address {
                address: address::split(address).0,
            },
            other => other.clone(),
        }
    }

    /// The whole address behind a shown one; the shown one itself if the request is another.
    pub(crate) fn whole<'a>(&'a self, shown: &'a str) -> &'a str {
        match self {
            Self::Address { address } if address::split(address).0 == shown => address,
            _ => shown,
        }
    }
}

impl fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Demo => f.write_str("Demo"),
            Self::Address { address } => write!(f, "Address({})", address::split(address).0),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            language: LanguageChoice::System,
            panes: BTreeMap::new(),
            letter_shortcuts: true,
            reduce_motion: false,
            comfortable: false,
            zoom: 100,
            last_connection: None,
        }
    }
}
