//! opencode: how do the files of its store make up a session?
//!
//! `session/<project>/<session>.json`, `message/<session>/*.json`, `part/<message>/*.json`: the caller names the first,
//! the others lie beside it. Names come from inside the files, so only plain ones are followed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{blocks::str_at, log::Log, mend, opencode};
use crate::{
    error::Error,
    evidence::file::{self, Input},
    limits,
};

/// What has been read so far, against the limits.
#[derive(Default)]
struct Read {
    inputs: Vec<Input>,
    bytes: usize,
}

/// Reads the messages of the session whose file this is.
///
/// # Errors
/// A file cannot be read, or there are too many of them.
pub(super) fn session(log: &mut Log, value: &Value, place: &Path) -> Result<Vec<Input>, Error> {
    let root = place.ancestors().nth(3).unwrap_or(place);
    let mut read = Read::default();
    let Some(id) = str_at(value, "id").filter(|id| is_plain(id)) else {
        return Ok(read.inputs);
    };
    let messages = read.folder(log, &root.join("message").join(id))?;
    if messages.is_empty() {
        log.gap("the messages of the session do not lie beside its file");
    }
    // older versions kept all parts in one folder
    let flat = read.folder(log, &root.join("part"))?;
    for info in messages {
        let id = str_at(&info, "id").filter(|id| is_plain(id)).unwrap_or("-");
        let mut parts = read.folder(log, &root.join("part").join(id))?;
        parts.extend(
            flat.iter()
                .filter(|part| str_at(part, "messageID") == Some(id))
                .cloned(),
        );
        if info.get("error").is_some() {
            log.gap("a message was broken off");
        }
        opencode::message(log, &json!({ "info": info, "parts": parts }));
    }
    Ok(read.inputs)
}

fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name.len() <= 128 && name.chars().all(is_plain)
}

impl Read {
    /// The values of every JSON file in a folder, in the order of their names; none where there is no such folder.
    fn folder(&mut self, log: &mut Log, folder: &Path) -> Result<Vec<Value>, Error> {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Ok(Vec::new());
        };
        let entries = entries.take(limits::TRANSCRIPT_FILES).filter_map(Result::ok);
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        let mut values = Vec::new();
        for path in paths {
            values.extend(self.one(log, &path)?);
        }
        Ok(values)
    }

    fn one(&mut self, log: &mut Log, path: &Path) -> Result<Option<Value>, Error> {
        let bytes = file::read(path, limits::TRANSCRIPT_LINE_BYTES as u64)?;
        self.bytes += bytes.len();
        self.inputs.push(Input::of("claims", file::shown(path), &bytes));
        if self.bytes > limits::TRANSCRIPT_DOCUMENT_BYTES || self.inputs.len() > limits::TRANSCRIPT_FILES {
            return Err(Error::Limit {
                what: "transcript-document-bytes",
                file: file::shown(path),
                problem: format!(
                    "the files of one session are more than {}, or have more than {} bytes",
                    limits::TRANSCRIPT_FILES,
                    limits::TRANSCRIPT_DOCUMENT_BYTES
                ),
            });
        }
        let text = String::from_utf8_lossy(&bytes);
        let value = serde_json::from_str(&text).ok();
        if value.is_none() {
            log.cut_off(format!(
                "`{}` is cut off",
                crate::escape::line(&file::shown(path))
            ));
        }
        Ok(value.or_else(|| mend::read(&text)))
    }
}
