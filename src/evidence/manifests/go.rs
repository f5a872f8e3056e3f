//! Which modules does a `go.mod` name?

use super::{Declared, Manifest, Origin, Use, document::Problem};

/// Reads a `go.mod`: requirements, direct and indirect, and replacements.
///
/// # Errors
/// A line is no directive of a `go.mod`.
pub fn read(text: &str) -> Result<Manifest, Problem> {
    let mut manifest = Manifest::default();
    let mut block: Option<String> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let words: Vec<&str> = code.split_whitespace().map(unquote).collect();
        match (block.as_deref(), words.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (Some(verb), words) => statement(verb, words, comment, number, &mut manifest)?,
            (None, [verb, "("]) => block = Some((*verb).to_owned()),
            (None, [verb, words @ ..]) => statement(verb, words, comment, number, &mut manifest)?,
        }
    }
    Ok(manifest)
}

fn unquote(word: &str) -> &str {
    word.trim_matches(['"', '`'])
}

fn statement(
    verb: &str,
    words: &[&str],
    comment: &str,
    line: u32,
    manifest: &mut Manifest,
) -> Result<(), Problem> {
    match (verb, words) {
        ("module", [name]) => manifest.package = Some((*name).to_owned()),
        ("require", [name, version]) => {
            let indirect = comment.trim() == "indirect" || comment.trim().starts_with("indirect;");
            manifest.declared.push(Declared {
                kind: if indirect { Use::Indirect } else { Use::Direct },
                ..Declared::plain(name, version, "require", line)
            });
        }
        ("replace", words) => manifest.declared.push(replacement(words, line)?),
        ("go" | "toolchain" | "godebug" | "exclude" | "retract" | "tool" | "ignore", _) => {}
        _ => {
            let what = format!("`{verb}` is no directive of a go.mod");
            return Err(Problem::new(line, what));
        }
    }
    Ok(())
}

/// `old [version] => new [version]`; a new path that begins with `.` or `/` is a folder.
fn replacement(words: &[&str], line: u32) -> Result<Declared, Problem> {
    let arrow = words.iter().position(|word| *word == "=>");
    let (old, new) = match arrow.map(|at| words.split_at(at)) {
        Some(([old, ..], [_, new @ ..])) => (*old, new),
        _ => return Err(Problem::new(line, "a replacement needs `old => new`")),
    };
    let Some(target) = new.first() else {
        return Err(Problem::new(line, "a replacement needs `old => new`"));
    };
    let local = target.starts_with('.') || target.starts_with('/');
    let name = if local { old } else { target };
    Ok(Declared {
        visible: (name != old).then(|| old.to_owned()),
        origin: if local {
            Origin::Path((*target).to_owned())
        } else {
            Origin::Registry
        },
        kind: Use::Override,
        ..Declared::plain(name, &new.join(" "), "replace", line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_and_replacements_are_read() {
        let text = "module example.org/own // ours\n\ngo 1.22\n\nrequire (\n\tgithub.com/a/b v1.2.3\n\tgolang.org/x/sys v0.1.0 // indirect\n)\n\nrequire github.com/c/d/v2 v2.0.0\n\nreplace github.com/a/b => ../b\n\nreplace (\n\tgithub.com/c/d/v2 v2.0.0 => github.com/fork/d/v2 v2.0.1\n)\n";
        let manifest = read(text).unwrap();
        assert_eq!(manifest.package.as_deref(), Some("example.org/own"));
        let seen: Vec<(&str, u32, Use)> = manifest
            .declared
            .iter()
            .map(|d| (d.name.as_str(), d.line, d.kind))
            .collect();
        assert_eq!(
            seen,
            [
                ("github.com/a/b", 6, Use::Direct),
                ("golang.org/x/sys", 7, Use::Indirect),
                ("github.com/c/d/v2", 10, Use::Direct),
                ("github.com/a/b", 12, Use::Override),
                ("github.com/fork/d/v2", 15, Use::Override),
            ]
        );
        assert_eq!(
            manifest.declared.last().unwrap().visible.as_deref(),
            Some("github.com/c/d/v2")
        );
    }

    #[test]
    fn a_line_that_is_no_directive_is_refused_with_its_number() {
        assert_eq!(read("module a\n<<<<<<< ours\n").unwrap_err().line, 2);
        assert_eq!(read("replace a =>\n").unwrap_err().line, 1);
    }
}
