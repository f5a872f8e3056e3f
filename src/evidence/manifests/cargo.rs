//! Which packages does a Cargo manifest name?
