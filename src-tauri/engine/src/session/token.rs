//! The token a connection signs in with: read again before each try, because tokens are short-lived.
//!
//! Of a JWT (RFC 7519) the claims are read, never checked: that is up to the broker. A token that
//! says of itself that its time is over is not tried. Any other text passes as it is.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rumqttc::MqttOptions;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::convert;
use super::failure::{Failure, TokenFailure};
use super::options::{Secret, SessionOptions, TokenSource};
use super::status::Step;
use super::stream::Wire;
use crate::message::Timestamp;

/// The longest password of CONNECT in bytes (MQTT 5, 3.1.3.6).
const LONGEST: usize = 65_535;

/// How long a command may take to print a token; it may have to ask a server.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// A token, and what it says about itself.
#[derive(Clone, Debug)]
pub struct Token {
    secret: Secret,
    /// `None` if it is no JWT.
    pub claims: Option<Claims>,
}

/// What a JWT claims (RFC 7519, 4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// All of them in their order, values other than text as JSON.
    pub all: Vec<(String, String)>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// When it begins.
    pub not_before: Option<Timestamp>,
}

/// Why there is no token to use.
fn failure(kind: TokenFailure, detail: impl Into<String>) -> Failure {
    Failure::Token {
        kind,
        detail: detail.into(),
    }
}

/// Puts a fresh token in the place of the password, if the session signs in with one.
pub(super) async fn renew(
    options: &SessionOptions,
    wire: &Wire,
    mqtt: &mut MqttOptions,
) -> Result<(), Failure> {
    let Some(source) = &options.token else {
        return Ok(());
    };
    wire.step(Step::Token);
    let token = read(source).await?;
    token.check(Timestamp::now())?;
    mqtt.set_auth(convert::auth(
        options.username.clone(),
        Some(token.secret.expose()),
    ));
    Ok(())
}

/// Reads a token from where it is.
///
/// # Errors
///
/// [`Failure::Token`], which never holds what was read.
pub async fn read(source: &TokenSource) -> Result<Token, Failure> {
    let bytes = match source {
        TokenSource::Given(secret) => secret.expose().to_vec(),
        TokenSource::File(path) => tokio::fs::read(path).await.map_err(|error| {
            let path = path.display().to_string();
            failure(TokenFailure::UnreadableFile { path }, error.to_string())
        })?,
        TokenSource::Command(command) => printed(command).await?,
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| failure(TokenFailure::NotText, "not UTF-8"))?
        .trim();
    if text.is_empty() {
        return Err(failure(TokenFailure::Empty, "nothing but white space"));
    }
    if text.len() > LONGEST {
        let bytes = text.len();
        return Err(failure(TokenFailure::TooLong { bytes }, format!("{bytes} bytes")));
    }
    Ok(Token {
        claims: claims(text),
        secret: Secret::new(text.to_owned()),
    })
}

impl Token {
    /// True to its own dates at `now`.
    ///
    /// # Errors
    ///
    /// [`Failure::Token`] with the date it breaks.
    pub fn check(&self, now: Timestamp) -> Result<(), Failure> {
        let Some(claims) = &self.claims else {
            return Ok(());
        };
        match (claims.expires, claims.not_before) {
            (Some(at), _) if at <= now => Err(failure(TokenFailure::Expired { at }, "exp is over")),
            (_, Some(at)) if at > now => Err(failure(TokenFailure::NotYetValid { at }, "nbf is to come")),
            _ => Ok(()),
        }
    }
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_header, body, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let body = URL_SAFE_NO_PAD.decode(body.trim_end_matches('=')).ok()?;
    let Value::Object(body) = serde_json::from_slice(&body).ok()? else {
        return None;
    };
    // Seconds, perhaps with a fraction (RFC 7519, 2, NumericDate).
    let date = |name: &str| {
        let seconds = body.get(name)?.as_f64()?;
        Some(Timestamp((seconds * 1_000_000.0) as i64))
    };
    Some(Claims {
        expires: date("exp"),
        not_before: date("nbf"),
        all: body
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name.clone(), text.clone()),
                value => (name.clone(), value.to_string()),
            })
            .collect(),
    })
}

