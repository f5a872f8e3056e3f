//! Which packages does a go.mod name?
