//! What is said not to be touched, to be all that was touched, and not to break anybody?

use super::{Draft, Found, begins_with, find, from, holds, listed, skip_adjectives};
use crate::{
    claims::{
        anchors::{self, PathAnchor},
        modality::{Reading, Why, begins},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

/// The claims about limits of the change.
///
/// # Errors
/// Limits are spoken of, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    for reader in [untouched, only, no_function, no_breaking, nothing_else] {
        let found = reader(reading)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

const CHANGES: &[&str] = &[
    "change",
    "changes",
    "modification",
    "modifications",
    "edit",
    "edits",
];

/// "No changes were made to X", "X is unchanged", "did not touch X".
fn untouched(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let named = no_changes_to(tokens)
        .or_else(|| left_alone(tokens))
        .or_else(|| stays(tokens));
    let Some(paths) = named.filter(|paths| !paths.is_empty()) else {
        return Ok(Vec::new());
    };
    if let Some(why) = reading.cue_but(&[Why::Negation, Why::Known, Why::Earlier]) {
        return Err(why);
    }
    let exception = holds(tokens, EXCEPTIONS).then_some("it names an exception");
    let last = tokens.iter().rposition(|token| anchors::path(token).is_some());
    let next = last.and_then(|last| tokens.get(last + 1));
    let describes = anchors::describes(next) && !next.is_some_and(|token| token.is_one_of(REMAINS));
    let described = describes.then_some("the path describes the word behind it");
    let unquoted =
        |path: &PathAnchor| (!path.quoted && !path.whole).then_some("the name stands in no code quotes");
    let drafts = |path: &PathAnchor| {
        let draft = Draft::new(Form::Untouched)
            .mild(exception)
            .mild(described)
            .mild(unquoted(path));
        let about = |name: &String| draft.clone().about(name.clone());
        path.paths.iter().map(about).collect::<Vec<_>>()
    };
    Ok(paths.iter().flat_map(drafts).collect())
}

const EXCEPTIONS: &[&str] = &["except", "apart from", "other than", "beyond", "besides", "only"];

/// Words behind a path that stays as it is.
const REMAINS: &[&str] = &[
    "is",
    "are",
    "remains",
    "remain",
    "stays",
    "stay",
    "unchanged",
    "untouched",
    "left",
    "was",
    "were",
    "alone",
];

/// Words between "no changes" and "to".
const MADE: &[&str] = &[
    "were",
    "are",
    "was",
    "have",
    "been",
    "made",
    "needed",
    "required",
    "necessary",
];

fn paths_at(tokens: &[Token], at: usize) -> Vec<PathAnchor> {
    let at = at + skip_adjectives(from(tokens, at));
    listed(from(tokens, at), anchors::path).0
}

fn no_changes_to(tokens: &[Token]) -> Option<Vec<PathAnchor>> {
    let noun = tokens.get(1).is_some_and(|token| token.is_one_of(CHANGES));
    let to = tokens.iter().position(|token| token.is_one_of(&["to", "in"]))?;
    let plain = tokens.get(2..to)?.iter().all(|token| token.is_one_of(MADE));
    (begins(tokens, "no") && noun && plain).then(|| paths_at(tokens, to + 1))
}

const LEFT_ALONE: &[&str] = &[
    "did not touch",
    "didn't touch",
    "did not modify",
    "didn't modify",
    "did not change",
    "didn't change",
    "does not touch",
    "doesn't touch",
    "left",
];

fn left_alone(tokens: &[Token]) -> Option<Vec<PathAnchor>> {
    let phrase = begins_with(tokens, LEFT_ALONE)?;
    let kept = holds(tokens, &["untouched", "unchanged", "as is", "alone"]);
    (phrase != "left" || kept).then(|| paths_at(tokens, phrase.split(' ').count()))
}

fn stays(tokens: &[Token]) -> Option<Vec<PathAnchor>> {
    let start = skip_adjectives(tokens);
    let (named, width) = listed(from(tokens, start), anchors::path);
    let rest = from(tokens, start + width);
    let told = rest
        .iter()
        .take(3)
        .any(|token| token.is_one_of(&["unchanged", "untouched"]));
    let remains = rest.first().is_some_and(|token| token.is_one_of(REMAINS));
    (told && remains).then_some(named)
}

/// What "X-only" may say.
const KINDS: &[(&[&str], &str)] = &[
    (&["documentation", "docs", "doc", "readme"], "docs, comments"),
    (&["test", "tests"], "tests"),
    (&["comment", "comments"], "comments"),
    (&["formatting", "format", "whitespace", "style"], "formatting"),
];

fn kind(word: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, scope)| *scope)
}

