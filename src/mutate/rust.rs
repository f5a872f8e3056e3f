//! How are faults of Rust code made and measured?

mod conditions;
mod operators;
mod render;
mod sites;
mod values;

use sites::Sites;

use super::{Copy, Engine, Fault, Measured, Mutant, Orders, Progress, Scope};
use crate::error::Error;

/// Every fault that the operators of this language find room for, in the order of the file.
///
/// # Errors
/// The text cannot be parsed.
pub fn faults(text: &str) -> Result<Vec<Fault>, String> {
    Sites::read(text).map(|sites| sites.faults)
}

/// What the user may say about how Rust tests run.
#[derive(Clone, Debug, Default)]
pub struct Options {}

/// Measures Rust mutants.
#[derive(Clone, Debug)]
pub struct Rust {
    /// What every engine is told.
    pub orders: Orders,
    /// What the user says.
    pub options: Options,
}

impl Engine for Rust {
    fn measure(
        &self,
        mutants: &[&Mutant],
        scope: &Scope,
        copy: &Copy,
        progress: &dyn Progress,
    ) -> Result<Measured, Error> {
        let _ = (mutants, scope, copy, progress);
        Err(Error::usage("not built yet", "wait"))
    }
}
