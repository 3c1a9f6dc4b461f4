//! Under construction: profiles.
