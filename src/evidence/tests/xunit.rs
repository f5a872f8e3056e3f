//! How does an xUnit.net report become a test run?
