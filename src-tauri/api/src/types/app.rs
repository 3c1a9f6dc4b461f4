//! The app itself: what it is, how it was started, its settings.

use std::collections::BTreeMap;

use super::wire;

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

    /// What the app was started for.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum OpenRequest {
        Nothing,
        Demo,
        Address { address: String },
    }

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
