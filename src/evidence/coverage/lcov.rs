//! How does an LCOV tracefile become line coverage?