/// "Documentation-only change", "only touches `pkg/export`", "no changes outside the test folder".
fn only(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let drafts = hyphened(tokens)
        .or_else(|| touches_only(tokens))
        .or_else(|| outside(tokens))
        .unwrap_or_default();
    if drafts.is_empty() {
        return Ok(drafts);
    }
    if let Some(why) = reading.cue_but(&[Why::Negation, Why::Known]) {
        return Err(why);
    }
    let wider = holds(
        reading.tokens,
        &[
            "plus",
            "and",
            "also",
            "besides",
            "except",
            "mostly",
            "mainly",
            "along with",
            "other than",
        ],
    )
    .then_some("it names more than one set");
    Ok(drafts.into_iter().map(|draft| draft.mild(wider)).collect())
}

fn hyphened(tokens: &[Token]) -> Option<Vec<Draft>> {
    let (at, scope) = tokens.iter().enumerate().find_map(|(at, token)| {
        let joined = token.lower.strip_suffix("-only").and_then(kind);
        let apart = || kind(&token.lower).filter(|_| tokens.get(at + 1).is_some_and(|next| next.is("only")));
        (token.kind == Kind::Word)
            .then(|| joined.or_else(apart))
            .flatten()
            .map(|scope| (at, scope))
    })?;
    let subject = tokens.get(..at).unwrap_or_default();
    let plain = subject.iter().all(|token| {
        token.kind == Kind::Mark
            || token.is_one_of(&[
                "a", "is", "this", "purely", "it", "it's", "are", "these", "strictly",
            ])
    });
    let rest = from(tokens, at + 1);
    let fits = rest.iter().all(|token| {
        token.kind == Kind::Mark
            || token.is_one_of(&[
                "only", "change", "changes", "pr", "update", "updates", "commit", "fix", "edit", "edits",
            ])
    });
    // "test only" alone may be an instruction
    let said = rest.iter().any(|token| {
        token.is_one_of(&[
            "change", "changes", "pr", "update", "updates", "commit", "edit", "edits",
        ])
    }) || tokens.get(at).is_some_and(|token| token.lower.ends_with("-only"))
        || at > 0;
    (plain && fits && said).then(|| vec![Draft::new(Form::OnlyTouched).within(Some(scope.to_owned()))])
}

const TOUCH: &[&str] = &[
    "touches", "touched", "modifies", "modified", "changes", "changed", "edits", "edited", "touch",
    "updates", "updated",
];

fn touches_only(tokens: &[Token]) -> Option<Vec<Draft>> {
    let only = tokens
        .iter()
        .take(4)
        .position(|token| token.is_one_of(&["only", "just"]))?;
    let verb = tokens.get(only + 1).filter(|token| token.is_one_of(TOUCH));
    let before = only
        .checked_sub(1)
        .and_then(|at| tokens.get(at))
        .filter(|token| token.is_one_of(TOUCH));
    verb.or(before)?;
    let start = only + 1 + usize::from(verb.is_some());
    let start = start + skip_adjectives(from(tokens, start));
    let lead = usize::from(
        tokens
            .get(start)
            .is_some_and(|token| token.is_one_of(&["files", "code", "file"])),
    );
    let lead = lead
        + usize::from(
            tokens
                .get(start + lead)
                .is_some_and(|token| token.is_one_of(&["in", "under", "inside", "within"])),
        );
    let (paths, width) = listed(from(tokens, start + lead), anchors::path);
    if paths.is_empty()
        || anchors::describes(tokens.get(start + lead + width))
            && !tokens.get(start + lead + width).is_some_and(|token| {
                token.is_one_of(&[
                    "folder",
                    "directory",
                    "package",
                    "module",
                    "crate",
                    "file",
                    "files",
                ])
            })
    {
        return None;
    }
    let mut draft = Draft::new(Form::OnlyTouched);
    draft.targets = paths.into_iter().flat_map(|path| path.paths).collect();
    draft = draft.mild((width + start + lead < tokens.len()).then_some("more follows behind the set"));
    Some(vec![draft])
}

