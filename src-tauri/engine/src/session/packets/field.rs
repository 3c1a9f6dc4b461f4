//! What a decoded packet is made of: fields in the order of the wire, named as the specification
//! names them, and what is wrong with them.

use std::ops::Range;

use super::super::reason::PacketKind;

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the broker.
    In,
    /// To the broker.
    Out,
}

/// The type of a control packet (MQTT 5, 2.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// 3.1
    Connect = 1,
    /// 3.2
    Connack,
    /// 3.3
    Publish,
    /// 3.4
    Puback,
    /// 3.5
    Pubrec,
    /// 3.6
    Pubrel,
    /// 3.7
    Pubcomp,
    /// 3.8
    Subscribe,
    /// 3.9
    Suback,
    /// 3.10
    Unsubscribe,
    /// 3.11
    Unsuback,
    /// 3.12
    Pingreq,
    /// 3.13
    Pingresp,
    /// 3.14
    Disconnect,
    /// 3.15
    Auth,
}

impl Kind {
    /// All of them, by their number.
    pub const ALL: [Self; 15] = [
        Self::Connect,
        Self::Connack,
        Self::Publish,
        Self::Puback,
        Self::Pubrec,
        Self::Pubrel,
        Self::Pubcomp,
        Self::Subscribe,
        Self::Suback,
        Self::Unsubscribe,
        Self::Unsuback,
        Self::Pingreq,
        Self::Pingresp,
        Self::Disconnect,
        Self::Auth,
    ];

    /// The kind with a number; `None` for 0, which is reserved, and above 15.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// As the specification writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }

    /// A message or an acknowledgement of one: there are as many of these as there are messages.
    pub fn carries_messages(self) -> bool {
        matches!(
            self,
            Self::Publish | Self::Puback | Self::Pubrec | Self::Pubrel | Self::Pubcomp
        )
    }

    /// May hold a password, a token or data of an authentication (MQTT 5, 3.1.3.6 and 3.15.2.2.3).
    pub fn may_hold_secrets(self) -> bool {
        matches!(self, Self::Connect | Self::Connack | Self::Auth)
    }

    /// For the name of a reason code in it; `None` if it carries none.
    pub(super) fn reasons(self) -> Option<PacketKind> {
        match self {
            Self::Connack => Some(PacketKind::Connack),
            Self::Puback => Some(PacketKind::Puback),
            Self::Pubrec => Some(PacketKind::Pubrec),
            Self::Pubrel => Some(PacketKind::Pubrel),
            Self::Pubcomp => Some(PacketKind::Pubcomp),
            Self::Suback => Some(PacketKind::Suback),
            Self::Unsuback => Some(PacketKind::Unsuback),
            Self::Disconnect => Some(PacketKind::Disconnect),
            Self::Auth => Some(PacketKind::Auth),
            _ => None,
        }
    }
}

/// One packet as far as it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// `None` if it has no valid type.
    pub kind: Option<Kind>,
    /// The flags of the fixed header (MQTT 5, 2.1.3).
    pub flags: u8,
    /// In the order of the wire.
    pub fields: Vec<Field>,
    /// What the specification does not allow. Reading ends at one that leaves no way on, which is
    /// then the last.
    pub problems: Vec<Problem>,
    /// Everything was read to the end of the packet.
    pub whole: bool,
}

impl Decoded {
    /// The first field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As the specification names it.
    pub name: &'static str,
    /// What it holds.
    pub value: Value,
    /// 0 for a field of the packet, 1 for one that belongs to the field above.
    pub depth: u8,
    /// Where it is, in bytes from the start of the packet.
    pub at: Range<usize>,
    /// Where a secret in it is.
    pub(super) secret: Option<Range<usize>>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number without a unit.
    Number(u32),
    /// A duration.
    Seconds(u32),
    /// A size.
    Bytes(u32),
    /// A bit, or a byte that stands for one.
    Flag(bool),
    /// Text (MQTT 5, 1.5.4).
    Text(String),
    /// Bytes: how many there are, and the first [`SHOWN`] of them.
    Binary {
        /// How many.
        len: usize,
        /// The first of them.
        start: Vec<u8>,
    },
    /// A user property (MQTT 5, 1.5.7); `None` for a value that is kept secret.
    Pair(String, Option<String>),
    /// A reason code with its name (MQTT 5, 2.4).
    Reason(u8, &'static str),
    /// A password, a token or data of an authentication: present, and never shown.
    Secret,
}

/// Bytes of a binary field that are shown.
pub(super) const SHOWN: usize = 256;

/// Something the specification does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {wrong}")]
pub struct Problem {
    /// Where, in bytes from the start of the packet.
    pub at: usize,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A field reaches beyond the end of the packet, or the packet ends without it.
    #[error("the packet ends before its field does")]
    Short,
    /// The rest of the packet never came or was not kept; not a fault of the packet.
    #[error("the rest is not there")]
    Missing,
    /// A variable byte integer of more than four bytes (MQTT 5, 1.5.5).
    #[error("a length of more than four bytes")]
    Length,
    /// Text that is not UTF-8 (MQTT 5, 1.5.4).
    #[error("text that is not UTF-8")]
    Text,
    /// Text with U+0000 in it (MQTT 5, 1.5.4).
    #[error("text with a null character")]
    Null,
    /// The packet type 0 (MQTT 5, 2.1.2).
    #[error("the reserved packet type")]
    Type,
    /// Reserved bits that are not as they must be (MQTT 5, 2.1.3, 3.1.2.3, 3.2.2.1, 3.8.3.1).
    #[error("reserved bits are set wrong")]
    Reserved,
    /// A property that the specification does not know (MQTT 5, 2.2.2.2).
    #[error("unknown property {0:#04x}")]
    UnknownProperty(u8),
    /// A property that does not belong in this packet (MQTT 5, 2.2.2.2).
    #[error("{0} does not belong in this packet")]
    Misplaced(&'static str),
    /// A property that may be there once only.
    #[error("{0} is there twice")]
    Repeated(&'static str),
    /// A value that the field may not have.
    #[error("{0} has a value it may not have")]
    Value(&'static str),
    /// Bytes that belong to no field.
    #[error("bytes after the end")]
    Trailing,
}
