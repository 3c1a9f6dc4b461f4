//! Under construction: view.
