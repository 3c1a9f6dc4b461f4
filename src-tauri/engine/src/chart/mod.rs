//! Under construction: chart.
