//! Makes a profile that was read usable: what is wrong with it goes, and a note tells.

use super::{Candidate, Note};
use crate::profiles::{Profile, ProfileField as Field, ProfileId, Secret};

/// The connection without its problems; the error is its name if there is no way to use it.
pub(super) fn settle(
    mut profile: Profile,
    password: Option<Secret>,
    mut notes: Vec<Note>,
) -> Result<Candidate, String> {
    let usual = Profile::new(ProfileId::default(), String::new());
    profile.id = ProfileId::default();
    profile.host = profile.host.trim().to_owned();
    profile.name = profile.name.trim().to_owned();
    if profile.name.is_empty() {
        profile.name.clone_from(&profile.host);
    }
    let mut filters = Vec::new();
    let mut properties = Vec::new();
    for problem in profile.validate() {
        let field = match problem.field {
            Field::Subscription(at) => {
                filters.push(at);
                continue;
            }
            Field::UserProperty(at) => {
                properties.push(at);
                "userProperties"
            }
            Field::Path => {
                profile.path.clone_from(&usual.path);
                "path"
            }
            Field::ClientId => {
                profile.client_id.clear();
                "clientId"
            }
            Field::Username => {
                profile.username.clear();
                "username"
            }
            Field::KeepAlive => {
                profile.keep_alive_secs = usual.keep_alive_secs;
                "keepalive"
            }
            Field::ReceiveMaximum => {
                profile.receive_maximum = usual.receive_maximum;
                "receiveMaximum"
            }
            Field::MaximumPacketSize => {
                profile.maximum_packet_size = usual.maximum_packet_size;
                "maximumPacketSize"
            }
            Field::ClientCertFile | Field::ClientKeyFile => {
                (profile.client_cert_file, profile.client_key_file) = (None, None);
                "cert, key"
            }
            Field::Alpn => {
                profile.alpn.clear();
                "ALPN"
            }
            Field::WillTopic
            | Field::WillPayload
            | Field::WillContentType
            | Field::WillResponseTopic
            | Field::WillCorrelationData
            | Field::WillUserProperty(_) => {
                profile.will = None;
                "will"
            }
            Field::FirstRetry | Field::LongestRetry => {
                profile.first_retry_secs = usual.first_retry_secs;
                profile.longest_retry_secs = usual.longest_retry_secs;
                "retry"
            }
            // Without a host and a port it is no connection.
            _ => return Err(profile.name),
        };
        let note = Note::NotUsable { field: field.into() };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    // A problem can name a place twice; from the end, so that earlier places stay.
    filters.dedup();
    for at in filters.into_iter().rev() {
        let filter = profile.subscriptions.remove(at).filter;
        notes.push(Note::BadFilter { filter });
    }
    properties.dedup();
    for at in properties.into_iter().rev() {
        profile.user_properties.remove(at);
    }
    if profile.transport.is_encrypted() && !profile.verify_certificate {
        notes.push(Note::Unverified);
    }
    match profile.validate().is_empty() {
        true => Ok(Candidate {
            profile,
            password,
            notes,
        }),
        false => Err(profile.name),
    }
}
