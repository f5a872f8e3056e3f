//! Which files does a patch change? Git's own form, plain unified diffs, and mails around either.

use super::{
    hunks::{self, Ranges},
    names,
};
use crate::evidence::change::{Hunk, Mode, walk};

/// What is wrong with a patch, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based line.
    pub line: usize,
    /// The sentence.
    pub what: String,
}

/// One file of a patch.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The 1-based line where it begins.
    pub line: usize,
    /// Its path before; none where it is added.
    pub old: Option<Vec<u8>>,
    /// Its path after; none where it is deleted.
    pub new: Option<Vec<u8>>,
    /// Its mode before, where the patch says it.
    pub old_mode: Option<Mode>,
    /// Its mode after, where the patch says it.
    pub new_mode: Option<Mode>,
    /// The beginning of the id of its old blob.
    pub old_id: Option<String>,
    /// The beginning of the id of its new blob.
    pub new_id: Option<String>,
    /// It is a copy of the old path.
    pub is_copy: bool,
    /// It is renamed from the old path.
    pub is_rename: bool,
    /// Its content is not shown as lines.
    pub is_binary: bool,
    /// Its lines.
    pub hunks: Vec<Hunk>,
    /// Of an added or deleted file all its bytes.
    pub whole: Vec<u8>,
}

impl Parsed {
    /// Whether a file without hunks differs in something that the patch does say.
    pub fn is_explained(&self) -> bool {
        let is_one_sided = self.old.is_none() || self.new.is_none();
        let moves = self.is_rename && self.old_id == self.new_id;
        let changes_mode =
            self.old_mode.is_some() && self.old_mode != self.new_mode && self.old_id == self.new_id;
        is_one_sided || moves || changes_mode
    }
}

/// The lines of a patch, without their line breaks, and where it is being read.
pub struct Reader<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Reader<'a> {
    /// The next line, which is then behind.
    pub fn take(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.rest = self.rest.get(line.len() + 1..).unwrap_or_default();
        self.number += 1;
        Some(line)
    }

    /// The next line.
    pub fn peek(&self) -> Option<&'a [u8]> {
        let line = self.rest.split(|byte| *byte == b'\n').next();
        line.filter(|_| !self.rest.is_empty())
    }

    /// A problem at the last line read.
    pub fn problem(&self, what: impl Into<String>) -> Problem {
        Problem {
            line: self.number,
            what: what.into(),
        }
    }
}

/// Every file of a patch, in its order. Text between the diffs is passed over.
///
/// # Errors
/// A header or a hunk is malformed, or it is the diff of a merge.
pub fn parse(bytes: &[u8]) -> Result<Vec<Parsed>, Problem> {
    let mut reader = Reader {
        rest: bytes,
        number: 0,
    };
    let mut files = Vec::new();
    while let Some(line) = reader.take() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(rest) = line.strip_prefix(b"diff --git ") {
            files.push(git_file(&mut reader, rest)?);
        } else if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
            return Err(reader.problem("the diff of a merge cannot be read; give `git diff BASE...HEAD`"));
        } else if line.starts_with(b"--- ") && reader.peek().is_some_and(|next| next.starts_with(b"+++ ")) {
            files.push(plain_file(&mut reader, line)?);
        } else if Ranges::of(line).is_some() {
            return Err(reader.problem("a hunk without the name of its file"));
        }
    }
    Ok(files)
}

fn git_file(reader: &mut Reader<'_>, rest: &[u8]) -> Result<Parsed, Problem> {
    let header = names::of_header(rest);
    let mut file = Parsed {
        line: reader.number,
        ..Parsed::default()
    };
    let (mut is_new, mut is_gone) = (false, false);
    let mut named: (Option<Vec<u8>>, Option<Vec<u8>>) = (None, None);
    while let Some(line) = reader.peek() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b"@@ -") || line.starts_with(b"diff --git ") {
            break;
        }
        if let Some(rest) = line.strip_prefix(b"--- ") {
            named.0 = names::of_line(rest);
        } else if let Some(rest) = line.strip_prefix(b"+++ ") {
            named.1 = names::of_line(rest);
        } else if let Some(mode) = line.strip_prefix(b"new file mode ") {
            is_new = true;
            file.new_mode = mode_of(mode);
        } else if let Some(mode) = line.strip_prefix(b"deleted file mode ") {
            is_gone = true;
            file.old_mode = mode_of(mode);
        } else if !extended(&mut file, line) {
            break;
        }
        reader.take();
    }
    let is_moved = file.is_copy || file.is_rename;
    if !is_moved {
        let pair = header.or_else(|| named.0.zip(named.1));
        let Some((old, new)) = pair else {
            return Err(Problem {
                line: file.line,
                what: "the names of the file cannot be read".to_owned(),
            });
        };
        let is_bare = old == new;
        let bare = |name: Vec<u8>| {
            if is_bare {
                name
            } else {
                names::without_prefix(&name).to_vec()
            }
        };
        file.old = (!is_new).then(|| bare(old));
        file.new = (!is_gone).then(|| bare(new));
    }
    all_hunks(reader, &mut file)?;
    Ok(file)
}

