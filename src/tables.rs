//! How are the tables of `rules/` read, which are part of this program?
//!
//! They are written in YAML; the build turns them into JSON (`build.rs`), because every run reads some of them first.

use serde::de::DeserializeOwned;

use crate::error::Error;

/// The text of a table, by its path below `rules/` without the ending.
macro_rules! table {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/rules/", $path, ".json"))
    };
}

pub(crate) use table;

/// Reads a table.
///
/// # Errors
/// It does not parse: a fault of this program.
pub(crate) fn read<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Rules {
        pack: table,
        problem: error.to_string(),
    })
}
