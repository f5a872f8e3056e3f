//! Does a text name a file or an identifier that stands nowhere: not in the change, not in the tree?
//!
//! Only whole paths of source files and words in code quotes whose shape no prose has are asked about, and only where
//! the sentence tells how things are: not of plans, conditions, other work, or what is no more.

use std::collections::BTreeMap;

use super::Told;
use crate::{
    checks::Settings,
    claims::{
        Standing, anchors, modality,
        modality::Why,
        paths::{InTree, Places, Written},
        prose,
        tokens::{Kind, Token},
    },
    code::LanguageId,
    escape,
    evidence::{Evidence, Supplied, change::Change, claims::document::Document},
    finding::{Abstain, Finding, Judged, Place, Side, Unproven},
    limits,
    names::Name,
    path::RepoPath,
};

/// Letters that an identifier has at least: shorter ones are words of other programs too often.
const SHORTEST: usize = 8;

/// A name in a text.
struct Named {
    place: Place,
    quote: String,
    is_path: bool,
}

/// Judges the item.
///
/// # Errors
/// No claims were given, no text names anything of the kind, or the tree of the head is not known.
pub fn run(evidence: &Evidence, _: &Settings, told: &Told<'_>) -> Judged {
    let texts = &evidence.claims()?.documents;
    let change = &evidence.change;
    let templates = prose::Templates::of(change);
    let mut named = BTreeMap::new();
    for text in texts.iter().filter(|text| !text.squash) {
        collect(text, &templates, &mut named);
    }
    if named.is_empty() {
        return Err(Abstain::not_applicable(
            "no text names a source file or an identifier in code quotes",
        ));
    }
    // one fault is told once
    for (claim, standing) in told.all() {
        if matches!(standing, Standing::Refuted(_)) {
            named.retain(|name, _| !claim.targets.contains(name) && claim.to.as_ref() != Some(name));
        }
    }
    let left = left_over(named, change)?;
    let found: Vec<Finding> = left
        .missing()
        .map(|(name, named)| finding(name, named, change))
        .collect();
    match (found.is_empty(), left.unknown()) {
        (true, Some(why)) => Err(why.into()),
        (true, None) | (false, _) => Ok(found),
    }
}

/// The names in the sentences of a text that tell how things are.
fn collect(text: &Document, templates: &prose::Templates, named: &mut BTreeMap<String, Named>) {
    for told in prose::read(text, templates) {
        let is_template = told.became.as_ref().err() == Some(&Why::Template);
        if told.is_title || is_template || !told.clause.section.accuses() {
            continue;
        }
        let Ok(reading) = modality::read(&told.clause) else {
            continue;
        };
        if reading.cue.is_some() || reading.postponed().is_some() {
            continue;
        }
        for token in reading.main {
            let Some((name, is_path)) = name(token) else {
                continue;
            };
            if named.len() == limits::NAMES_OF_TEXT {
                return;
            }
            let line = prose::place(&text.body, &told.clause.range).0;
            named.entry(name).or_insert_with(|| Named {
                place: text.place(line),
                quote: told.quote.clone(),
                is_path,
            });
        }
    }
}

/// The whole path of a source file, or an identifier, in code quotes.
fn name(token: &Token) -> Option<(String, bool)> {
    if token.kind != Kind::Code {
        return None;
    }
    if let Some(path) = anchors::path(token) {
        let [one] = path.paths.as_slice() else { return None };
        let is_source = RepoPath::new(one).is_ok_and(|path| LanguageId::of(&path).is_some());
        return (path.whole && !path.folder && is_source).then(|| (one.clone(), true));
    }
    let name = anchors::symbol(token)?;
    // an owner may be somebody else's
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with('_');
    (is_plain && name.len() >= SHORTEST && anchors::is_code_shaped(&name)).then_some((name, false))
}

/// Names that stand in no changed line, in no path and in no file of the head that could be read.
struct Left {
    named: BTreeMap<String, Named>,
    /// Files that the clone lacks, or that cannot be read: any of the names may stand there.
    unread: Vec<String>,
}

impl Left {
    /// The names that stand nowhere.
    fn missing(&self) -> impl Iterator<Item = (&String, &Named)> {
        self.named.iter().filter(|_| self.unread.is_empty())
    }

    /// Why it is not known of some names whether they stand anywhere.
    fn unknown(&self) -> Option<Unproven> {
        let (first, (name, named)) = (self.unread.first()?, self.named.first_key_value()?);
        let more = match self.unread.len() {
            1 => String::new(),
            count => format!(" and {} more files", count - 1),
        };
        let (name, place) = (escape::line(name), &named.place);
        Some(Unproven::Insufficient(format!(
            "{place} names `{name}`, which may stand in {first}{more} that cannot be read here"
        )))
    }
}

/// What is left of names when changed lines, paths and files have been searched. Where every name is found early, nothing
/// else need be there: a clone without some files or trees is enough.
fn left_over(mut named: BTreeMap<String, Named>, change: &Change) -> Supplied<Left> {
    let places = Places::of(change);
    let mut sought: BTreeMap<String, String> = BTreeMap::new();
    for name in named.keys() {
        let word = name.rsplit('/').next().unwrap_or(name).to_owned();
        sought.insert(name.clone(), word);
    }
    for file in change.files() {
        for path in file.touched() {
            sought.retain(|_, word| !holds(&path.lossy(), word));
        }
        for line in file.added().chain(file.removed()) {
            sought.retain(|_, word| !holds(&line.text, word));
        }
    }
    for (name, how) in &named {
        if how.is_path && sought.contains_key(name) && is_known(name, &places)? {
            sought.remove(name);
        }
    }
    let unread = in_files(&mut sought, change)?;
    named.retain(|name, _| sought.contains_key(name));
    Ok(Left { named, unread })
}

