//! Just enough of PNG to put a picture on a topic: 8-bit RGB, one IDAT chunk, nothing compressed.
//!
//! See RFC 2083 for PNG, RFC 1950 for zlib and RFC 1951 section 3.2.4 for stored blocks.

/// Encodes a picture of `width` × `height` pixels; `pixel(x, y)` gives red, green and blue.
pub fn encode(width: u16, height: u16, pixel: impl Fn(u16, u16) -> [u8; 3]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(usize::from(height) * (1 + 3 * usize::from(width)));
    for y in 0..height {
        rows.push(0); // No filter on this row.
        for x in 0..width {
            rows.extend(pixel(x, y));
        }
    }

    let mut header = Vec::with_capacity(13);
    header.extend(u32::from(width).to_be_bytes());
    header.extend(u32::from(height).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // Bit depth 8, colour type RGB, standard methods, not interlaced.

    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &zlib_stored(&rows));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("65,535 × 65,535 pixels are never asked for");
    png.extend(length.to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let check = crc32(&png[start..]);
    png.extend(check.to_be_bytes());
}

/// A zlib stream of stored blocks of up to 65,535 bytes.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_match_their_published_examples() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_long_picture_is_cut_into_blocks_and_only_the_last_says_so() {
        let stream = zlib_stored(&vec![0; 0xffff + 3]);
        assert_eq!(&stream[..7], &[0x78, 0x01, 0, 0xff, 0xff, 0, 0]);
        assert_eq!(&stream[7 + 0xffff..7 + 0xffff + 5], &[1, 3, 0, 0xfc, 0xff]);
    }

    #[test]
    fn one_red_pixel() {
        let png = encode(1, 1, |_, _| [255, 0, 0]);
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(
            &png[12..33],
            b"IHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90\x77\x53\xde"
        );
        assert_eq!(&png[png.len() - 12..], b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
