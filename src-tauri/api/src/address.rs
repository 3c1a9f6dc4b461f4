//! The password in an address such as `mqtt://user:password@host`, taken out and put in.
//!
//! An address on the command line is in the list of processes, and one that is wrong is shown: neither
//! may have a password. Whether the rest is an address is not decided here.

/// The address without its password, and the password.
pub fn split(address: &str) -> (String, Option<String>) {
    let Some((colon, at)) = password(address) else {
        return (address.to_owned(), None);
    };
    let without = format!("{}{}", &address[..colon], &address[at..]);
    (without, Some(decoded(&address[colon + 1..at])))
}

/// The address with this password. Without a user there is no place for one, and it stays as it is.
pub fn with_password(address: &str, password: &str) -> String {
    let (without, _) = split(address);
    let start = authority(&without);
    let Some(at) = user_end(&without, start) else {
        return without;
    };
    format!("{}:{}{}", &without[..at], encoded(password), &without[at..])
}

/// Where the authority begins (RFC 3986, 3.2).
fn authority(address: &str) -> usize {
    address.find("://").map_or(0, |scheme| scheme + 3)
}

/// Where the `@` behind the user is.
fn user_end(address: &str, start: usize) -> Option<usize> {
    let rest = &address[start..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if let Some(at) = rest[..end].rfind('@') {
        return Some(start + at);
    }
    // A slash in a password is against the rules, and yet it is one if it can't be the path behind a port.
    let (_, port) = rest[..end].split_once(':')?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    rest.rfind('@').filter(|_| !is_port).map(|at| start + at)
}

/// Where the colon before the password is, and the `@` behind it.
fn password(address: &str) -> Option<(usize, usize)> {
    let start = authority(address);
    let at = user_end(address, start)?;
    let colon = start + address[start..at].find(':')?;
    Some((colon, at))
}

/// Everything but letters and digits as `%XX` (RFC 3986, 2.1).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `%XX` as the byte it stands for; what is no such thing stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_and_put_in() {
        let cases = [
            ("mqtt://ann:pw@host:1883", "mqtt://ann@host:1883", Some("pw")),
            ("ann:pw@host", "ann@host", Some("pw")),
            (
                "ws://ann:a%40b%2fc@host/mqtt?x=1",
                "ws://ann@host/mqtt?x=1",
                Some("a@b/c"),
            ),
            ("mqtt://ann:a:b@host", "mqtt://ann@host", Some("a:b")),
            ("mqtt://ann:a@b@host", "mqtt://ann@host", Some("a@b")),
            ("mqtt://ann:a/b@host", "mqtt://ann@host", Some("a/b")),
            ("mqtt://:pw@host", "mqtt://@host", Some("pw")),
            ("mqtt://ann@host:1883", "mqtt://ann@host:1883", None),
            ("mqtt://[::1]:1883", "mqtt://[::1]:1883", None),
            ("host:1883", "host:1883", None),
            ("ws://host/path:a", "ws://host/path:a", None),
            ("ws://host:80/path@b", "ws://host:80/path@b", None),
        ];
        for (address, without, password) in cases {
            let found = split(address);
            assert_eq!(
                found,
                (without.to_owned(), password.map(str::to_owned)),
                "{address}"
            );
            if let Some(password) = password {
                assert_eq!(split(&with_password(without, password)), found, "{address}");
            }
        }
        assert_eq!(with_password("mqtt://host", "pw"), "mqtt://host");
        assert_eq!(
            with_password("mqtt://ann:old@host", "n/w"),
            "mqtt://ann:n%2Fw@host"
        );
    }
}
