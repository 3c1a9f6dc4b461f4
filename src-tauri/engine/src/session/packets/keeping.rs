#![allow(clippy::unwrap_used)]
//! What of the packets is kept, masked and listed.

use std::sync::Arc;

use super::tests::{connect, packet, problems, string};
use super::*;
use crate::message::Timestamp;

pub(super) fn kept(log: &PacketLog, direction: Direction, bytes: &[u8]) -> Option<Arc<Logged>> {
    let mut listener = Listener::new(direction);
    listener.feed(bytes, log, Kind::Pingreq, || Timestamp(1));
    listener.end(log);
    log.since(0).last().cloned()
}

#[test]
fn secrets_are_not_kept() {
    let log = PacketLog::default();
    let holds = |packet: &Logged| packet.bytes.windows(6).any(|part| part == b"canary");
    let secret = [&[0x16][..], &string("canary")].concat();
    let property = |name: &str| [&[0x26][..], &string(name), &string("canary")].concat();
    let mut packets = vec![
        connect(0b1100_0000, &[], &[string("me"), string("ann"), string("canary")]),
        connect(0b1000_0000, &[], &[string("me"), string("canary")]),
        connect(0b1100_0000, &[], &[string("me"), string("canary"), string("")]),
        connect(0, &secret, &[string("me")]),
        connect(0, &property("Authorization"), &[string("me")]),
        packet(0x20, &[&[0, 0, 9][..], &secret].concat()),
        packet(0xf0, &[&[0x18, 9][..], &secret].concat()),
    ];
    // Cut off anywhere, a part of the secret is no less secret.
    let whole = packets[0].clone();
    for packet in &packets {
        let packet = kept(&log, Direction::Out, packet).unwrap();
        assert!(!holds(&packet), "{packet:?}");
        assert!(decode(&packet.bytes).whole, "{packet:?}");
    }
    for end in whole.len() - 6..whole.len() {
        packets.push(whole[..end].to_vec());
        let packet = kept(&log, Direction::Out, &whole[..end]).unwrap();
        assert!(!packet.bytes.windows(2).any(|part| part == b"ca"), "{packet:?}");
    }
    // A broken one is kept up to where it breaks.
    let broken = connect(
        0b1100_0000,
        &[0x7e, 0],
        &[string("me"), string("ann"), string("canary")],
    );
    assert!(!holds(&kept(&log, Direction::Out, &broken).unwrap()));
    assert_eq!(log.overview().kept, 7 + 6 + 1);
}

#[test]
fn messages_are_counted_and_not_kept_until_asked() {
    let log = PacketLog::default();
    let message = packet(0x32, &[0, 1, b'a', 0, 1, 0, b'!']);
    let answer = packet(0x40, &[0, 1]);
    assert_eq!(kept(&log, Direction::In, &[&message[..], &answer].concat()), None);
    let publish = log.overview().counts[Kind::Publish as usize - 1];
    assert_eq!(
        publish,
        Counts {
            incoming: 1,
            outgoing: 0
        }
    );
    log.keep_messages(true);
    assert_eq!(kept(&log, Direction::In, &message).unwrap().bytes[..], message);
    assert_eq!(log.overview().counts[Kind::Publish as usize - 1].incoming, 2);
}

#[test]
fn packets_are_found_in_pieces_of_any_size() {
    let stream = [
        &packet(0x20, &[0, 0, 0])[..],
        &[0xd0, 0],
        &[0x30, 0x80, 1, 0, 1, b'a', 0],
        &[7; 124],
        &packet(0x90, &[0, 3, 0, 1]),
    ]
    .concat();
    for size in 1..stream.len() {
        let log = PacketLog::default();
        log.keep_messages(true);
        let mut listener = Listener::new(Direction::In);
        let pings = stream.chunks(size);
        let pings = pings.filter(|part| listener.feed(part, &log, Kind::Pingresp, || Timestamp(1)));
        assert_eq!(pings.count(), 1, "pieces of {size}");
        let sizes: Vec<_> = log
            .since(0)
            .iter()
            .map(|packet| (packet.size, packet.bytes.len()))
            .collect();
        assert_eq!(sizes, [(5, 5), (2, 2), (131, 131), (6, 6)], "pieces of {size}");
    }
}

#[test]
fn what_did_not_come_whole_is_kept_as_far_as_it_came() {
    let log = PacketLog::default();
    let packet = kept(&log, Direction::In, &[0x20, 40, 0, 0, 20]).unwrap();
    assert_eq!((packet.size, packet.bytes.len()), (42, 5));
    assert_eq!(problems(&packet.bytes), [(5, Wrong::Missing)]);
    let garbage = kept(&log, Direction::In, &[0x30, 0xff, 0xff, 0xff, 0xff, 1, 2]).unwrap();
    assert_eq!(problems(&garbage.bytes), [(1, Wrong::Length)]);
}

#[test]
fn the_oldest_leave_and_are_counted() {
    let by_count = PacketLog::bounded(3, usize::MAX);
    let by_bytes = PacketLog::bounded(usize::MAX, 300);
    for log in [by_count, by_bytes] {
        for _ in 0..10 {
            kept(&log, Direction::In, &[0xd0, 0]);
        }
        let overview = log.overview();
        assert_eq!((overview.kept, overview.left), (3, 7));
        assert_eq!(log.packet(6), None);
        assert_eq!(log.packet(7).unwrap().id, 7);
        assert_eq!(log.since(8).len(), 2);
    }
}

#[test]
fn the_list_shows_what_matches_newest_first() {
    let log = PacketLog::bounded(4, usize::MAX);
    let mut list = PacketList::default();
    let all = Query::default();
    kept(&log, Direction::Out, &[0xc0, 0]);
    kept(&log, Direction::In, &[0xd0, 0]);
    let ids = |page: &Page| page.rows.iter().map(|(packet, _)| packet.id).collect::<Vec<_>>();
    assert_eq!(ids(&list.page(&log, &all, 0, 10)), [1, 0]);
    assert_eq!(ids(&list.page(&log, &all, 1, 10)), [0]);
    for _ in 0..2 {
        kept(&log, Direction::In, &packet(0x90, &[0, 3, 0, 0x87]));
        kept(&log, Direction::In, &[0xd0, 0]);
    }
    let page = list.page(&log, &all, 0, 2);
    assert_eq!((page.total, page.matched, ids(&page)), (4, 6, vec![5, 4]));
    let one_way = Query {
        direction: Some(Direction::Out),
        ..Query::default()
    };
    assert_eq!(list.page(&log, &one_way, 0, 9).total, 0, "the only one left");
    let kinds = Query {
        kinds: vec![Kind::Suback, Kind::Connect],
        ..Query::default()
    };
    assert_eq!(ids(&list.page(&log, &kinds, 0, 9)), [4, 2]);
    let text = Query {
        text: "Not Auth".into(),
        ..Query::default()
    };
    assert_eq!(ids(&list.page(&log, &text, 0, 9)), [4, 2]);
    let found = PacketList::all(&log, &text);
    assert_eq!(found.iter().map(|packet| packet.id).collect::<Vec<_>>(), [2, 4]);
}
