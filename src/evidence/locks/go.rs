//! What does a `go.sum` list?

use super::{Locked, numbered};
use crate::evidence::manifests::document::Problem;

/// Reads a `go.sum`: one module, version and hash a line.
///
/// # Errors
/// A line has not three words.
pub fn read(text: &str) -> Result<Vec<Locked>, Problem> {
    let mut found = Vec::new();
    for (line, whole) in numbered(text).filter(|(_, whole)| !whole.trim().is_empty()) {
        let words: Vec<&str> = whole.split_whitespace().collect();
        let [name, version, hash] = words.as_slice() else {
            return Err(Problem::new(
                line,
                "is no line of a go.sum: module, version, hash",
            ));
        };
        found.push(Locked {
            name: (*name).to_owned(),
            version: (*version).to_owned(),
            source: None,
            checksums: [("h1".to_owned(), (*hash).to_owned())].into(),
            line,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_or_refused() {
        let found = read("a v1.0.0 h1:x=\na v1.0.0/go.mod h1:y=\n").unwrap();
        assert_eq!((found[1].version.as_str(), found[1].line), ("v1.0.0/go.mod", 2));
        assert_eq!(read("a v1.0.0 h1:x=\n<<<<<<< ours\n").unwrap_err().line, 2);
    }
}
