//! Tills.

use serde::Serialize;

pub mod users;
use users::User;

/// A till.
#[derive(Serialize)]
pub struct Till {
    /// What lies in it.
    pub sum: u64,
    /// Who looks after it.
    pub rest: User,
}
