//! Which packages are said to be added, removed or raised, or that none is?

use super::{Draft, Found, begins_with, find, from, holds, listed, skip_adjectives};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

const NOUNS: &[&str] = &[
    "dependency",
    "dependencies",
    "package",
    "packages",
    "crate",
    "crates",
    "library",
    "libraries",
    "devdependency",
    "gem",
    "dep",
    "deps",
];

/// Words by which "dependency" is none of packages.
const OTHER: &[&str] = &[
    "hook",
    "effect",
    "useeffect",
    "usememo",
    "usecallback",
    "array",
    "workflow",
    "job",
    "jobs",
    "injection",
    "cycle",
    "circular",
    "graph",
    "module",
    "missing",
];

/// The claims about packages.
///
/// # Errors
/// Dependencies are spoken of, and not packages.
pub fn read(reading: &Reading<'_>) -> Found {
    if let Some(drafts) = none(reading) {
        return drafts;
    }
    let Some((deed, _)) = reading.tokens.first().and_then(verbs::read) else {
        return Ok(Vec::new());
    };
    let installs = reading
        .tokens
        .first()
        .is_some_and(|token| token.lower.starts_with("install"));
    let found = match deed {
        Deed::Make => named(reading, Form::DepAdded, installs),
        Deed::Remove => named(reading, Form::DepRemoved, false),
        Deed::Set => bumped(reading),
        Deed::Edit => bumped(reading)
            .into_iter()
            .filter(|draft| draft.to.is_some())
            .collect(),
        Deed::Replace => replaced(reading),
        Deed::Mend | Deed::Rename | Deed::Turn => Vec::new(),
    };
    if found.is_empty() {
        return Ok(found);
    }
    if holds(reading.tokens, OTHER) {
        return Err(Why::Describes);
    }
    match reading.cue_before(2) {
        Some(why) if why != Why::Known => Err(why),
        Some(_) | None => Ok(found),
    }
}

/// "No new dependencies", "uses only the standard library".
fn none(reading: &Reading<'_>) -> Option<Found> {
    let tokens = reading.tokens;
    let phrases = [
        "no new dependencies",
        "no new dependency",
        "no dependencies were added",
        "no dependencies added",
        "no additional dependencies",
        "no new packages",
        "no new external dependencies",
        "no new third-party dependencies",
        "adds no new dependencies",
        "adds no dependencies",
        "introduces no new dependencies",
        "without new dependencies",
        "without adding new dependencies",
        "without adding dependencies",
        "no extra dependencies",
        "zero new dependencies",
        "did not add dependencies",
        "did not add any dependencies",
        "did not add new dependencies",
        "no new runtime dependencies",
    ];
    let standard = begins_with(
        tokens,
        &[
            "uses only the standard library",
            "only uses the standard library",
            "only the standard library is used",
        ],
    );
    let at = phrases
        .iter()
        .filter_map(|phrase| find(tokens, phrase).map(|at| (at, phrase.split(' ').count())))
        .min();
    if standard.is_none() && at.is_none() {
        return None;
    }
    let runtime = holds(tokens, &["runtime"]).then_some("it is about packages at run time");
    if let Some(why) = reading.cue_but(&[Why::Negation, Why::Known, Why::Earlier]) {
        return Some(Err(why));
    }
    // "the output file has no new dependencies" is about the file
    let start = at.map_or(0, |(at, _)| at);
    let head = tokens.get(..start).unwrap_or_default();
    let whole = head.iter().all(|token| {
        token.kind == Kind::Mark
            || token.is_one_of(&[
                "with",
                "there",
                "are",
                "and",
                "introduces",
                "adds",
                "has",
                "requires",
                "needs",
                "were",
                "no",
                "this",
                "pr",
                "change",
                "it",
            ])
    });
    let exception = holds(
        tokens,
        &["except", "other than", "apart from", "besides", "beyond", "but"],
    )
    .then_some("it names an exception");
    let part = standard
        .map(|_| "the rest of the change may use packages")
        .or((!whole).then_some("it may be about one part"));
    Some(Ok(vec![
        Draft::new(Form::DepNone).mild(exception).mild(part).mild(runtime),
    ]))
}

