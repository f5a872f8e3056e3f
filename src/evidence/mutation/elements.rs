//! How does a mutation-testing-elements report become mutants?
