//! Under construction: payload.
