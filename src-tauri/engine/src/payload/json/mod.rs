//! JSON without a document: a scanner, and the escapes of its strings.

mod escape;
mod scan;

pub(super) use escape::{quote, unescape};
pub(super) use scan::Scanner;