/// Takes a line of the header; `false` where it is none.
fn extended(file: &mut Parsed, line: &[u8]) -> bool {
    if let Some(mode) = line.strip_prefix(b"old mode ") {
        file.old_mode = mode_of(mode);
    } else if let Some(mode) = line.strip_prefix(b"new mode ") {
        file.new_mode = mode_of(mode);
    } else if let Some(name) = line.strip_prefix(b"rename from ") {
        (file.is_rename, file.old) = (true, names::of_line(name));
    } else if let Some(name) = line.strip_prefix(b"rename to ") {
        (file.is_rename, file.new) = (true, names::of_line(name));
    } else if let Some(name) = line.strip_prefix(b"copy from ") {
        (file.is_copy, file.old) = (true, names::of_line(name));
    } else if let Some(name) = line.strip_prefix(b"copy to ") {
        (file.is_copy, file.new) = (true, names::of_line(name));
    } else if let Some(rest) = line.strip_prefix(b"index ") {
        index(file, &String::from_utf8_lossy(rest));
    } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
        file.is_binary = true;
    } else {
        return line.starts_with(b"similarity index ") || line.starts_with(b"dissimilarity index ");
    }
    true
}

/// `1234..5678 100644`: both ids, and the mode where it did not change.
fn index(file: &mut Parsed, rest: &str) {
    let (ids, mode) = rest.split_once(' ').unwrap_or((rest, ""));
    if let Some((old, new)) = ids.split_once("..") {
        let id = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then(|| text.to_ascii_lowercase())
        };
        (file.old_id, file.new_id) = (id(old), id(new));
    }
    if let Some(mode) = mode_of(mode.as_bytes()) {
        (file.old_mode, file.new_mode) = (file.old_mode.or(Some(mode)), file.new_mode.or(Some(mode)));
    }
}

fn mode_of(text: &[u8]) -> Option<Mode> {
    let text = std::str::from_utf8(text).ok()?;
    i32::from_str_radix(text.trim(), 8).ok().map(walk::mode)
}

fn plain_file(reader: &mut Reader<'_>, line: &[u8]) -> Result<Parsed, Problem> {
    let mut file = Parsed {
        line: reader.number,
        ..Parsed::default()
    };
    let next = reader.take().unwrap_or_default();
    let next = next.strip_suffix(b"\r").unwrap_or(next);
    let old = side(line.get(4..).unwrap_or_default());
    let new = side(next.get(4..).unwrap_or_default());
    (file.old, file.new) = match (old, new) {
        (Some(old), Some(new)) if old == new => (Some(old), Some(new)),
        (Some(old), Some(new)) if names::without_prefix(&old) == names::without_prefix(&new) => {
            let name = names::without_prefix(&new).to_vec();
            (Some(name.clone()), Some(name))
        }
        // such as `x.orig` beside `x`
        (Some(_), Some(new)) => (Some(new.clone()), Some(new)),
        (old, new) => (old.map(|name| one_sided(&name)), new.map(|name| one_sided(&name))),
    };
    if reader.peek().is_none_or(|line| Ranges::of(line).is_none()) {
        return Err(reader.problem("the file has no hunk"));
    }
    all_hunks(reader, &mut file)?;
    Ok(file)
}

/// The name on a `---` or `+++` line; none for `/dev/null` and for the date by which `diff -N` means "not there".
fn side(rest: &[u8]) -> Option<Vec<u8>> {
    let name = names::of_line(rest)?;
    let date = rest.split(|byte| *byte == b'\t').nth(1).unwrap_or_default();
    let is_epoch = date.starts_with(b"1970-01-01 ") || date.starts_with(b"1969-12-31 ");
    (name != b"/dev/null" && !is_epoch).then_some(name)
}

fn one_sided(name: &[u8]) -> Vec<u8> {
    let is_prefixed = name.starts_with(b"a/") || name.starts_with(b"b/");
    if is_prefixed {
        names::without_prefix(name).to_vec()
    } else {
        name.to_vec()
    }
}

fn all_hunks(reader: &mut Reader<'_>, file: &mut Parsed) -> Result<(), Problem> {
    let mut end = 0;
    while let Some(line) = reader.peek() {
        if !line.starts_with(b"@@ ") {
            break;
        }
        reader.take();
        let Some(ranges) = Ranges::of(line) else {
            return Err(reader.problem("the header of a hunk cannot be read"));
        };
        if ranges.start() < end {
            return Err(reader.problem("the hunk begins before the end of the one above"));
        }
        end = ranges.end();
        let body = hunks::body(reader, ranges)?;
        let is_wrong = (file.old.is_none() && !body.removed.is_empty())
            || (file.new.is_none() && !body.added.is_empty());
        if is_wrong {
            return Err(reader.problem("the hunk touches a side that the file does not have"));
        }
        file.hunks.extend(body.hunks);
        match (&file.old, &file.new) {
            (None, Some(_)) => file.whole.extend(body.added),
            (Some(_), None) => file.whole.extend(body.removed),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    Ok(())
}
