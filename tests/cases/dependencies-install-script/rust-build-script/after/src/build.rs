//! How is a till built? A module as any other.
