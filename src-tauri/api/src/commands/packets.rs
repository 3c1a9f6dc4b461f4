//! Control packets: the rows in view, one of them whole, the switch for messages, the export.

use std::io::Write as _;

use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::session::packets::{Kind, Overview, PacketList, PacketLog};

use crate::api::{Api, wait};
use crate::types::chart::Saved;
use crate::types::error::ApiError;
use crate::types::packets::{PacketCount, PacketDetail, PacketFrame, PacketQuery, PacketWindow};
use crate::wire;

/// Rows that one frame holds at most.
const MOST_ROWS: usize = 500;

impl Api {
    pub async fn packets_frame(
        &self,
        id: String,
        window: PacketWindow,
    ) -> Result<Option<PacketFrame>, ApiError> {
        let looks = self.looks(&id)?;
        let log = &looks.connection.packets;
        let mut changed = log.changed();
        changed.mark_unchanged();
        if revision(log, &log.overview()) == window.revision {
            wait(&mut changed, Timestamp::now()).await;
        }
        let overview = log.overview();
        let revision = revision(log, &overview);
        if revision == window.revision {
            return Ok(None);
        }
        let (first, count) = (
            window.first.max(0.0) as usize,
            (window.count as usize).min(MOST_ROWS),
        );
        let query = wire::packets::query(window.query);
        let page = lock(&looks.packets).page(log, &query, first, count);
        let counts = Kind::ALL.into_iter().zip(overview.counts);
        Ok(Some(PacketFrame {
            revision,
            total: page.total as f64,
            matched: page.matched as f64,
            kept: overview.kept as f64,
            left: overview.left as f64,
            messages: overview.messages,
            counts: counts
                .filter(|(_, count)| count.incoming + count.outgoing > 0)
                .map(|(kind, count)| PacketCount {
                    kind: wire::packets::kind(kind),
                    incoming: count.incoming as f64,
                    outgoing: count.outgoing as f64,
                })
                .collect(),
            first: first as f64,
            rows: page
                .rows
                .iter()
                .map(|(packet, decoded)| wire::packets::row(packet, decoded))
                .collect(),
        }))
    }

    /// One packet with every field; none if it left the log.
    pub async fn packet_detail(&self, id: String, packet: f64) -> Result<Option<PacketDetail>, ApiError> {
        let connection = self.connection(&id)?;
        let packet = connection.packets.packet(packet as u64);
        Ok(packet.map(|packet| wire::packets::detail(&packet)))
    }

    /// Whether messages and their acknowledgements are kept too, from now on.
    pub async fn packets_keep_messages(&self, id: String, keep: bool) -> Result<(), ApiError> {
        self.connection(&id)?.packets.keep_messages(keep);
        Ok(())
    }

    /// Writes what matches to a file, oldest first, one line of JSON a packet.
    pub async fn packets_export(&self, id: String, query: PacketQuery) -> Result<Saved, ApiError> {
        let connection = self.connection(&id)?;
        let query = wire::packets::query(query);
        // Ten thousand packets take a while; the threads that move messages don't wait for it.
        let lines = tokio::task::spawn_blocking(move || {
            let mut lines = Vec::new();
            for packet in PacketList::all(&connection.packets, &query) {
                // Writing to a Vec can't fail.
                let _ = writeln!(lines, "{}", wire::packets::json(&packet));
            }
            lines
        });
        let lines = lines.await.map_err(|error| ApiError::Export {
            detail: error.to_string(),
        })?;
        self.save("packets.jsonl", &lines).await
    }
}

/// Grows with every packet and every change of the switch. Zero is "nothing known yet".
fn revision(log: &PacketLog, overview: &Overview) -> f64 {
    let counts = overview.counts.iter();
    let seen: u64 = counts.map(|count| count.incoming + count.outgoing).sum();
    (seen + *log.changed().borrow() + 1) as f64
}
