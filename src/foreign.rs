//! Which imports on added lines take something from somebody else's package, and was it used before?

use std::collections::BTreeSet;

use crate::{
    code::{LanguageId, facts::Import},
    evidence::{
        Evidence, Supplied,
        change::{Change, FileChange},
        manifests::Ecosystem,
    },
    finding::{Side, Unproven},
    packages::{Root, Table},
    path::RepoPath,
    search::Search,
};

/// Folders of things that nobody installs with the project: what they import is the reader's business.
const ASIDE: &[&str] = &[
    "benchmark",
    "benchmarks",
    "bench",
    "contrib",
    "cookbook",
    "demo",
    "demos",
    "docs",
    "doc",
    "docs_src",
    "example",
    "examples",
    "experiments",
    "hack",
    "notebooks",
    "playground",
    "research",
    "scripts",
    "script",
    "snippets",
    "tools",
    "tutorial",
    "tutorials",
    ".github",
    ".claude",
    ".agents",
];

/// An import of a package of somebody else's.
#[derive(Clone, Debug)]
pub struct Taken<'e> {
    /// The file that imports it.
    pub file: &'e FileChange,
    /// Its language.
    pub language: LanguageId,
    /// The import.
    pub import: Import,
    /// The package, as the import names it.
    pub root: Root,
}

/// The imports on added lines, and why there may be more.
#[derive(Debug, Default)]
pub struct Added<'e> {
    /// In the order of the change.
    pub taken: Vec<Taken<'e>>,
    /// A file that could not be read.
    pub unknown: Option<Unproven>,
}

impl Added<'_> {
    /// The packages that are imported.
    pub fn roots(&self) -> BTreeSet<Root> {
        self.taken.iter().map(|taken| taken.root.clone()).collect()
    }
}

/// The imports of other people's packages on added lines of the files that `own` lets through.
pub fn added<'e>(evidence: &'e Evidence, table: &Table, own: &dyn Fn(&RepoPath) -> bool) -> Added<'e> {
    let mut added = Added::default();
    for both in evidence.changed_code().filter(|both| own(both.file.path())) {
        let facts = match both.after() {
            Ok(Some(facts)) => facts,
            Ok(None) => continue,
            Err(why) => {
                added.unknown.get_or_insert(why);
                continue;
            }
        };
        if let Some(error) = facts.errors.first() {
            let why = Unproven::Unparsed(both.file.path().clone(), error.line);
            added.unknown.get_or_insert(why);
        }
        let new = facts
            .imports
            .iter()
            .filter(|import| both.file.adds_line(import.line));
        let taken = new.filter_map(|import| {
            Some(Taken {
                file: both.file,
                language: both.language,
                import: import.clone(),
                root: table.root(import, both.language)?,
            })
        });
        added.taken.extend(taken);
    }
    added
}

/// Whether code that the change did not write, or that it took away, uses a package already.
///
/// # Errors
/// The tree is not known, or holds more than is searched.
pub fn was_used(
    root: &Root,
    language: LanguageId,
    change: &Change,
    belongs: &dyn Fn(&RepoPath) -> bool,
) -> Supplied<bool> {
    let gone = change.files().iter().filter(|file| belongs(file.path()));
    if gone
        .flat_map(FileChange::removed)
        .any(|line| uses(&line.text, root))
    {
        return Ok(true);
    }
    let mut search = Search::new(change, language, belongs)?;
    let found = search.first(|path, text| {
        let file = change.files().iter().find(|file| file.path() == path);
        text.contains(&root.name)
            && (1..)
                .zip(text.lines())
                .any(|(number, line)| uses(line, root) && file.is_none_or(|file| !file.adds_line(number)))
    })?;
    Ok(found.is_some())
}

