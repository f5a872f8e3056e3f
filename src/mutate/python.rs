//! How are faults of Python code made and measured?

mod literals;
mod operators;
mod sites;

use super::{Copy, Engine, Fault, Measured, Mutant, Orders, Progress, Scope};
use crate::error::Error;

/// Every fault that the operators of this language find room for, in the order of the file.
///
/// # Errors
/// The text cannot be parsed.
pub fn faults(text: &str) -> Result<Vec<Fault>, String> {
    let sites = sites::read(text)?;
    Ok(sites.into_iter().map(|site| site.fault).collect())
}

/// What the user may say about how Python tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The interpreter to use, instead of the one that is found.
    pub interpreter: Option<std::path::PathBuf>,
}

/// Measures Python mutants.
#[derive(Clone, Debug)]
pub struct Python {
    /// What every engine is told.
    pub orders: Orders,
    /// What the user says.
    pub options: Options,
}

impl Engine for Python {
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
