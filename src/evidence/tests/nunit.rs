//! How does an NUnit report become a test run?
