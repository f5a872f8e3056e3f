//! How are faults of Rust code made and measured?

use super::{Copy, Engine, Fault, Measured, Mutant, Orders, Progress, Scope};
use crate::error::Error;

/// Every fault that the operators of this language find room for, in the order of the file.
///
/// # Errors
/// The text cannot be parsed.
pub fn faults(text: &str) -> Result<Vec<Fault>, String> {
    let _ = text;
    Err("not built yet".to_owned())
}

/// What the user may say about how Rust tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only these packages of the workspace; all of them where empty.
    pub packages: Vec<String>,
    /// Features to switch on.
    pub features: Vec<String>,
    /// Switch all features on.
    pub all_features: bool,
    /// Switch the default features off.
    pub no_default_features: bool,
    /// The tests run under cargo-nextest, which knows no doctests.
    pub nextest: bool,
}

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
