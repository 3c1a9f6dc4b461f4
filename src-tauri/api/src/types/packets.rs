//! Control packets: the rows in view, one packet with every field, the switch and the export.

use super::wire;

wire! {
    /// The type of a control packet (MQTT 5, 2.1.2).
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum PacketKind {
        Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe, Suback, Unsubscribe,
        Unsuback, Pingreq, Pingresp, Disconnect, Auth,
    }

    /// Which way a packet went: in from the broker, out to it.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum PacketDirection { In, Out }

    /// Which packets are wanted.
    pub struct PacketQuery {
        /// Of these kinds; all if empty.
        pub kinds: Vec<PacketKind>,
        pub direction: Option<PacketDirection>,
        /// In a name or a value, in any case.
        pub text: String,
    }

    /// Which rows are wanted, newest first.
    pub struct PacketWindow { pub query: PacketQuery, pub first: f64, pub count: u32, pub revision: f64 }

    /// How many of a kind were seen, kept or not.
    pub struct PacketCount { pub kind: PacketKind, pub incoming: f64, pub outgoing: f64 }

    /// The rows in view.
    pub struct PacketFrame {
        pub revision: f64,
        /// Packets that match.
        pub total: f64,
        /// As `total`, with those that left since the question was first asked: by how much it grew,
        /// rows moved down.
        pub matched: f64,
        /// Packets kept.
        pub kept: f64,
        /// Older ones that had to leave.
        pub left: f64,
        /// Messages and their acknowledgements are kept too.
        pub messages: bool,
        /// Kinds that were seen.
        pub counts: Vec<PacketCount>,
        pub first: f64,
        pub rows: Vec<PacketRow>,
    }

    /// One packet in a line.
    pub struct PacketRow {
        pub id: f64,
        pub at: f64,
        pub direction: PacketDirection,
        /// None for bytes that are no packet.
        pub kind: Option<PacketKind>,
        /// Bytes on the wire.
        pub size: f64,
        /// What sets it apart, in the words of the protocol.
        pub summary: String,
        /// Something in it is against the specification.
        pub broken: bool,
    }

    /// One packet with everything.
    #[serde(rename_all = "camelCase")]
    pub struct PacketDetail {
        pub row: PacketRow,
        /// In the order of the wire; at most the first five hundred.
        pub fields: Vec<PacketField>,
        pub more_fields: f64,
        pub problems: Vec<PacketProblem>,
        /// The first four thousand bytes; secrets are masked.
        pub hex: String,
        /// Bytes kept of it.
        pub kept: f64,
    }

    /// One field, named as the specification names it.
    pub struct PacketField {
        pub name: String,
        /// 1 if it belongs to the field above.
        pub depth: u8,
        /// Where it is, in bytes from the start of the packet.
        pub at: f64,
        pub value: PacketValue,
    }

    /// What a field holds.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum PacketValue {
        Number { value: u32 },
        Seconds { value: u32 },
        Bytes { value: u32 },
        Flag { value: bool },
        Text { text: String },
        /// Its first bytes as hex, and as text if they are.
        Binary { size: f64, hex: String, text: Option<String> },
        /// A user property; no value if it is kept secret.
        Pair { name: String, value: Option<String> },
        Reason { code: u8, name: String },
        /// Present and never shown.
        Secret,
    }

    /// What is against the specification, and where.
    pub struct PacketProblem { pub at: f64, pub wrong: PacketWrong }

    /// What is wrong.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum PacketWrong {
        Short,
        /// The rest never came or was not kept.
        Missing,
        Length,
        Text,
        Null,
        Type,
        Reserved,
        UnknownProperty { id: u8 },
        Misplaced { name: String },
        Repeated { name: String },
        Value { name: String },
        Trailing,
    }
}
