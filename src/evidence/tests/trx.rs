//! How does a TRX report become a test run?
