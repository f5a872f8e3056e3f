//! How does `go test -json` output become a test run?
