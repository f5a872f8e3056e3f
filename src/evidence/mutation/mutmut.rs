//! How do mutmut's results become mutants?
