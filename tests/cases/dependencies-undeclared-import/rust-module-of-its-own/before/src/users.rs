//! Users.

/// Who is there.
pub struct User;