/// Whether a line of code takes something from a package.
pub fn uses(line: &str, root: &Root) -> bool {
    let name = root.name.as_str();
    let line = line.trim_start();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |before: &str, after: &str| !before.ends_with(word) && !after.starts_with(word);
    let mut places = line.match_indices(name).filter_map(|(start, found)| {
        let (before, after) = (line.get(..start)?, line.get(start + found.len()..)?);
        Some((before, after))
    });
    match root.ecosystem {
        Ecosystem::Python => {
            let import = line.starts_with("import ") || line.starts_with("from ");
            import && places.any(|(before, after)| whole(before, after) && !before.ends_with('.'))
        }
        Ecosystem::Cargo => places.any(|(before, after)| {
            whole(before, after)
                && !before.ends_with("::")
                && (after.starts_with("::")
                    || before.trim_end().ends_with("crate")
                    || before.trim_end().ends_with("use"))
        }),
        Ecosystem::Npm | Ecosystem::Go => places.any(|(before, after)| {
            before.ends_with(['"', '\'', '`']) && after.starts_with(['"', '\'', '`', '/'])
        }),
    }
}

/// Whether a file lies among examples, scripts and the like.
pub fn is_aside(path: &RepoPath) -> bool {
    let folder = path.folder();
    folder
        .split('/')
        .any(|part| ASIDE.contains(&part.to_lowercase().as_str()))
}

/// Whether an import of Python may fail without harm, or is for the type checker: it stands below `try` or below a
/// condition.
pub fn is_optional(change: &Change, path: &RepoPath, line: u32) -> Supplied<bool> {
    let Some(version) = change.entry(Side::Head, path)? else {
        return Ok(false);
    };
    let text = change.text(&version)?;
    let count = usize::try_from(line).unwrap_or(usize::MAX);
    let lines: Vec<&str> = text.lines().take(count).collect();
    let Some((own, above)) = lines.split_last() else {
        return Ok(false);
    };
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut inside = depth(own);
    for line in above.iter().rev().filter(|line| !line.trim().is_empty()) {
        if inside == 0 {
            break;
        }
        if depth(line) >= inside {
            continue;
        }
        inside = depth(line);
        let start = line.trim_start();
        if ["try", "except", "else", "if ", "elif ", "with "]
            .iter()
            .any(|word| start.starts_with(word))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::change::{Mode, memory};

    #[test]
    fn a_line_uses_a_package_in_the_way_of_its_language() {
        for (ecosystem, name, line, wanted) in [
            (Ecosystem::Python, "numpy", "from numpy.linalg import norm", true),
            (Ecosystem::Python, "numpy", "import os, numpy as np", true),
            (Ecosystem::Python, "numpy", "from .numpy import x", false),
            (Ecosystem::Python, "numpy", "numpy = None", false),
            (
                Ecosystem::Cargo,
                "serde_json",
                "let x = serde_json::to_string(&y);",
                true,
            ),
            (Ecosystem::Cargo, "serde_json", "use serde_json as json;", true),
            (Ecosystem::Cargo, "serde_json", "// no serde_json here", false),
            (Ecosystem::Npm, "react", "const a = require('react')", true),
            (Ecosystem::Npm, "react", "import a from \"react-dom\"", false),
            (Ecosystem::Go, "github.com/a/b", "\t\"github.com/a/b\"", true),
        ] {
            let name = name.to_owned();
            assert_eq!(uses(line, &Root { ecosystem, name }), wanted, "{line}");
        }
    }

    #[test]
    fn an_import_below_a_try_or_a_condition_is_optional() {
        let text = "import a\ntry:\n    import b\nexcept ImportError:\n    b = None\n\ndef f():\n    import c\n    if x:\n        import d\n";
        let path = RepoPath::new("m.py").unwrap();
        let file = (path.clone(), (Mode::File, text.as_bytes().to_vec()));
        let change = memory::change(memory::Files::new(), [file].into());
        for (line, wanted) in [(1, false), (3, true), (8, false), (10, true)] {
            assert_eq!(is_optional(&change, &path, line), Ok(wanted), "{line}");
        }
    }
}
