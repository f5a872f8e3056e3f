//! How does an Infection log become mutants?
