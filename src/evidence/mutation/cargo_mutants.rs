//! How do cargo-mutants' outcomes become mutants?
