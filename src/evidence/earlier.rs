//! What did an earlier verdict on the same work say? Read from the JSON report of an earlier run.

use std::path::Path;

use serde::Deserialize;

use super::file::{self, Input};
use crate::{error::Error, limits};

/// The version of the JSON report's schema that this program writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// What later runs compare themselves with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The head commit that was judged, where it was one.
    pub head: Option<String>,
    /// Paths that the change added then.
    pub added: Vec<String>,
    /// The file as the caller named it.
    pub file: String,
}

#[derive(Deserialize)]
struct Verdict {
    schema_version: u32,
    change: Judged,
}

#[derive(Deserialize)]
struct Judged {
    head: Option<String>,
    #[serde(default)]
    files: Vec<Touched>,
}

#[derive(Deserialize)]
struct Touched {
    path: String,
    status: String,
}

/// Reads the JSON report of an earlier run.
///
/// # Errors
/// The file cannot be read, or is not such a report.
pub fn read(path: &Path) -> Result<(Earlier, Input), Error> {
    let bytes = file::read(path, limits::MUTATION_BYTES)?;
    let name = file::shown(path);
    let verdict: Verdict = serde_json::from_slice(&bytes).map_err(|error| Error::Invalid {
        kind: "earlier verdict",
        file: name.clone(),
        line: Some(error.line()),
        column: Some(error.column()),
        problem: format!("is not a JSON report of `countersign check`: {}", cause(&error)),
    })?;
    if verdict.schema_version != SCHEMA_VERSION {
        let problem = format!(
            "has schema version {}; this program reads {}",
            verdict.schema_version, SCHEMA_VERSION
        );
        return Err(Error::invalid("earlier verdict", name, problem));
    }
    let added = verdict
        .change
        .files
        .into_iter()
        .filter(|file| file.status == "added")
        .map(|file| file.path)
        .collect();
    let input = Input::of("earlier", name.clone(), &bytes);
    Ok((
        Earlier {
            head: verdict.change.head,
            added,
            file: name,
        },
        input,
    ))
}

/// What the parser says, without the place that it adds.
fn cause(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    match whole.rfind(" at line ") {
        Some(end) => whole.get(..end).unwrap_or(&whole).to_owned(),
        None => whole,
    }
}
