//! Is a new field only ever set to nothing?
//!
//! Every place where its name stands must be a declaration, a null, or a read; whatever else it may be counts as a write,
//! so that only a field that nothing fills is named.

use crate::{
    checks::{
        Settings,
        edits::{judge_each_source, understood},
    },
    code::{
        LanguageId,
        facts::{DefinitionKind, FileFacts},
    },
    comments::is_comment_or_blank,
    evidence::{Evidence, Supplied, code::Both},
    finding::{Finding, Judged, Place, number},
    path::RepoPath,
    search::{Search, holds_identifier, identifiers},
};

/// Shorter names mean too many things.
const LETTERS: usize = 4;
/// How nothing is written.
const NULLS: &[&str] = &["None", "null", "undefined", "nil"];

/// Judges the item.
///
/// # Errors
/// No field was added and set to nothing, or its files cannot all be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    judge_each_source(evidence, settings, "no new field is set to nothing", |both| {
        look(both, evidence)
    })
}

fn look(both: &Both<'_>, evidence: &Evidence) -> Supplied<(usize, Vec<Finding>)> {
    let Some(after) = both.after()? else {
        return Ok((0, Vec::new()));
    };
    understood(both.file.path(), &after)?;
    let fields = new_fields(both, &after, evidence)?;
    let (count, mut findings) = (fields.len(), Vec::new());
    for (line, name) in fields {
        let path = both.file.path();
        let mut search = Search::new(&evidence.change, both.language, |_| true)?;
        let writes = |other: &RepoPath, text: &str| {
            text.contains(&name)
                && text
                    .lines()
                    .any(|line| may_write(line, &name, &other.extension()))
        };
        if search.first(writes)?.is_none() {
            let says = format!(
                "`{name}` is new, and nothing but {} is ever put into it",
                null_of(both.language)
            );
            let finding = Finding::new(Place::line(path, line), says);
            findings.push(finding.because(format!(
                "searched {} of its language",
                number(search.len(), "file", "files")
            )));
        }
    }
    Ok((count, findings))
}

const fn null_of(language: LanguageId) -> &'static str {
    match language {
        LanguageId::Rust | LanguageId::Python => "`None`",
        LanguageId::Go => "`nil`",
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx | LanguageId::Java => "`null`",
    }
}

/// Fields that the base does not know, with the line where they are set to nothing.
fn new_fields(both: &Both<'_>, after: &FileFacts, evidence: &Evidence) -> Supplied<Vec<(u32, String)>> {
    let old = match both.file.before() {
        Some(before) => evidence.change.text(before)?,
        None => String::new(),
    };
    let mut fields: Vec<(u32, String)> = Vec::new();
    for line in both.file.added() {
        let Some(name) = null_set(&line.text, both.language) else {
            continue;
        };
        let is_known = name.len() < LETTERS
            || fields.iter().any(|(_, field)| field == name)
            || old.lines().any(|line| holds_identifier(line, name));
        if !is_known
            && after.test_at(line.number).is_none()
            && is_declared_here(both.language, name, evidence)
        {
            fields.push((line.number, name.to_owned()));
        }
    }
    Ok(fields)
}

/// Whether the change adds the field, and does not merely leave out one of somebody else's type. In Python and JavaScript
/// the line that sets it is its declaration.
fn is_declared_here(language: LanguageId, name: &str, evidence: &Evidence) -> bool {
    match language {
        LanguageId::Rust | LanguageId::Go | LanguageId::Java => evidence.changed_code().any(|both| {
            let after = both.after().ok().flatten();
            let mut definitions = after.iter().flat_map(|facts| &facts.definitions);
            definitions.any(|one| {
                one.kind == DefinitionKind::Field && one.name == name && both.file.adds_line(one.header)
            })
        }),
        LanguageId::Python | LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => true,
    }
}