fn outside(tokens: &[Token]) -> Option<Vec<Draft>> {
    let noun = begins(tokens, "no") && tokens.iter().take(4).any(|token| token.is_one_of(CHANGES));
    let at = find(tokens, "outside").filter(|_| noun)?;
    let at = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is("of")));
    let at = at + skip_adjectives(from(tokens, at));
    let target = tokens.get(at)?;
    let draft = Draft::new(Form::OnlyTouched);
    if let Some(path) = anchors::path(target) {
        return Some(
            path.paths
                .into_iter()
                .map(|path| draft.clone().about(path))
                .collect(),
        );
    }
    let folder = tokens
        .get(at + 1)
        .is_none_or(|token| token.is_one_of(&["folder", "directory", "files", "suite", "code"]));
    let scope = kind(&target.lower).filter(|_| folder)?;
    Some(vec![draft.within(Some(scope.to_owned()))])
}

/// "No functional changes": what a refactoring says too, so it is never held against its author.
fn no_function(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let phrases = [
        "no functional change",
        "no functional changes",
        "no behavioural change",
        "no behavioural changes",
        "no behavioral change",
        "no behavioral changes",
        "no behavior change",
        "no behavior changes",
        "no behaviour change",
        "no behaviour changes",
        "no code change",
        "no code changes",
        "no logic changes",
        "no production code changes",
    ];
    if begins_with(tokens, &phrases).is_none() {
        return Ok(Vec::new());
    }
    let scope = if holds(tokens, &["formatting only", "formatting"]) {
        "formatting"
    } else {
        "docs, tests, comments"
    };
    let mild = Some("a refactoring changes code and no function");
    Ok(vec![
        Draft::new(Form::OnlyTouched)
            .within(Some(scope.to_owned()))
            .mild(mild),
    ])
}

const NOTHING_BREAKS: &[&str] = &[
    "no breaking changes",
    "no breaking change",
    "no breaking api changes",
    "there are no breaking changes",
    "contains no breaking changes",
    "introduces no breaking changes",
    "not a breaking change",
    "without breaking changes",
    "public api is unchanged",
    "the public api is unchanged",
    "public api unchanged",
    "public api remains unchanged",
    "the public api remains unchanged",
    "no public api changes",
    "no api changes",
];

/// Words behind "no breaking changes" that are no part of what does not break.
const INTRODUCED: &[&str] = &["found", "introduced", "expected", "existing", "made"];

/// "No breaking changes", "fully backward compatible", "public API is unchanged".
fn no_breaking(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let stated = begins_with(tokens, NOTHING_BREAKS).map(|phrase| phrase.split(' ').count());
    let Some(end) = stated.or_else(|| compatible(tokens)) else {
        return Ok(Vec::new());
    };
    let deed = tokens.first().and_then(crate::claims::verbs::read).is_some();
    let next = tokens.get(end);
    let described = anchors::describes(next) && !next.is_some_and(|token| token.is_one_of(INTRODUCED));
    if deed || described {
        return Ok(Vec::new());
    }
    if let Some(why) = reading.cue_but(&[Why::Negation, Why::Known, Why::Earlier]) {
        return Err(why);
    }
    let tool = holds(tokens, &["found", "detected", "reported"]).then_some("a tool is said to have found it");
    let plain = |token: &Token| {
        token.kind == Kind::Mark || token.is_one_of(INTRODUCED) || token.is_one_of(&["change", "changes"])
    };
    let part = (!from(tokens, end).iter().all(plain)).then_some("it is about a part");
    let api = holds(tokens, &["public api"]);
    let users = (!api).then_some("who relies on what is not known");
    Ok(vec![
        Draft::new(Form::NoBreaking).mild(tool).mild(part).mild(users),
    ])
}

/// Where "backward compatible" ends, near the beginning.
fn compatible(tokens: &[Token]) -> Option<usize> {
    let joined = tokens
        .iter()
        .take(5)
        .position(|token| token.is_one_of(&["backward-compatible", "backwards-compatible"]));
    let apart =
        || super::find_any(tokens, &["backward compatible", "backwards compatible"]).filter(|at| *at < 5);
    joined.map(|at| at + 1).or_else(|| apart().map(|at| at + 2))
}

/// "No other files were modified": the set is everything that the text names.
fn nothing_else(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let phrase = begins_with(
        tokens,
        &[
            "no other files were",
            "no other files are",
            "no other files",
            "nothing else was",
            "no other file was",
        ],
    );
    let touched = tokens.iter().any(|token| token.is_one_of(TOUCH));
    if phrase.is_none() || !touched {
        return Ok(Vec::new());
    }
    let more =
        holds(tokens, &["except", "apart from", "besides", "other than"]).then_some("it names an exception");
    Ok(vec![
        Draft::new(Form::OnlyTouched)
            .within(Some(super::NAMED_SET.to_owned()))
            .mild(more),
    ])
}
