//! Saved connections and settings, in their own small database, and passwords in the keyring.
//!
//! They never share the fate of a history. Nothing here connects: `session` turns a [`Profile`] into
//! what the client library needs. Passwords are in no file of ours (see [`Secrets`]), except in one that
//! a person asked [`transfer`] to seal.

mod address;
mod check;
mod kept;
mod messages;
mod parts;
mod profile;
mod secrets;
mod store;
pub mod transfer;

pub use self::address::AddressError;
pub use self::check::{ProblemKind, ProfileField, ProfileProblem};
pub use self::kept::{ProfileRetention, Recording};
pub use self::messages::{ProfileSubscription, ProfileWill};
pub use self::parts::{ProfileSecrets, SecretPart};
pub use self::profile::{
    ClientIdMode, Extra, Profile, ProfileId, ProfileProxy, ProxyKind, SignIn, Transport,
};
pub use self::secrets::{Secret, SecretError, SecretPlace, Secrets, WhyMemory};
pub use self::store::{Listing, Profiles, ProfilesError, Saved};
