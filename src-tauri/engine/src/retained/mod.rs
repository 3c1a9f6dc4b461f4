//! Under construction: retained.
