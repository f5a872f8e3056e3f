//! Tills.

use serde::Serialize;
use serde_json::Value;

/// A till.
#[derive(Serialize)]
pub struct Till {
    /// What lies in it.
    pub sum: u64,
    /// Everything else.
    pub rest: Value,
}