/// "Added `csv-core` dependency", "installed `zod`", "adds `x` as a dev dependency".
fn named(reading: &Reading<'_>, form: Form, installs: bool) -> Vec<Draft> {
    let tokens = reading.tokens;
    let at = 1 + skip_adjectives(from(tokens, 1));
    let lead = tokens.get(at).filter(|token| token.is_one_of(NOUNS)).is_some();
    let (names, width) = listed(from(tokens, at + usize::from(lead)), package);
    if names.is_empty() {
        return Vec::new();
    }
    let rest = from(tokens, at + usize::from(lead) + width);
    let noun = rest.iter().take(2).position(|token| token.is_one_of(NOUNS));
    let dev = rest.first().is_some_and(|token| {
        token.is_one_of(&[
            "dev", "runtime", "npm", "python", "rust", "peer", "optional", "build", "test",
        ])
    });
    let noun = noun.filter(|at| *at == 0 || dev);
    let as_noun = rest.first().is_some_and(|token| token.is("as"))
        && rest.iter().take(6).any(|token| token.is_one_of(NOUNS));
    let manifest = rest.first().is_some_and(|token| token.is_one_of(&["to", "from"]))
        && rest
            .iter()
            .take(4)
            .any(|token| MANIFESTS.contains(&token.lower.as_str()));
    let quoted = tokens.get(at).is_some_and(|token| token.kind == Kind::Code);
    let plain = installs
        && quoted
        && rest
            .first()
            .is_none_or(|token| token.is_one_of(&["for", "to", "and", "as"]));
    if !(noun.is_some() || lead || as_noun || manifest || plain) {
        return Vec::new();
    }
    if noun.is_some_and(|at| anchors::describes(rest.get(at + 1))) {
        return Vec::new();
    }
    let own = |name: &str| {
        name.starts_with('@')
            .then_some("it may be a package of the workspace")
    };
    let loose = (!(noun.is_some() || as_noun || lead)
        || rest
            .iter()
            .take(3)
            .any(|token| token.is_one_of(&["package", "packages", "library", "crate"])))
    .then_some("it may be a package of the project itself");
    let developers = rest
        .iter()
        .take(6)
        .any(|token| token.is_one_of(&["dev", "development", "devdependency", "dev-dependency"]));
    let draft = |name: String| {
        let mild = own(&name).or(loose);
        let scope = developers.then(|| "dev".to_owned());
        Draft::new(form).about(name).within(scope).mild(mild)
    };
    names.into_iter().map(draft).collect()
}

const MANIFESTS: &[&str] = &[
    "package.json",
    "cargo.toml",
    "pyproject.toml",
    "requirements.txt",
    "go.mod",
    "dependencies",
    "devdependencies",
];

/// The package that a code span names.
fn package(token: &Token) -> Option<String> {
    let shape = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '/' | '.');
    let text = &token.text;
    let letters = text.chars().any(char::is_alphabetic)
        && text.chars().all(shape)
        && !text.starts_with('.')
        && !text.starts_with('/');
    let scoped = text.starts_with('@')
        || !text.contains('/')
        || text.starts_with("github.com/")
        || text.starts_with("golang.org/");
    let file = anchors::path(token).is_some() && !text.starts_with("github.com/");
    (token.kind == Kind::Code && letters && scoped && !file).then(|| text.clone())
}

/// "Bumped `serde` from 1.0.200 to 1.0.219".
fn bumped(reading: &Reading<'_>) -> Vec<Draft> {
    let tokens = reading.tokens;
    let at = 1 + skip_adjectives(from(tokens, 1));
    let lead = usize::from(tokens.get(at).is_some_and(|token| token.is_one_of(NOUNS)));
    let Some(token) = tokens.get(at + lead) else {
        return Vec::new();
    };
    let bare = token.kind == Kind::Word && find(tokens, "from").is_some();
    let name = package(token).or_else(|| {
        bare.then(|| package(&Token::new(Kind::Code, &token.text, token.range.clone())))
            .flatten()
    });
    let to = find(tokens, "to")
        .and_then(|at| tokens.get(at + 1))
        .filter(|token| is_version(&token.text));
    let (Some(name), Some(to)) = (name, to) else {
        return Vec::new();
    };
    let mild = (token.kind != Kind::Code).then_some("the name stands in no code quotes");
    vec![
        Draft::new(Form::DepBumped)
            .about(name)
            .to(to.text.trim_start_matches('v').to_owned())
            .mild(mild),
    ]
}

/// Numbers between dots, two of them at least.
fn is_version(text: &str) -> bool {
    let bare = text.trim_start_matches(['v', '^', '~', '=']);
    let numbers = bare
        .split(['.', '-', '+'])
        .take_while(|part| part.chars().all(|c| c.is_ascii_digit()) && !part.is_empty());
    numbers.count() >= 2
}

/// "Replaced `request` with `undici`": packages, if a manifest says so.
fn replaced(reading: &Reading<'_>) -> Vec<Draft> {
    let tokens = reading.tokens;
    let at = 1 + skip_adjectives(from(tokens, 1));
    let (Some(old), Some(with), Some(new)) = (
        tokens.get(at).and_then(package),
        tokens.get(at + 1),
        tokens.get(at + 2).and_then(package),
    ) else {
        return Vec::new();
    };
    if !with.is_one_of(&["with", "by"]) {
        return Vec::new();
    }
    let is_package = |name: &str| !name.contains(['_', '.']) && name.chars().all(|c| !c.is_uppercase());
    if !is_package(&old) || !is_package(&new) {
        return Vec::new();
    }
    let mild = Some("it may be no package");
    vec![
        Draft::new(Form::DepRemoved).about(old).mild(mild),
        Draft::new(Form::DepAdded).about(new).mild(mild),
    ]
}
