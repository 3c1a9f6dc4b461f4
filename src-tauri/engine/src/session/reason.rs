//! The reason codes of MQTT 5 (2.4): their names as the specification writes them, and which of
//! them make another try pointless or harmful.
//!
//! What a code means to a person is said by the interface, in its languages.

/// The packet a reason code came in; three codes are named differently by packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    /// Answer to CONNECT.
    Connack,
    /// Answer to a QoS 1 PUBLISH.
    Puback,
    /// First answer to a QoS 2 PUBLISH.
    Pubrec,
    /// Release of a QoS 2 PUBLISH.
    Pubrel,
    /// Last answer to a QoS 2 PUBLISH.
    Pubcomp,
    /// Answer to SUBSCRIBE, one code per filter.
    Suback,
    /// Answer to UNSUBSCRIBE, one code per filter.
    Unsuback,
    /// End of a connection.
    Disconnect,
    /// Enhanced authentication.
    Auth,
}

/// The name of a reason code (MQTT 5, 2.4).
pub fn name(code: u8, packet: PacketKind) -> &'static str {
    match code {
        0x00 => match packet {
            PacketKind::Disconnect => "Normal disconnection",
            PacketKind::Suback => "Granted QoS 0",
            _ => "Success",
        },
        0x01 => "Granted QoS 1",
        0x02 => "Granted QoS 2",
        0x04 => "Disconnect with Will Message",
        0x10 => "No matching subscribers",
        0x11 => "No subscription existed",
        0x18 => "Continue authentication",
        0x19 => "Re-authenticate",
        0x80 => "Unspecified error",
        0x81 => "Malformed Packet",
        0x82 => "Protocol Error",
        0x83 => "Implementation specific error",
        0x84 => "Unsupported Protocol Version",
        0x85 => "Client Identifier not valid",
        0x86 => "Bad User Name or Password",
        0x87 => "Not authorized",
        0x88 => "Server unavailable",
        0x89 => "Server busy",
        0x8a => "Banned",
        0x8b => "Server shutting down",
        0x8c => "Bad authentication method",
        0x8d => "Keep Alive timeout",
        0x8e => "Session taken over",
        0x8f => "Topic Filter invalid",
        0x90 => "Topic Name invalid",
        0x91 => "Packet Identifier in use",
        0x92 => "Packet Identifier not found",
        0x93 => "Receive Maximum exceeded",
        0x94 => "Topic Alias invalid",
        0x95 => "Packet too large",
        0x96 => "Message rate too high",
        0x97 => "Quota exceeded",
        0x98 => "Administrative action",
        0x99 => "Payload format invalid",
        0x9a => "Retain not supported",
        0x9b => "QoS not supported",
        0x9c => "Use another server",
        0x9d => "Server moved",
        0x9e => "Shared Subscriptions not supported",
        0x9f => "Connection rate exceeded",
        0xa0 => "Maximum connect time",
        0xa1 => "Subscription Identifiers not supported",
        0xa2 => "Wildcard Subscriptions not supported",
        _ => "Unknown reason code",
    }
}

/// True if repeating the same try can only fail again or harm: the version, identifier, name or
/// password is wrong (132 to 135), banned (138), the authentication method is unknown (140),
/// another client uses the identifier (142), a packet is too large (149), or a QoS is not supported
/// (155).
pub fn stops_retry(code: u8) -> bool {
    matches!(code, 132..=135 | 138 | 140 | 142 | 149 | 155)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_the_packet_where_the_specification_says_so() {
        assert_eq!(name(0, PacketKind::Connack), "Success");
        assert_eq!(name(0, PacketKind::Suback), "Granted QoS 0");
        assert_eq!(name(0, PacketKind::Disconnect), "Normal disconnection");
        assert_eq!(name(0x87, PacketKind::Connack), "Not authorized");
        assert_eq!(name(0x77, PacketKind::Connack), "Unknown reason code");
    }

    /// Which packets carry which codes (MQTT 5, table 2-6).
    fn table() -> Vec<(u8, Vec<PacketKind>)> {
        use PacketKind::{Auth, Connack, Disconnect, Puback, Pubcomp, Pubrec, Pubrel, Suback, Unsuback};
        let answers = || vec![Connack, Puback, Pubrec, Suback, Unsuback, Disconnect];
        let requests = || vec![Puback, Pubrec, Suback, Unsuback];
        let ends = || vec![Connack, Disconnect];
        let messages = || vec![Connack, Puback, Pubrec, Disconnect];
        let filters = || vec![Suback, Disconnect];
        let mut table = vec![
            (
                0x00,
                vec![
                    Connack, Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback, Disconnect, Auth,
                ],
            ),
            (0x01, vec![Suback]),
            (0x02, vec![Suback]),
            (0x04, vec![Disconnect]),
            (0x10, vec![Puback, Pubrec]),
            (0x11, vec![Unsuback]),
            (0x18, vec![Auth]),
            (0x19, vec![Auth]),
        ];
        table.extend([0x80, 0x83, 0x87].map(|code| (code, answers())));
        table.extend([0x84, 0x85, 0x86, 0x88, 0x8a].map(|code| (code, vec![Connack])));
        table.extend([0x81, 0x82, 0x89, 0x8c, 0x95, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f].map(|code| (code, ends())));
        table.extend([0x8b, 0x8d, 0x8e, 0x93, 0x94, 0x96, 0x98, 0xa0].map(|code| (code, vec![Disconnect])));
        table.extend([0x9e, 0xa1, 0xa2].map(|code| (code, filters())));
        table.extend([0x90, 0x99].map(|code| (code, messages())));
        table.push((0x8f, vec![Suback, Unsuback, Disconnect]));
        table.push((0x91, requests()));
        table.push((0x92, vec![Pubrel, Pubcomp]));
        table.push((0x97, vec![Connack, Puback, Pubrec, Suback, Disconnect]));
        table
    }

    #[test]
    fn every_code_of_the_specification_has_a_name_in_every_packet_that_carries_it() {
        let table = table();
        assert_eq!(table.len(), 43);
        let mut names = Vec::new();
        for (code, packets) in table {
            for packet in packets {
                let name = name(code, packet);
                assert_ne!(name, "Unknown reason code", "{code:#x} in {packet:?}");
                names.push((name, code));
            }
        }
        // The same name stands for one code only, and a code has one name but for success.
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 43 + 2);
    }

    #[test]
    fn exactly_the_harmful_codes_stop_the_retry() {
        let stopping: Vec<u8> = (0..=255).filter(|code| stops_retry(*code)).collect();
        assert_eq!(stopping, [132, 133, 134, 135, 138, 140, 142, 149, 155]);
    }
}
