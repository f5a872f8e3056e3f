//! How does a claims manifest become claims?

use std::path::Path;

use super::{Claim, Claims, Counts, Form, Rank, Status};
use crate::{
    error::Error,
    evidence::file::{self, Input},
    limits, yaml,
};

/// Reads a manifest.
///
/// # Errors
/// The file cannot be read, or is no manifest.
pub fn read(path: &Path) -> Result<Claims, Error> {
    let bytes = file::read(path, limits::CLAIMS_BYTES as u64)?;
    let name = file::shown(path);
    let manifest: Manifest = yaml::read("claims", &name, &bytes, limits::CLAIMS_BYTES)?;
    let claims = manifest.claims.into_iter().map(|entry| Claim {
        form: serde_json::from_value::<Form>(serde_json::Value::String(entry.form.clone())).ok(),
        form_name: entry.form,
        targets: entry.target.map(|target| vec![target]).unwrap_or_default(),
        to: entry.to,
        count: entry.count.unwrap_or_default(),
        scope: entry.scope,
        status: entry.status,
        said: entry.source,
        file: name.clone(),
        line: None,
        rank: Rank::Manifest,
    });
    Ok(Claims {
        claims: claims.collect(),
        texts: Vec::new(),
        inputs: vec![Input::of("claims", name.clone(), &bytes)],
    })
}

/// A claims manifest (CHECKS 4.9).
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// One entry a statement.
    claims: Vec<Entry>,
}

#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    form: String,
    target: Option<String>,
    to: Option<String>,
    count: Option<Counts>,
    scope: Option<String>,
    #[serde(default)]
    status: Status,
    source: Option<String>,
}