/// Takes away the names that stand in a path or a file of the head; gives the files that could not be read.
fn in_files(sought: &mut BTreeMap<String, String>, change: &Change) -> Supplied<Vec<String>> {
    let mut unread = Vec::new();
    if sought.is_empty() {
        return Ok(unread);
    }
    let paths = change.paths(Side::Head)?;
    if paths.len() > limits::CHANGED_PATHS {
        let why = format!("{} files are too many to be searched for a name", paths.len());
        return Err(Unproven::Insufficient(why));
    }
    for path in paths {
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        sought.retain(|_, word| !holds(&path.lossy(), word));
        let Some(version) = change
            .entry(Side::Head, &path)?
            .filter(|version| version.mode.is_file())
        else {
            continue;
        };
        match change.text(&version) {
            Ok(text) => sought.retain(|_, word| !text.lines().any(|line| holds(line, word))),
            Err(Unproven::Insufficient(_)) if LanguageId::of(&path).is_none() => {}
            Err(_) if is_no_text(&path) => {}
            Err(_) => unread.push(path.to_string()),
        }
    }
    Ok(unread)
}

/// Endings of files that hold no names of code: whether one can be read makes no difference.
const NO_TEXT: &[&str] = &[
    "avif", "bmp", "eot", "gif", "gz", "ico", "jpeg", "jpg", "mov", "mp3", "mp4", "otf", "pdf", "png", "tar",
    "tgz", "ttf", "wasm", "wav", "webm", "webp", "woff", "woff2", "xz", "zip", "zst",
];

fn is_no_text(path: &RepoPath) -> bool {
    NO_TEXT.contains(&path.extension().as_str())
}

/// Whether either tree has such a path, or the change one that is called almost the same.
fn is_known(name: &str, places: &Places<'_>) -> Supplied<bool> {
    let Ok(written) = Written::new(name) else {
        return Ok(true);
    };
    let is_there = |side| -> Supplied<bool> { Ok(places.in_tree(side, &written)? != InTree::Nothing) };
    Ok(places.near(name).is_some() || is_there(Side::Head)? || is_there(Side::Base)?)
}

/// Whether a line has a name as a word, in any of its spellings, or as a part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    line.contains(word) || Name::new(word).is_in(line)
}

fn finding(name: &str, named: &Named, change: &Change) -> Finding {
    let shown = escape::line(name);
    let says = format!("`{shown}` is named, and neither the change nor any file of the head has it");
    let nearest = Written::new(name).map(|written| Places::of(change).hints(&written));
    let finding = Finding::new(named.place.clone(), says)
        .because(format!(
            "text: {}",
            escape::cut(&escape::line(&named.quote), limits::MESSAGE_BYTES)
        ))
        .because(format!(
            "searched: every file of the head, and the lines of {} changed files",
            change.files().len()
        ));
    let finding = nearest
        .into_iter()
        .flatten()
        .filter(|_| named.is_path)
        .fold(finding, Finding::because);
    finding.fix("write the name as it is in the code, or leave it out")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            claims::Claims,
        },
        policy::Policy,
    };

    fn judged(text: &str) -> Judged {
        let file = |path: &str, text: &str| {
            let text = text.as_bytes().to_vec();
            (RepoPath::new(path).unwrap(), (Mode::File, text))
        };
        let before = [
            file("src/a.py", "def old_helper():\n    pass\n"),
            file("src/b.py", "MAX_RETRIES = 3\n"),
        ];
        let after = [
            file("src/a.py", "def new_helper():\n    pass\n"),
            file("src/b.py", "MAX_RETRIES = 3\n"),
        ];
        let documents = vec![Document::text("pr.md", text)];
        let claims = Claims {
            documents,
            ..Claims::default()
        };
        let evidence = Evidence::of(memory::change(before.into(), after.into())).with_claims(Ok(claims));
        let settings = Settings::new(Policy::default()).unwrap();
        run(&evidence, &settings, &Told::of(&evidence, &settings))
    }

    #[test]
    fn a_name_that_stands_nowhere_is_told() {
        for text in [
            "The `resolve_backoff` helper handles the rest.",
            "Retries go through `BackoffPolicy` now.",
            "The loop lives in `src/backoff/policy.py`.",
        ] {
            assert_eq!(judged(text).unwrap().len(), 1, "{text}");
        }
    }

    #[test]
    fn a_name_that_stands_anywhere_is_left_alone() {
        for text in [
            "Replaces `old_helper` by `new_helper`.",
            "Respects `maxRetries` of `src/b.py`.",
            "The `newHelper()` call is cheap.",
        ] {
            assert_eq!(judged(text), Ok(Vec::new()), "{text}");
        }
    }

    #[test]
    fn plans_and_other_works_names_are_not_asked_about() {
        for text in [
            "A later change will add `resolve_backoff`.",
            "Similar to `resolve_backoff` upstream.",
            "It does not use `resolve_backoff`.",
            "# Follow-ups\n\nMove it to `src/backoff/policy.py`.",
            "> The `resolve_backoff` helper handles it.",
            "Calls `tokio::task::spawn_blocking` and `json.dumps`.",
            "Runs `cargo test`.",
        ] {
            assert!(
                matches!(judged(text), Err(Abstain::NotApplicable(_))),
                "{text}: {:?}",
                judged(text)
            );
        }
    }
}
