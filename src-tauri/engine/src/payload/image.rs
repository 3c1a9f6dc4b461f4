//! Recognises images by their first bytes and reads their size. It never decodes a pixel.

use super::model::ImageKind;

/// The image format that the first bytes announce.
pub(super) fn kind(bytes: &[u8]) -> Option<ImageKind> {
    let marks: [(&[u8], ImageKind); 4] = [
        (b"\x89PNG\r\n\x1a\n", ImageKind::Png),
        (b"\xff\xd8\xff", ImageKind::Jpeg),
        (b"GIF87a", ImageKind::Gif),
        (b"GIF89a", ImageKind::Gif),
    ];
    if let Some((_, kind)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(*kind);
    }
    match (bytes.get(..4)?, bytes.get(4..12)) {
        (b"RIFF", Some([_, _, _, _, b'W', b'E', b'B', b'P'])) => Some(ImageKind::WebP),
        (_, Some(b"ftypavif")) => Some(ImageKind::Avif),
        // The reserved words of a bitmap header are zero, which a text that starts with BM has not.
        ([b'B', b'M', ..], _) if bytes.get(6..10) == Some(&[0; 4]) => Some(ImageKind::Bmp),
        _ => None,
    }
}

fn big(bytes: &[u8], at: usize, width: usize) -> Option<u32> {
    Some(
        bytes
            .get(at..at + width)?
            .iter()
            .fold(0, |n, byte| n << 8 | u32::from(*byte)),
    )
}

fn little(bytes: &[u8], at: usize, width: usize) -> Option<u32> {
    Some(
        bytes
            .get(at..at + width)?
            .iter()
            .rev()
            .fold(0, |n, byte| n << 8 | u32::from(*byte)),
    )
}

/// Width and height in pixels, where the header tells. AVIF keeps it too deep to look, and SVG has any.
pub fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    match kind(bytes)? {
        ImageKind::Png => Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?)),
        ImageKind::Gif => Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?)),
        ImageKind::Bmp => Some((
            little(bytes, 18, 4)?,
            (little(bytes, 22, 4)? as i32).unsigned_abs(),
        )),
        ImageKind::Jpeg => jpeg(bytes),
        ImageKind::WebP => match bytes.get(12..16)? {
            b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
            b"VP8L" => {
                let bits = little(bytes, 21, 4)?;
                Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
            }
            _ => Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff)),
        },
        ImageKind::Avif | ImageKind::Svg => None,
    }
}

/// Walks the segments up to the frame header.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let (mark, code) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        match code {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + big(bytes, at + 2, 2)? as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_images_and_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
        let gif = b"GIF89a\x10\0\x20\0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08\x01\xe0\x02\x80";
        for (bytes, image, size) in [
            (&png[..], ImageKind::Png, Some((640, 480))),
            (&gif[..], ImageKind::Gif, Some((16, 32))),
            (&jpeg[..], ImageKind::Jpeg, Some((640, 480))),
            (b"\xff\xd8\xff\xe0\xff\xff", ImageKind::Jpeg, None),
            (
                b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0",
                ImageKind::WebP,
                Some((640, 480)),
            ),
        ] {
            assert_eq!((kind(bytes), dimensions(bytes)), (Some(image), size));
        }
        for bytes in [&b""[..], b"BM ", b"BMW is a car", b"<svg/>", b"RIFF\0\0\0\0WAVE"] {
            assert_eq!(kind(bytes), None);
        }
    }
}
