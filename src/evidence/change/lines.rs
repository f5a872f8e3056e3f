//! Which lines of a file are new, and which are gone? The blobs decide; attributes are never consulted.

use git2::{DiffOptions, Patch};

use super::{Content, FileChange, Hunk, Line, Mode, Sides, Store, Version, renames::Pair};

/// Compares the two sides of a pair.
pub fn compare(pair: Pair, store: &dyn Store) -> FileChange {
    let content = match &pair.sides {
        Sides::Added(new) => content(None, Some(new), store),
        Sides::Deleted(old) => content(Some(old), None, store),
        Sides::Both(old, new) => content(Some(old), Some(new), store),
    };
    FileChange {
        status: pair.status,
        sides: pair.sides,
        content,
    }
}

fn content(old: Option<&Version>, new: Option<&Version>, store: &dyn Store) -> Content {
    if old.map(|old| &old.id) == new.map(|new| &new.id) {
        return Content::Text(Vec::new());
    }
    if [old, new]
        .into_iter()
        .flatten()
        .any(|side| side.mode == Mode::Submodule)
    {
        return Content::Opaque("a submodule: its files are not part of this repository".to_owned());
    }
    let read = |side: Option<&Version>| side.map_or(Ok(Vec::new()), |side| store.blob(side));
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) if is_binary(&old) || is_binary(&new) => Content::Binary,
        (Ok(old), Ok(new)) => between(&old, &new),
        (Err(why), _) | (_, Err(why)) => Content::Opaque(why.to_string()),
    }
}

/// As git decides: a NUL byte in the first 8,000 bytes.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8000).any(|byte| *byte == 0)
}

/// The hunks between two texts.
pub fn between(old: &[u8], new: &[u8]) -> Content {
    let mut options = DiffOptions::new();
    options.context_lines(0).force_text(true).indent_heuristic(true);
    let patch = match Patch::from_buffers(old, None, new, None, Some(&mut options)) {
        Ok(patch) => patch,
        Err(error) => return Content::Opaque(format!("cannot be compared: {}", error.message())),
    };
    let mut hunks = Vec::with_capacity(patch.num_hunks());
    for place in 0..patch.num_hunks() {
        let mut hunk = Hunk::default();
        let count = patch.num_lines_in_hunk(place).unwrap_or(0);
        for line in (0..count).filter_map(|line| patch.line_in_hunk(place, line).ok()) {
            let text = String::from_utf8_lossy(line.content());
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let line_of = |number: Option<u32>| Line {
                number: number.unwrap_or(0),
                text: text.into(),
            };
            match line.origin() {
                '+' => hunk.added.push(line_of(line.new_lineno())),
                '-' => hunk.removed.push(line_of(line.old_lineno())),
                _ => {}
            }
        }
        hunks.push(hunk);
    }
    Content::Text(hunks)
}
