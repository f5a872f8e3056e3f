//! How is a till built? A module like any other.
