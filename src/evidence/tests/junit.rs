//! How does JUnit XML become a test run?
