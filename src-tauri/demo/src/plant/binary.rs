//! Payloads that no parser knows: raw registers, sample blocks and a piece of firmware.

use crate::feed::Feed;
use crate::signal::Seed;

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let level = seed.of("plc level").walk(0.0, 4095.0, 20.0);
    let wave = seed.of("wave").walk(0.2, 1.0, 10.0);
    vec![
        // A Modbus answer: unit, function, byte count, then big-endian registers.
        Feed::bytes("factory/line-1/plc/registers", move |m| {
            let mut frame = vec![0x11, 0x03, 16];
            frame.extend(
                (0..8u16).flat_map(|n| (level.at(m.elapsed) as u16).wrapping_add(n * 37).to_be_bytes()),
            );
            frame
        })
        .content_type("application/octet-stream"),
        // One bit per input.
        Feed::bytes("factory/line-1/plc/inputs", move |m| {
            (0..6u64)
                .map(|byte| (seed.unit(m.count / 3 + byte) * 256.0) as u8)
                .collect::<Vec<u8>>()
        })
        .every(1.0),
        // 256 samples as little-endian 32-bit floats, without a content type.
        Feed::bytes("factory/line-2/press-04/waveform", move |m| {
            let swing = wave.at(m.elapsed);
            let sample =
                |n: u16| ((f64::from(n) * 0.13).sin() * swing + (f64::from(n) * 0.71).sin() * 0.1) as f32;
            (0..256u16)
                .flat_map(|n| sample(n).to_le_bytes())
                .collect::<Vec<u8>>()
        })
        .every(5.0),
        Feed::bytes("factory/firmware/press/2.14.0-rc.3", move |_| {
            let body = (0..8192u64).map(|n| (seed.unit(n) * 256.0) as u8);
            b"\x7fELF".iter().copied().chain(body).collect::<Vec<u8>>()
        })
        .once()
        .content_type("application/octet-stream")
        .tagged("sha256", "unsigned"),
    ]
}
