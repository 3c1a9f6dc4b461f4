//! The command line: `treetop [--demo | ADDRESS]`. Links such as `mqtt://host` arrive the same way.

use treetop_api::types::app::OpenRequest;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Arguments {
    /// Open the window for this.
    Open(OpenRequest),
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

Usage: treetop [--demo | ADDRESS]

  ADDRESS      connect to a broker: mqtt://user@host:1883, mqtts://, ws:// or wss://host:port/path
  --demo       start the built-in demo broker and connect to it
  --version    print the version
  --help       print this";

impl Arguments {
    /// Understands the arguments after the program's name.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, Misunderstood> {
        let mut request = OpenRequest::Nothing;
        for argument in arguments {
            let found = match argument.as_str() {
                "--help" | "-h" => return Ok(Self::Say(HELP.into())),
                "--version" | "-V" => return Ok(Self::Say(format!("treetop {}", env!("CARGO_PKG_VERSION")))),
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
        Ok(Self::Open(request))
    }
}

#[cfg(test)]
mod tests {
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
        assert!(matches!(parse(&["--version"]), Ok(Arguments::Say(_))));
    }
}
