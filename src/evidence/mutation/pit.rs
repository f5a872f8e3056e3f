//! How does a PIT report become mutants?
