//! Protocol buffers: the fields on the wire, the message types of a person's `.proto` files, and the
//! reader that goes by one or, without a type, by field numbers.

mod fields;
mod read;
mod scalar;
mod schema;
#[cfg(test)]
mod tests;

pub(super) use fields::{Data, Fields};
pub(super) use read::Reader;
pub use schema::{MessageType, SchemaFile, SchemaProblem, Schemas};
