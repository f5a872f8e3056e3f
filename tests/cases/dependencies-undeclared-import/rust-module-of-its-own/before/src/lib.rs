//! Tills.

use serde::Serialize;

pub mod users;

/// A till.
#[derive(Serialize)]
pub struct Till {
    /// What lies in it.
    pub sum: u64,
}
