//! Does nothing use a private definition that the change added?
//!
//! Any mention counts as a use, in a string or behind a comment too: only a name that stands nowhere but in its own
//! definition is accused. What frameworks, traits and other languages may call by themselves is left alone.

use crate::{
    checks::{
        Settings,
        edits::{judge_each_source, understood},
    },
    code::{
        LanguageId,
        facts::{Definition, DefinitionKind, FileFacts, Visibility},
    },
    evidence::{
        Evidence, Supplied,
        change::{FileChange, weight},
        code::Both,
    },
    finding::{Finding, Judged, Place, number},
    path::RepoPath,
    search::{Search, holds_identifier},
};

/// Names that a runtime calls.
const CALLED: &[&str] = &[
    "init",
    "main",
    "readObject",
    "readObjectNoData",
    "readResolve",
    "writeObject",
    "writeReplace",
];

/// Judges the item.
///
/// # Errors
/// No private definition was added, or its files cannot all be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    judge_each_source(evidence, settings, "no private definition was added", |both| {
        look(both, evidence)
    })
}

fn look(both: &Both<'_>, evidence: &Evidence) -> Supplied<(usize, Vec<Finding>)> {
    let (before, Some(after)) = (both.before()?, both.after()?) else {
        return Ok((0, Vec::new()));
    };
    understood(both.file.path(), &after)?;
    let Some(version) = both.file.after() else {
        return Ok((0, Vec::new()));
    };
    let new: Vec<&Definition> = after
        .definitions
        .iter()
        .filter(|one| is_private(one, both.language) && is_new(one, both.file, before.as_deref()))
        .collect();
    if new.is_empty() {
        return Ok((0, Vec::new()));
    }
    let text = evidence.change.text(version)?;
    if is_script(both.language, &after, &text) {
        return Ok((0, Vec::new()));
    }
    let extension = both.file.path().extension();
    let lines: Vec<&str> = text.lines().collect();
    let outermost = |one: &Definition| {
        let line = lines.get(one.header.saturating_sub(1) as usize);
        one.kind == DefinitionKind::Method || line.is_some_and(|line| !line.starts_with([' ', '\t']))
    };
    let unnamed: Vec<&&Definition> = new
        .iter()
        .filter(|one| outermost(one) && !is_used(&text, one, &extension))
        .collect();
    let mut findings = Vec::new();
    for one in unnamed {
        let (mut searched, mut used) = (0, false);
        if let Some(mut search) = reach(both.language, both.file.path(), evidence)? {
            searched = search.len();
            let names = |path: &RepoPath, text: &str| {
                let extension = path.extension();
                text.contains(&one.name) && text.lines().any(|line| mentions(line, &one.name, &extension))
            };
            used = search.first(names)?.is_some();
        }
        if !used {
            findings.push(accuse(one, both.file.path(), searched));
        }
    }
    Ok((new.len(), findings))
}

fn accuse(one: &Definition, path: &RepoPath, searched: usize) -> Finding {
    let finding = Finding::new(
        Place::line(path, one.header),
        format!("nothing uses `{}`, which is new", one.name),
    );
    finding.because(format!(
        "searched the file itself and {} that may see it",
        number(searched, "other file", "other files")
    ))
}

fn is_new(one: &Definition, file: &FileChange, before: Option<&FileFacts>) -> bool {
    let known = before.is_some_and(|before| before.definitions.iter().any(|old| old.name == one.name));
    !known && file.adds_line(one.header)
}

/// Whether only its own file, or its own package, can use it by name.
fn is_private(one: &Definition, language: LanguageId) -> bool {
    let kind = match one.kind {
        DefinitionKind::Function
        | DefinitionKind::Class
        | DefinitionKind::Struct
        | DefinitionKind::Enum
        | DefinitionKind::Constant
        | DefinitionKind::Type => true,
        DefinitionKind::Method => language == LanguageId::Java,
        DefinitionKind::Variant
        | DefinitionKind::Trait
        | DefinitionKind::Interface
        | DefinitionKind::Field
        | DefinitionKind::Module
        | DefinitionKind::Macro => false,
    };
    let name = match language {
        LanguageId::Python => one.name.starts_with('_') && !one.name.starts_with("__") && one.name.len() > 2,
        LanguageId::Rust | LanguageId::Go => !one.name.starts_with('_'),
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => !one.name.starts_with('_'),
        LanguageId::Java => true,
    };
    let plain = one.decorators.is_empty() && !one.local && one.visibility == Visibility::Private;
    let nested = one.kind != DefinitionKind::Method && one.qualified != one.name;
    kind && name
        && plain
        && !nested
        && !CALLED.contains(&one.name.as_str())
        && !one.signature.contains("extern")
}

/// A script without modules shares its names with the page that loads it.
fn is_script(language: LanguageId, facts: &FileFacts, text: &str) -> bool {
    let is_ecma = matches!(
        language,
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx
    );
    is_ecma && facts.imports.is_empty() && !text.contains("export ") && !text.contains("module.exports")
}

/// Whether its name stands outside its definition in its own file.
fn is_used(text: &str, one: &Definition, extension: &str) -> bool {
    let lines = (1_u32..).zip(text.lines());
    let mut outside = lines.filter(|(number, _)| !one.span.has_line(*number));
    outside.any(|(_, line)| mentions(line, &one.name, extension))
}

fn mentions(line: &str, name: &str, extension: &str) -> bool {
    let is_prose = weight::is_comment(line, extension) || line.trim_start().starts_with("* ");
    !is_prose && holds_identifier(line, name)
}

/// The other files that can see a private name.
fn reach<'e>(language: LanguageId, path: &RepoPath, evidence: &'e Evidence) -> Supplied<Option<Search<'e>>> {
    let folder = path.folder();
    let sees = |other: &RepoPath| {
        other != path
            && match language {
                LanguageId::Go => other.folder() == folder,
                LanguageId::Rust => folder.is_empty() || other.lossy().starts_with(&format!("{folder}/")),
                LanguageId::Python => true,
                LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx | LanguageId::Java => false,
            }
    };
    match language {
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx | LanguageId::Java => Ok(None),
        LanguageId::Go | LanguageId::Rust | LanguageId::Python => {
            Search::new(&evidence.change, language, sees).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_use_unless_a_comment_makes_it() {
        for line in [
            "retry()",
            "call(\"retry\")",
            "use(retry) // note",
            "retry.wait()",
            "&all[..retry]",
            "#[serde(with = \"retry\")]",
        ] {
            assert!(mentions(line, "retry", "rs"), "{line}");
        }
        for line in ["// retry waits", " * retry waits", "retry_once()"] {
            assert!(!mentions(line, "retry", "rs"), "{line}");
        }
    }
}
