//! How does a claims manifest become claims?
//!
//! YAML or JSON: `claims:` with a list, or the bare list (CHECKS 4.9). An entry whose form is not known is kept as not
//! checkable; an entry that could not be checked for want of a field is refused with its line.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::{Claim, Counts, Form, Rank, Status, lines};
use crate::{error::Error, limits, yaml};

/// A claims manifest (CHECKS 4.9).
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// One entry a statement.
    claims: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    /// What kind of statement it is: `file-edited`, `all-pass`, `dep-none`, …
    form: String,
    /// Paths, symbols, packages, suites or commands it is about.
    #[serde(default)]
    target: Targets,
    /// The new name or version.
    #[serde(default)]
    to: Option<String>,
    /// Its numbers.
    #[serde(default)]
    count: Option<Counts>,
    /// Which part of the whole it is about: a glob, a suite, `new`, `existing`, `all`.
    #[serde(default)]
    scope: Option<String>,
    /// `done`, `not-done` or `failed`.
    #[serde(default)]
    status: Status,
    /// The author's own words, shown and never judged.
    #[serde(default)]
    source: Option<String>,
}

/// One target or several.
#[derive(Clone, Debug, Default)]
struct Targets(Vec<String>);

impl<'de> Deserialize<'de> for Targets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> serde::de::Visitor<'de> for OneOrMore {
            type Value = Targets;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or a list of strings")
            }
            fn visit_str<E: serde::de::Error>(self, one: &str) -> Result<Targets, E> {
                Ok(Targets(vec![one.to_owned()]))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Targets, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(Targets(all))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl schemars::JsonSchema for Targets {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Targets".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}

/// Reads the text of a manifest.
///
/// # Errors
/// It is no manifest, an entry lacks what its form is about, or it passes a limit: with line and column where known.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Claim>, Error> {
    let entries = entries(file, bytes)?;
    if entries.len() > limits::CLAIMS_COUNT {
        return Err(Error::Limit {
            what: "claims-count",
            file: file.to_owned(),
            problem: format!(
                "holds {} claims; the limit is {}",
                entries.len(),
                limits::CLAIMS_COUNT
            ),
        });
    }
    let mut places = lines::of_entries(&String::from_utf8_lossy(bytes));
    if places.len() != entries.len() {
        places.clear();
    }
    let claim = |(index, entry)| claim(file, entry, places.get(index).copied());
    entries.into_iter().enumerate().map(claim).collect()
}

fn entries(file: &str, bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    let text = String::from_utf8_lossy(bytes);
    let bare = super::significant(&text).is_some_and(|line| line.starts_with(['-', '[']));
    if bare {
        read::<Vec<Entry>>(file, bytes)
    } else {
        read::<Manifest>(file, bytes).map(|manifest| manifest.claims)
    }
}

/// JSON by its own parser (the YAML one refuses some of its escapes), everything else as YAML.
fn read<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, Error> {
    let plain = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(plain).is_ok();
    if !is_json && !file.to_lowercase().ends_with(".json") {
        return yaml::read("claims", file, bytes, limits::CLAIMS_BYTES);
    }
    serde_json::from_slice(plain).map_err(|error| {
        let whole = error.to_string();
        let problem = whole
            .rsplit_once(" at line ")
            .map_or(whole.as_str(), |(what, _)| what);
        Error::Invalid {
            kind: "claims",
            file: file.to_owned(),
            line: Some(error.line()),
            column: Some(error.column()),
            problem: yaml::plain(problem),
        }
    })
}

fn claim(file: &str, entry: Entry, line: Option<u32>) -> Result<Claim, Error> {
    let form = Form::named(&entry.form);
    if let Some(problem) = form.and_then(|form| lacks(form, &entry)) {
        return Err(Error::Invalid {
            kind: "claims",
            file: file.to_owned(),
            line: line.and_then(|line| usize::try_from(line).ok()),
            column: None,
            problem: format!("a `{}` claim {problem}", entry.form),
        });
    }
    Ok(Claim {
        form,
        form_name: entry.form,
        targets: entry.target.0,
        to: entry.to,
        count: entry.count.unwrap_or_default(),
        scope: entry.scope,
        status: entry.status,
        said: entry.source,
        file: file.to_owned(),
        line,
        rank: Rank::Manifest,
        prose: None,
    })
}

/// What an entry must have for its form to mean anything, where it has it not.
fn lacks(form: Form, entry: &Entry) -> Option<&'static str> {
    let counts = entry.count.clone().unwrap_or_default();
    let counted = [counts.passed, counts.failed, counts.skipped];
    if entry.target.0.iter().any(|target| target.trim().is_empty()) {
        return Some("has an empty `target`; name what it is about");
    }
    let no_target = entry.target.0.is_empty();
    match form {
        Form::FileRenamed | Form::SymbolRenamed if no_target || entry.to.is_none() => {
            Some("needs `target:` and `to:`, the old and the new name")
        }
        Form::FileRenamed | Form::SymbolRenamed if entry.target.0.len() != 1 => {
            Some("renames one thing; write one entry for each")
        }
        Form::FileCreated
        | Form::FileEdited
        | Form::FileDeleted
        | Form::Untouched
        | Form::SymbolAdded
        | Form::SymbolRemoved
        | Form::SymbolChanged
        | Form::DepAdded
        | Form::DepRemoved
        | Form::CommandRun
            if no_target =>
        {
            Some("needs `target:`, what it is about")
        }
        Form::OnlyTouched if no_target && entry.scope.is_none() => {
            Some("needs `target:` or `scope:`, the paths or the kind of file it is about")
        }
        Form::DepBumped | Form::ValueSet if no_target || entry.to.is_none() => {
            Some("needs `target:` and `to:`, the name and its new version or value")
        }
        Form::CountPass | Form::PastedOutput if counted.iter().all(Option::is_none) => {
            Some("needs `count:` with `passed`, `failed` or `skipped`")
        }
        Form::Coverage
            if counts
                .percent
                .is_none_or(|percent| !(0.0..=100.0).contains(&percent)) =>
        {
            Some("needs `count: {percent: …}` between 0 and 100")
        }
        Form::ChangeSize if !counts.has_size() => Some(
            "needs `count:` with `files`, `files-added`, `files-deleted`, `lines-added`, `lines-deleted` or `commits`",
        ),
        Form::FileCreated
        | Form::FileEdited
        | Form::FileDeleted
        | Form::FileRenamed
        | Form::Untouched
        | Form::SymbolAdded
        | Form::SymbolRemoved
        | Form::SymbolRenamed
        | Form::TestsAdded
        | Form::AllPass
        | Form::CountPass
        | Form::CommandRun
        | Form::LintClean
        | Form::Coverage
        | Form::DepAdded
        | Form::DepRemoved
        | Form::DepNone
        | Form::NoBreaking
        | Form::OnlyTouched
        | Form::DocsUpdated
        | Form::ReviewAddressed
        | Form::Fixed
        | Form::SymbolChanged
        | Form::DepBumped
        | Form::ValueSet
        | Form::BuildOk
        | Form::PastedOutput
        | Form::Readiness
        | Form::SkipRationale
        | Form::Benchmark
        | Form::ChangeSize
        | Form::Blame => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(file: &str, text: &str) -> String {
        parse(file, text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn yaml_json_and_a_bare_list_say_the_same() {
        let texts = [
            (
                "c.yaml",
                "claims:\n  - form: file-edited\n    target: [a.rs, b.rs]\n    source: edits both\n",
            ),
            (
                "c.json",
                "{\"claims\": [\n{\"form\": \"file-edited\", \"target\": [\"a.rs\", \"b.rs\"], \"source\": \"edits both\"}]}",
            ),
            (
                "c",
                "\n- form: file-edited\n  target:\n    - a.rs\n    - b.rs\n  source: edits both\n",
            ),
        ];
        for (file, text) in texts {
            let claims = parse(file, text.as_bytes()).unwrap();
            let [claim] = claims.as_slice() else {
                panic!("{file}")
            };
            assert_eq!(claim.form, Some(Form::FileEdited), "{file}");
            assert_eq!(claim.targets, ["a.rs", "b.rs"], "{file}");
            assert_eq!((claim.line, claim.rank), (Some(2), Rank::Manifest), "{file}");
        }
    }

    #[test]
    fn every_form_is_known_by_its_name() {
        for form in Form::ALL {
            assert_eq!(Form::named(form.name()), Some(*form));
        }
        assert_eq!(Form::ALL.len(), 32);
    }

    #[test]
    fn an_unknown_form_is_kept_and_not_refused() {
        let claims = parse("c.yaml", b"claims:\n- form: file-edit\n  target: a\n").unwrap();
        assert_eq!(claims[0].form, None);
        assert_eq!(claims[0].form_name, "file-edit");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let table = [
            ("claims:\n- form: file-edited\n  targt: a\n", "line 3"),
            ("claims:\n- form: dep-none\n- form: file-edited\n", "line 3"),
            ("claims:\n- form: coverage\n  count: {percent: 101}\n", "line 2"),
            ("claims:\n- form: count-pass\n", "line 2"),
            ("claims:\n- form: file-renamed\n  target: a\n", "line 2"),
            ("claims:\n- form: file-edited\n  target: ['']\n", "line 2"),
            ("claims:\n- form: fixed\n  form: fixed\n", "line 3"),
            ("claims: 3\n", "line 1"),
            ("claim: []\n", "claim"),
        ];
        for (text, part) in table {
            let problem = refused("c.yaml", text);
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    #[test]
    fn broken_json_is_refused_with_line_and_column() {
        let problem = refused("c.json", "{\"claims\": [\n  {\"form\": 3}]}");
        assert!(problem.contains("at line 2 column"), "{problem}");
    }

    #[test]
    fn json_escapes_that_yaml_refuses_are_read() {
        let claims = parse(
            "c",
            br#"{"claims": [{"form": "fixed", "source": "\ud83d\ude00"}]}"#,
        )
        .unwrap();
        assert_eq!(claims[0].said.as_deref(), Some("\u{1F600}"));
    }

    #[test]
    fn the_number_of_claims_is_limited() {
        let many = |count: usize| format!("claims:\n{}", "- form: dep-none\n".repeat(count));
        assert_eq!(
            parse("c.yaml", many(limits::CLAIMS_COUNT).as_bytes())
                .unwrap()
                .len(),
            limits::CLAIMS_COUNT
        );
        let problem = refused("c.yaml", &many(limits::CLAIMS_COUNT + 1));
        assert!(problem.contains("limit-claims-count"), "{problem}");
    }

    #[test]
    fn hostile_nesting_is_refused_without_a_panic() {
        for bracket in ["[", "{\"claims\":"] {
            assert!(parse("c.json", bracket.repeat(100_000).as_bytes()).is_err());
            assert!(parse("c.yaml", bracket.repeat(20_000).as_bytes()).is_err());
        }
    }
}