/// The field that a line sets to nothing.
fn null_set(line: &str, language: LanguageId) -> Option<&str> {
    let line = line.trim().trim_end_matches([';', ',']);
    let rest = match language {
        LanguageId::Python => line.strip_prefix("self.")?,
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx | LanguageId::Java => {
            line.strip_prefix("this.")?
        }
        LanguageId::Rust | LanguageId::Go => line,
    };
    let sign = match language {
        LanguageId::Rust | LanguageId::Go => ':',
        LanguageId::Python
        | LanguageId::JavaScript
        | LanguageId::TypeScript
        | LanguageId::Tsx
        | LanguageId::Java => '=',
    };
    let (name, value) = rest.rsplit_once(sign)?;
    // `self.x: T | None = None` declares what it sets
    let name = name.split(':').next().unwrap_or(name).trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_name && NULLS.contains(&value.trim())).then_some(name)
}

/// Whether something other than nothing may be put into a field on this line.
fn may_write(line: &str, name: &str, extension: &str) -> bool {
    if is_comment_or_blank(extension, line) {
        return false;
    }
    identifiers(line, name).any(|(before, after)| {
        let after = after.trim_start();
        let is_member = before.ends_with('.');
        let (sign, value) = after.split_at_checked(1).unwrap_or((after, ""));
        let value = value.trim();
        match sign {
            "=" if value.starts_with(['=', '>']) => !is_member,
            "=" => !is_null(value),
            ":" => !is_null(value) && !is_declared(value),
            "." => !is_member || before.contains("&mut") || !is_read(value),
            _ => !is_member || before.contains("&mut") || is_augmented(after),
        }
    })
}

fn is_null(value: &str) -> bool {
    let end = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
    value.get(..end).is_some_and(|word| NULLS.contains(&word))
}

/// A type that may be nothing, where a value could stand: a declaration, unless a value other than nothing follows.
fn is_declared(value: &str) -> bool {
    let (kind, set) = value.split_once(" = ").unwrap_or((value, "None"));
    let is_open = kind.starts_with("Option<")
        || kind.contains("| null")
        || kind.contains("| None")
        || kind.contains("| undefined")
        || kind.contains("Optional[");
    is_open && is_null(set)
}

/// A method that only looks.
fn is_read(called: &str) -> bool {
    [
        "is_some", "is_none", "as_ref", "as_deref", "clone()", "unwrap", "map(", "len", "iter()",
    ]
    .iter()
    .any(|start| called.starts_with(start))
}

fn is_augmented(after: &str) -> bool {
    ["+=", "-=", "|=", "&=", "??=", "||=", "++", "--", "["]
        .iter()
        .any(|sign| after.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_set_to_nothing_is_known_by_its_language() {
        for (line, language, name) in [
            ("        self.cursor = None", LanguageId::Python, Some("cursor")),
            (
                "        self.cursor: str | None = None",
                LanguageId::Python,
                Some("cursor"),
            ),
            ("    this.cursor = null;", LanguageId::TypeScript, Some("cursor")),
            ("            cursor: None,", LanguageId::Rust, Some("cursor")),
            ("\t\tcursor: nil,", LanguageId::Go, Some("cursor")),
            ("        self.cursor = load()", LanguageId::Python, None),
            ("    cursor = None", LanguageId::Python, None),
        ] {
            assert_eq!(null_set(line, language), name, "{line}");
        }
    }

    #[test]
    fn whatever_is_no_read_and_no_null_may_be_a_write() {
        for line in [
            "self.cursor = load()",
            "Page(cursor=value)",
            "Page { cursor, rest }",
            "cursor: start,",
            "setattr(page, \"cursor\", 1)",
            "self.cursor.insert(1);",
            "fill(&mut self.cursor)",
            "this.cursor ??= 1",
        ] {
            assert!(may_write(line, "cursor", "rs"), "{line}");
        }
        for line in [
            "self.cursor = None",
            "cursor: None,",
            "cursor: Option<u32>,",
            "if self.cursor.is_some() {",
            "return self.cursor",
            "if (this.cursor === null) {",
            "// cursor: where we are",
        ] {
            assert!(!may_write(line, "cursor", "rs"), "{line}");
        }
    }
}
