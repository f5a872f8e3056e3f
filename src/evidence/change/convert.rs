//! What would git keep of a file on disk: with which line endings?
//!
//! Attributes and settings are asked here and nowhere else: a checkout that ends its lines in `\r\n` is not an edit of
//! every line. A line ending that git would not convert stays, and shows.

use std::path::Path;

use git2::{AttrCheckFlags, AttrValue, Oid, Repository};

use super::lines;
use crate::path::RepoPath;

/// The bytes that git would keep; `None` where it would keep them as they are.
pub fn normalised(
    repository: &Repository,
    path: &RepoPath,
    bytes: &[u8],
    indexed: Option<Oid>,
) -> Option<Vec<u8>> {
    if !has_pairs(bytes) || !converts(repository, path, bytes, indexed) {
        return None;
    }
    Some(lines::without_carriage_returns(bytes).into_owned())
}

fn has_pairs(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\r\n")
}

/// `text` decides, then `eol`, then `core.autocrlf`. Where git itself would have to guess, a file that is binary or
/// that has such line endings in the index is left alone.
fn converts(repository: &Repository, path: &RepoPath, bytes: &[u8], indexed: Option<Oid>) -> bool {
    let place = path.as_path();
    match attribute(repository, &place, "text") {
        Attribute::Set => true,
        Attribute::Unset => false,
        Attribute::Value(value) if value == "auto" => is_safe(repository, bytes, indexed),
        Attribute::Value(_) | Attribute::Unspecified => match attribute(repository, &place, "eol") {
            Attribute::Value(_) => true,
            Attribute::Set | Attribute::Unset | Attribute::Unspecified => {
                is_automatic(repository) && is_safe(repository, bytes, indexed)
            }
        },
    }
}

fn is_safe(repository: &Repository, bytes: &[u8], indexed: Option<Oid>) -> bool {
    let blob = indexed.and_then(|id| repository.find_blob(id).ok());
    !lines::is_binary(bytes) && !blob.is_some_and(|blob| has_pairs(blob.content()))
}

fn is_automatic(repository: &Repository) -> bool {
    let Ok(config) = repository.config().and_then(|mut config| config.snapshot()) else {
        return false;
    };
    let is_input = config
        .get_str("core.autocrlf")
        .is_ok_and(|value| value.eq_ignore_ascii_case("input"));
    is_input || config.get_bool("core.autocrlf").unwrap_or(false)
}

enum Attribute {
    Set,
    Unset,
    Value(String),
    Unspecified,
}

fn attribute(repository: &Repository, place: &Path, name: &str) -> Attribute {
    let value = repository
        .get_attr(place, name, AttrCheckFlags::FILE_THEN_INDEX)
        .ok()
        .flatten();
    match AttrValue::from_string(value) {
        AttrValue::True => Attribute::Set,
        AttrValue::False => Attribute::Unset,
        AttrValue::String(value) => Attribute::Value(value.to_owned()),
        AttrValue::Bytes(value) => Attribute::Value(String::from_utf8_lossy(value).into_owned()),
        AttrValue::Unspecified => Attribute::Unspecified,
    }
}
