//! Connections from and to files.

use super::app::SecretPlace;
use super::wire;

wire! {
    /// The program a file comes from.
    #[serde(rename_all = "camelCase")]
    pub enum TransferProgram { MqttExplorer, Mqttx, Treetop }

    /// A file of another program that is on this computer.
    #[serde(rename_all = "camelCase")]
    pub struct ImportSource {
        pub program: TransferProgram,
        pub path: String,
        /// How many connections it has; none if it can't be read, which reading it explains.
        pub connections: Option<u32>,
    }

    /// What a file has, to be chosen from.
    #[serde(rename_all = "camelCase")]
    pub struct ImportList {
        /// Names this reading when the choice is taken.
        pub import: f64,
        pub program: TransferProgram,
        pub connections: Vec<ImportRow>,
        /// Names of entries that are no usable connections.
        pub unreadable: Vec<String>,
    }

    /// One connection of a file, as it would be saved.
    #[serde(rename_all = "camelCase")]
    pub struct ImportRow {
        pub name: String,
        pub address: String,
        pub password: bool,
        pub subscriptions: u32,
        /// A WebSocket's path.
        pub path: bool,
        pub will: bool,
        /// A file of certificate authorities.
        pub authority: bool,
        pub client_certificate: bool,
        /// A saved connection has the same name, host, port and client id.
        pub already: bool,
        pub notes: Vec<ImportNote>,
    }

    /// What a person should know before a connection is taken over.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum ImportNote {
        /// Made for an older MQTT; it becomes MQTT 5.
        OlderMqtt { version: String },
        /// The content of a TLS file is in the settings and stays there.
        Embedded { file: TlsFile, name: String },
        /// A TLS file is not where it should be.
        Missing { file: TlsFile, path: String },
        /// A filter that is left out.
        BadFilter { filter: String },
        /// A field of the file whose value can't be used.
        NotUsable { field: String },
        /// A field of the file that Treetop has no place for.
        NotTaken { field: String },
        /// The broker's certificate is not checked.
        Unverified,
        /// Signing in runs a program.
        RunsCommand { command: String },
    }

    /// A file that takes part in TLS.
    #[serde(rename_all = "camelCase")]
    pub enum TlsFile { Authority, Certificate, Key }

    /// What was taken over.
    #[serde(rename_all = "camelCase")]
    pub struct ImportTaken {
        /// The ids of the new connections, in the order of the file.
        pub ids: Vec<String>,
        /// Where the passwords went; none if there were none.
        pub secrets: Option<SecretPlace>,
    }

    /// Why a file of connections can't be read or written.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TransferProblem {
        TooLarge { bytes: f64, most: f64 },
        Empty,
        /// It ends in the middle.
        CutOff,
        /// Counted from 1.
        NotJson { line: u32, column: u32 },
        /// Of none of the programs.
        NotRecognized,
        WrongShape { at: String },
        NewerVersion { found: f64, known: f64 },
        /// A passphrase is needed.
        Sealed,
        WrongPassphrase,
        ShortPassphrase { least: u32 },
        NoConnections,
        /// MQTTX holds changes that are not in its file yet.
        InUse,
        Database { detail: String },
        /// Another file was read since, or the choice was given up.
        Forgotten,
    }
}
