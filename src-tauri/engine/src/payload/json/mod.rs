//! JSON without a document: a scanner, and the escapes of its strings.

mod escape;
mod scan;

pub(super) use escape::{quote, seen, unescape};
pub(super) use scan::Scanner;
