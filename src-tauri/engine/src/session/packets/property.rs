//! The properties of MQTT 5 (2.2.2.2): their names, how they are written, where they may be and
//! which values they may have.

use super::field::Kind;

/// How a property is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A byte that is 0 or 1.
    Flag,
    /// A byte that is 0 or 1 and is counted, not answered with yes or no.
    Byte,
    Two,
    /// Four bytes, a duration.
    Seconds,
    /// Two bytes, a duration.
    ShortSeconds,
    /// Four bytes, a size.
    Size,
    Varint,
    Text,
    Binary,
    /// Binary, never shown.
    Secret,
    Pair,
}

/// One row of the table.
pub(super) struct Property {
    pub(super) id: u8,
    pub(super) name: &'static str,
    pub(super) form: Form,
    places: u32,
    /// The smallest value allowed.
    pub(super) least: u32,
}

/// A place for properties: a packet, or the will within CONNECT (MQTT 5, 3.1.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Packet(Kind),
    Will,
}

impl Place {
    const fn bit(self) -> u32 {
        match self {
            Self::Packet(kind) => 1 << kind as u32,
            Self::Will => 1,
        }
    }
}

impl Property {
    pub(super) fn may_be_in(&self, place: Place) -> bool {
        self.places & place.bit() != 0
    }

    /// User properties always, subscription identifiers in a PUBLISH (MQTT 5, 3.3.2.3.8).
    pub(super) fn may_repeat_in(&self, place: Place) -> bool {
        self.id == USER || self.id == SUBSCRIPTION && place == Place::Packet(Kind::Publish)
    }
}

const SUBSCRIPTION: u8 = 0x0b;
const USER: u8 = 0x26;

const WILL: u32 = Place::Will.bit();
const fn of(kinds: &[Kind]) -> u32 {
    let (mut bits, mut n) = (0, 0);
    while n < kinds.len() {
        bits |= Place::Packet(kinds[n]).bit();
        n += 1;
    }
    bits
}
const MESSAGE: u32 = WILL | of(&[Kind::Publish]);
const CONNECT: u32 = of(&[Kind::Connect]);
const CONNACK: u32 = of(&[Kind::Connack]);
const BOTH: u32 = CONNECT | CONNACK;
const AUTH: u32 = BOTH | of(&[Kind::Auth]);
const ANSWERS: u32 = of(&[
    Kind::Connack,
    Kind::Puback,
    Kind::Pubrec,
    Kind::Pubrel,
    Kind::Pubcomp,
    Kind::Suback,
    Kind::Unsuback,
    Kind::Disconnect,
    Kind::Auth,
]);
const ALL: u32 = MESSAGE | CONNECT | ANSWERS | of(&[Kind::Subscribe, Kind::Unsubscribe]);

const fn row(id: u8, name: &'static str, form: Form, places: u32) -> Property {
    Property {
        id,
        name,
        form,
        places,
        least: 0,
    }
}

const fn positive(id: u8, name: &'static str, form: Form, places: u32) -> Property {
    Property {
        least: 1,
        ..row(id, name, form, places)
    }
}

const TABLE: [Property; 27] = [
    row(0x01, "Payload Format Indicator", Form::Byte, MESSAGE),
    row(0x02, "Message Expiry Interval", Form::Seconds, MESSAGE),
    row(0x03, "Content Type", Form::Text, MESSAGE),
    row(0x08, "Response Topic", Form::Text, MESSAGE),
    row(0x09, "Correlation Data", Form::Binary, MESSAGE),
    positive(
        SUBSCRIPTION,
        "Subscription Identifier",
        Form::Varint,
        of(&[Kind::Publish, Kind::Subscribe]),
    ),
    row(
        0x11,
        "Session Expiry Interval",
        Form::Seconds,
        BOTH | of(&[Kind::Disconnect]),
    ),
    row(0x12, "Assigned Client Identifier", Form::Text, CONNACK),
    row(0x13, "Server Keep Alive", Form::ShortSeconds, CONNACK),
    row(0x15, "Authentication Method", Form::Text, AUTH),
    row(0x16, "Authentication Data", Form::Secret, AUTH),
    row(0x17, "Request Problem Information", Form::Flag, CONNECT),
    row(0x18, "Will Delay Interval", Form::Seconds, WILL),
    row(0x19, "Request Response Information", Form::Flag, CONNECT),
    row(0x1a, "Response Information", Form::Text, CONNACK),
    row(
        0x1c,
        "Server Reference",
        Form::Text,
        CONNACK | of(&[Kind::Disconnect]),
    ),
    row(0x1f, "Reason String", Form::Text, ANSWERS),
    positive(0x21, "Receive Maximum", Form::Two, BOTH),
    row(0x22, "Topic Alias Maximum", Form::Two, BOTH),
    positive(0x23, "Topic Alias", Form::Two, of(&[Kind::Publish])),
    row(0x24, "Maximum QoS", Form::Byte, CONNACK),
    row(0x25, "Retain Available", Form::Flag, CONNACK),
    row(USER, "User Property", Form::Pair, ALL),
    positive(0x27, "Maximum Packet Size", Form::Size, BOTH),
    row(0x28, "Wildcard Subscription Available", Form::Flag, CONNACK),
    row(0x29, "Subscription Identifiers Available", Form::Flag, CONNACK),
    row(0x2a, "Shared Subscription Available", Form::Flag, CONNACK),
];

/// The property with a number.
pub(super) fn find(id: u32) -> Option<&'static Property> {
    TABLE.iter().find(|property| u32::from(property.id) == id)
}

/// True for the name of a user property whose value is likely a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    const WORDS: [&str; 7] = ["pass", "secret", "token", "auth", "key", "credential", "jwt"];
    WORDS.iter().any(|word| name.contains(word))
}
