//! Tills.

use serde::Serialize;

/// A till.
#[derive(Serialize)]
pub struct Till {
    /// What lies in it.
    pub sum: u64,
}
