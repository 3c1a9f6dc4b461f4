//! Under construction: session.
