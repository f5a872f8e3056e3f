//! Tills.
