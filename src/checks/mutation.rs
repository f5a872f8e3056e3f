//! Would the tests notice a bug on the changed lines?

pub mod baseline_red;
pub mod missing;
pub mod operators;
pub mod score;
pub mod stale;
pub mod survivor;
pub mod uncovered;
pub mod vacuous;
