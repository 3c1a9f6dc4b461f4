//! The command line: `treetop [--demo | ADDRESS]`. Links such as `mqtt://host` arrive the same way.
//!
//! Everybody on a computer can read the command lines of its programs. A password is therefore read
//! from the standard input; one in an address is taken out of sight as far as the system lets us.

use treetop_api::address;
use treetop_api::types::app::OpenRequest;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Arguments {
    /// Open the window for this.
    Open(OpenRequest),
    /// Open the window for this address, with the password that the standard input holds.
    OpenWithPassword(String),
    /// Print this and end.
    Say(String),
}

/// Why the command line can't be understood, as a sentence for the terminal.
#[derive(Debug, PartialEq)]
pub struct Misunderstood(String);

impl std::fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

const HELP: &str = "\
Treetop, an MQTT 5 explorer

Usage: treetop [--demo | [--password-stdin] ADDRESS]

  ADDRESS      connect to a broker: mqtt://user@host:1883, mqtts://, ws:// or wss://host:port/path
  --demo       start the built-in demo broker and connect to it
  --password-stdin
               read the password of the user in ADDRESS from the standard input
  --version    print the version
  --help       print this

A password in ADDRESS works too, but whoever can list the programs of this computer may see it.";

impl Arguments {
    /// Understands the arguments after the program's name.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, Misunderstood> {
        let mut request = OpenRequest::Nothing;
        let mut password = false;
        for argument in arguments {
            let found = match argument.as_str() {
                "--help" | "-h" => return Ok(Self::Say(HELP.into())),
                "--version" | "-V" => return Ok(Self::Say(format!("treetop {}", env!("CARGO_PKG_VERSION")))),
                "--password-stdin" => {
                    password = true;
                    continue;
                }
                "--demo" => OpenRequest::Demo,
                address if !address.starts_with('-') => OpenRequest::Address {
                    address: address.into(),
                },
                unknown => {
                    return Err(Misunderstood(format!(
                        "treetop: unknown option {unknown}\n\n{HELP}"
                    )));
                }
            };
            if request != OpenRequest::Nothing {
                return Err(Misunderstood(format!(
                    "treetop: one address or --demo, not both\n\n{HELP}"
                )));
            }
            request = found;
        }
        match request {
            OpenRequest::Address { address } if password => Ok(Self::OpenWithPassword(address)),
            _ if password => Err(Misunderstood(format!(
                "treetop: --password-stdin needs an address\n\n{HELP}"
            ))),
            request => Ok(Self::Open(request)),
        }
    }
}

/// The request for an address, with the password on the first line of `input`.
pub fn with_password(address: &str, mut input: impl std::io::BufRead) -> std::io::Result<OpenRequest> {
    let mut password = String::new();
    input.read_line(&mut password)?;
    Ok(OpenRequest::Address {
        address: address::with_password(address, password.trim_end_matches(['\r', '\n'])),
    })
}

/// Begins this program anew without the password on its command line, if there is one. It comes back
/// only where that is not possible, and the password stays where it is.
pub fn hide_password(request: &OpenRequest) {
    if let OpenRequest::Address { address } = request
        && let (address, Some(password)) = address::split(address)
    {
        let error = begin_anew(&address, &password);
        eprintln!(
            "treetop: the password in the address can be seen in the list of programs ({error}); \
             --password-stdin hides it"
        );
    }
}

#[cfg(unix)]
fn begin_anew(address: &str, password: &str) -> std::io::Error {
    use std::io::Write as _;
    use std::os::unix::process::CommandExt as _;

    let begin = || -> std::io::Result<std::io::Error> {
        let (reader, mut writer) = std::io::pipe()?;
        // A password is far smaller than a pipe, so this does not wait for a reader.
        writer.write_all(format!("{}\n", password.replace(['\r', '\n'], "")).as_bytes())?;
        drop(writer);
        let mut anew = std::process::Command::new(std::env::current_exe()?);
        Ok(anew.args(["--password-stdin", address]).stdin(reader).exec())
    };
    begin().unwrap_or_else(|error| error)
}

#[cfg(not(unix))]
fn begin_anew(_address: &str, _password: &str) -> std::io::Error {
    std::io::ErrorKind::Unsupported.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, Misunderstood> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn one_thing_is_opened() {
        assert_eq!(parse(&[]), Ok(Arguments::Open(OpenRequest::Nothing)));
        assert_eq!(parse(&["--demo"]), Ok(Arguments::Open(OpenRequest::Demo)));
        let address = "mqtt://user@host:1883".to_owned();
        assert_eq!(
            parse(&[&address]),
            Ok(Arguments::Open(OpenRequest::Address {
                address: address.clone()
            }))
        );
        assert!(parse(&["--demo", &address]).is_err());
        assert!(parse(&["--nonsense"]).is_err());
        assert_eq!(
            parse(&["--password-stdin", &address]),
            Ok(Arguments::OpenWithPassword(address.clone()))
        );
        assert!(parse(&["--password-stdin"]).is_err());
        assert!(matches!(parse(&["--version"]), Ok(Arguments::Say(_))));
    }

    #[test]
    fn a_password_comes_from_the_first_line() {
        let request = with_password("mqtt://ann@host", &b"p w\r\nmore"[..]).unwrap();
        let address = "mqtt://ann:p%20w@host".to_owned();
        assert_eq!(request, OpenRequest::Address { address });
    }
}
