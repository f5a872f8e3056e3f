//! How does a Cobertura report become line coverage?
