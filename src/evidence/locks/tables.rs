//! What do the lock files of Cargo, uv and poetry list? All three are `[[package]]` tables, one key a line.

use super::{Locked, Source, numbered, quoted_after};

/// Splits a text into `[[package]]` tables and lets `key` read each line of one.
fn packages(text: &str, mut key: impl FnMut(&mut Locked, &str, &str)) -> Vec<Locked> {
    let mut found: Vec<Locked> = Vec::new();
    let mut open = false;
    let mut table = "";
    for (line, whole) in numbered(text) {
        let code = whole.trim();
        if whole.starts_with('[') {
            table = code.trim_matches(['[', ']']);
            open = table == "package" || (open && table.starts_with("package."));
            if code == "[[package]]" {
                found.push(Locked {
                    line,
                    ..Locked::default()
                });
            }
            continue;
        }
        if let Some(entry) = found.last_mut().filter(|_| open) {
            match (table, code.split_once(" = ")) {
                ("package", Some(("name", value))) => entry.name = bare(value),
                ("package", Some(("version", value))) => entry.version = bare(value),
                _ => key(entry, table, code),
            }
        }
    }
    found
}

fn bare(value: &str) -> String {
    value.trim().trim_matches('"').to_owned()
}

/// Reads a `Cargo.lock`.
pub fn cargo(text: &str) -> Vec<Locked> {
    packages(text, |entry, _, code| match code.split_once(" = ") {
        Some(("source", value)) => entry.source = Some(cargo_source(&bare(value))),
        Some(("checksum", value)) => {
            entry.checksums.insert("checksum".to_owned(), bare(value));
        }
        _ => {}
    })
}

fn cargo_source(text: &str) -> Source {
    match text.split_once('+') {
        Some(("git", url)) => Source::git(url),
        Some(("path", path)) => Source {
            kind: "path",
            place: path.to_owned(),
        },
        Some((_, "https://github.com/rust-lang/crates.io-index" | "https://index.crates.io/")) => Source {
            kind: "registry",
            place: "crates.io".to_owned(),
        },
        Some((_, url)) => Source {
            kind: "registry",
            place: url.to_owned(),
        },
        None => Source {
            kind: "registry",
            place: text.to_owned(),
        },
    }
}

/// Reads a `uv.lock`.
pub fn uv(text: &str) -> Vec<Locked> {
    packages(text, |entry, table, code| {
        if table == "package" && code.starts_with("source = {") {
            entry.source = uv_source(code);
        }
        if let (Some(url), Some(hash)) = (quoted_after(code, "url = "), quoted_after(code, "hash = ")) {
            let file = url.rsplit('/').next().unwrap_or(url);
            entry.checksums.insert(file.to_owned(), hash.to_owned());
        }
    })
}

/// `virtual`, `editable` and `directory` are parts of the project.
fn uv_source(code: &str) -> Option<Source> {
    if let Some(url) = quoted_after(code, "registry = ") {
        return Some(Source::host("registry", url));
    }
    if let Some(url) = quoted_after(code, "git = ") {
        return Some(Source::git(url));
    }
    quoted_after(code, "url = ").map(|url| Source::host("url", url))
}

/// Reads a `poetry.lock`.
pub fn poetry(text: &str) -> Vec<Locked> {
    let mut kind = String::new();
    packages(text, |entry, table, code| match (table, code.split_once(" = ")) {
        ("package.source", Some(("type", value))) => kind = bare(value),
        ("package.source", Some(("url", value))) => entry.source = poetry_source(&kind, &bare(value)),
        _ => {
            if let (Some(file), Some(hash)) = (quoted_after(code, "file = "), quoted_after(code, "hash = ")) {
                entry.checksums.insert(file.to_owned(), hash.to_owned());
            }
        }
    })
}

fn poetry_source(kind: &str, url: &str) -> Option<Source> {
    match kind {
        "git" => Some(Source::git(url)),
        "url" => Some(Source::host("url", url)),
        "directory" | "file" => None,
        _ => Some(Source::host("registry", url)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cargo_lock_is_read() {
        let text = "version = 4\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"aa\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"git+https://example.org/b?rev=1#11\"\n";
        let found = cargo(text);
        let lines: Vec<u32> = found.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [3, 10, 16]);
        assert!(found[0].source.is_none());
        assert_eq!(found[1].source.as_ref().unwrap().place, "crates.io");
        assert_eq!(found[1].checksums["checksum"], "aa");
        assert_eq!(
            found[2].source.as_ref().unwrap().shown(),
            "git https://example.org/b"
        );
    }

    #[test]
    fn a_uv_lock_is_read() {
        let text = "version = 1\n\n[[package]]\nname = \"idna\"\nversion = \"3.4\"\nsource = { registry = \"https://pypi.org/simple\" }\nsdist = { url = \"https://files.pythonhosted.org/x/idna-3.4.tar.gz\", hash = \"sha256:aa\", size = 1 }\nwheels = [\n    { url = \"https://files.pythonhosted.org/y/idna-3.4.whl\", hash = \"sha256:bb\", size = 1 },\n]\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\nsource = { editable = \".\" }\n\n[package.metadata]\nrequires-dist = [{ name = \"idna\", specifier = \">=3\" }]\n";
        let found = uv(text);
        assert_eq!(found[0].checksums.len(), 2);
        assert_eq!(found[0].checksums["idna-3.4.whl"], "sha256:bb");
        assert_eq!(found[0].source.as_ref().unwrap().place, "pypi.org");
        assert_eq!((found[1].name.as_str(), &found[1].source), ("own", &None));
    }

    #[test]
    fn a_poetry_lock_is_read() {
        let text = "[[package]]\nname = \"idna\"\nversion = \"3.4\"\nfiles = [\n    {file = \"idna-3.4.whl\", hash = \"sha256:bb\"},\n]\n\n[package.source]\ntype = \"git\"\nurl = \"https://example.org/idna.git\"\nreference = \"main\"\n\n[metadata]\ncontent-hash = \"x\"\n";
        let found = poetry(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].checksums["idna-3.4.whl"], "sha256:bb");
        assert_eq!(
            found[0].source.as_ref().unwrap().shown(),
            "git https://example.org/idna"
        );
    }
}