/// What a command prints. Its standard error is not kept: scripts write secrets there when traced.
async fn printed(command: &str) -> Result<Vec<u8>, Failure> {
    let words = words(command).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| failure(TokenFailure::BadCommand, "a quote is not closed"))?;
    let program = words[0].clone();
    let mut child = Command::new(&program)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failure(TokenFailure::NoSuchCommand { program }, error.to_string()))?;
    let mut output = Vec::new();
    let run = async {
        if let Some(stdout) = child.stdout.take() {
            // More than a token may have is read by one byte, to be refused as too long.
            let mut stdout = stdout.take(LONGEST as u64 + 1024);
            stdout.read_to_end(&mut output).await?;
        }
        child.wait().await
    };
    let status = tokio::time::timeout(COMMAND_LIMIT, run)
        .await
        .map_err(|_elapsed| failure(TokenFailure::CommandTimeout, "no end in time"))?
        .map_err(|error| failure(TokenFailure::CommandFailed { code: None }, error.to_string()))?;
    if status.success() {
        Ok(output)
    } else {
        let code = status.code();
        Err(failure(TokenFailure::CommandFailed { code }, status.to_string()))
    }
}

/// A command line as words; single and double quotes keep spaces. `None` if one is not closed.
pub(crate) fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in command.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) => word.get_or_insert_default().push(character),
            None if character == '"' || character == '\'' => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            None if character.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    async fn kind(source: TokenSource) -> TokenFailure {
        match read(&source).await.unwrap_err() {
            Failure::Token { kind, .. } => kind,
            other => panic!("{other:?}"),
        }
    }

    fn given(text: &str) -> TokenSource {
        TokenSource::Given(Secret::new(text.to_owned()))
    }

    #[tokio::test]
    async fn the_claims_of_a_jwt_are_read_in_their_order() {
        let text = jwt(r#"{"sub":"press-4","exp":1700000000.5,"scope":["a","b"],"nbf":1600000000}"#);
        let token = read(&given(&format!(" {text}\n"))).await.unwrap();
        assert_eq!(token.secret.expose(), text.as_bytes());
        let claims = token.claims.clone().unwrap();
        assert_eq!(claims.all[0], ("sub".to_owned(), "press-4".to_owned()));
        assert_eq!(claims.all[2], ("scope".to_owned(), r#"["a","b"]"#.to_owned()));
        assert_eq!(claims.expires, Some(Timestamp(1_700_000_000_500_000)));
        assert!(!format!("{token:?}").contains(&text));
        let at = |seconds: i64| token.check(Timestamp(seconds * 1_000_000));
        assert_eq!(at(1_650_000_000), Ok(()));
        let over = TokenFailure::Expired {
            at: Timestamp(1_700_000_000_500_000),
        };
        assert!(matches!(at(1_700_000_001), Err(Failure::Token { kind, .. }) if kind == over));
        let early = TokenFailure::NotYetValid {
            at: Timestamp(1_600_000_000_000_000),
        };
        assert!(matches!(at(1_500_000_000), Err(Failure::Token { kind, .. }) if kind == early));
    }

    #[tokio::test]
    async fn a_text_that_is_no_jwt_passes_as_it_is() {
        for text in ["opaque", "a.b", "a.b.c", "e30.bm8.c2ln", "a.b.c.d"] {
            let token = read(&given(text)).await.unwrap();
            assert_eq!(token.claims, None, "{text}");
            assert_eq!(token.check(Timestamp::now()), Ok(()));
        }
        assert_eq!(kind(given(" \n")).await, TokenFailure::Empty);
        let long = "x".repeat(65_536);
        assert_eq!(kind(given(&long)).await, TokenFailure::TooLong { bytes: 65_536 });
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_prints_the_token_and_fails_with_its_code() {
        let command = |text: &str| TokenSource::Command(text.to_owned());
        let token = read(&command("printf '%s\n' 'a token'")).await.unwrap();
        assert_eq!(token.secret.expose(), "a token");
        let failed = TokenFailure::CommandFailed { code: Some(3) };
        assert_eq!(kind(command("sh -c 'echo secret; exit 3'")).await, failed);
        let program = "no-such-program".to_owned();
        assert_eq!(
            kind(command("no-such-program")).await,
            TokenFailure::NoSuchCommand { program }
        );
        assert_eq!(kind(command("echo 'open")).await, TokenFailure::BadCommand);
        assert_eq!(kind(command("true")).await, TokenFailure::Empty);
    }

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            words(r#"a  "b c" d'e f'g "" "#).unwrap(),
            ["a", "b c", "de fg", ""]
        );
        assert_eq!(words(r"C:\bin\x.exe -v").unwrap(), [r"C:\bin\x.exe", "-v"]);
        assert_eq!(words(" "), Some(Vec::new()));
        assert_eq!(words("a 'b"), None);
    }
}
