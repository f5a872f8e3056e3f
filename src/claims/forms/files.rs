//! Which files are said to be created, edited, deleted or renamed?
//!
//! Only what a verb takes as its object, or what it puts something into or takes something out of, is claimed: "add A
//! to B" touches B alone (CHECKS 4.4, roles).

use super::{Draft, Found, from, listed, skip_adjectives};
use crate::{
    claims::{
        anchors::{self, PathAnchor},
        blocks::Kind as Block,
        modality::{Reading, Why},
        sections::{Listed, Section},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

/// Words between a verb and a path that name what the path is.
#[rustfmt::skip]
const APPOSITIONS: &[&str] = &[
    "file", "files", "module", "script", "scripts", "workflow", "config", "configuration", "test", "tests",
    "component", "page", "spec", "migration", "template", "folder", "directory", "package", "source", "header",
    "stylesheet", "document", "doc", "docs", "manifest", "schema", "fixture", "helper", "util", "utility",
    "hook", "types", "at", "in", "under", "called", "named", "unit", "integration", "entry", "point", "example",
    "github", "action", "ci", "helper",
];

/// The claims about files.
///
/// # Errors
/// A path is named, and only describes something or tells where something is.
pub fn read(reading: &Reading<'_>) -> Found {
    if let Section::Files(listed) = reading.clause.section
        && let Some(drafts) = in_list(reading, listed)
    {
        return Ok(drafts);
    }
    let Some((deed, _)) = reading.tokens.first().and_then(verbs::read) else {
        return labelled(reading);
    };
    if let Deed::Rename = deed
        && let Some(drafts) = renamed(reading)
    {
        return Ok(drafts);
    }
    let Some(at) = reading
        .main
        .iter()
        .position(|token| anchors::path(token).is_some())
    else {
        return Ok(Vec::new());
    };
    let known = reading
        .cue_before(at)
        .filter(|why| *why != Why::Known || deed == Deed::Make);
    if let Some(why) = known {
        return Err(why);
    }
    let object = 1 + skip_adjectives(from(reading.main, 1));
    let between = reading.main.get(object..at).unwrap_or_default();
    if between
        .iter()
        .all(|token| token.is_one_of(APPOSITIONS) || token.is_mark(":"))
        && !ends_in_place(between)
    {
        return direct(reading, deed, at);
    }
    placed(reading, deed, at)
}

/// `the file in a.rs`: the last word in front of the path tells a place, not a name.
fn ends_in_place(between: &[Token]) -> bool {
    let place = between
        .last()
        .is_some_and(|last| last.is_one_of(&["at", "in", "under"]));
    place
        && !between
            .iter()
            .any(|token| token.is_one_of(&["file", "files", "module", "script", "component", "page"]))
}

/// A list of files: the path at the head of each item.
fn in_list(reading: &Reading<'_>, kind: Listed) -> Option<Vec<Draft>> {
    if reading.clause.part != 0 || !matches!(reading.clause.kind, Block::Item | Block::Row) {
        return None;
    }
    let at = reading
        .tokens
        .iter()
        .take(LEAD)
        .position(|token| anchors::path(token).is_some())?;
    let before = reading.tokens.get(..at)?;
    if reading.cue_before(at).is_some() || before.iter().any(|token| token.kind == Kind::Code) {
        return None;
    }
    let form = match (kind, said_of(reading, before)) {
        (_, Some(form)) => form,
        (Listed::Touched, None) => Form::FileEdited,
        (Listed::New, None) => Form::FileCreated,
        (Listed::Gone, None) => Form::FileDeleted,
    };
    let (paths, _) = listed(from(reading.tokens, at), anchors::path);
    Some(paths.iter().flat_map(|path| drafts(form, path, None)).collect())
}

/// Words in front of the path of a list's item.
const LEAD: usize = 3;

/// What the words in front of a listed path, or its brackets, say happened to it.
fn said_of(reading: &Reading<'_>, before: &[Token]) -> Option<Form> {
    let asides = reading
        .clause
        .asides
        .iter()
        .filter(|aside| aside.len() == 1)
        .flatten();
    before
        .iter()
        .chain(asides)
        .find_map(|token| match token.lower.as_str() {
            "new" | "added" | "created" | "add" | "create" => Some(Form::FileCreated),
            "deleted" | "removed" | "delete" | "remove" => Some(Form::FileDeleted),
            "modified" | "updated" | "changed" | "edited" | "update" | "modify" | "renamed" => {
                Some(Form::FileEdited)
            }
            _ => None,
        })
}

/// "`a.rs`: added a retry": the path is the head of its item, and a verb tells what was done there.
fn labelled(reading: &Reading<'_>) -> Found {
    let [first, colon, next, ..] = reading.tokens else {
        return Ok(Vec::new());
    };
    let Some(path) = anchors::path(first).filter(|_| colon.is_mark(":")) else {
        return Ok(Vec::new());
    };
    let deed = verbs::read(next).map(|(deed, _)| deed);
    let told = matches!(deed, Some(Deed::Make | Deed::Edit | Deed::Remove | Deed::Replace));
    if !told {
        return Err(Why::Elsewhere);
    }
    Ok(drafts(Form::FileEdited, &path, folder_or_data(&path)))
}

/// The path is what the verb did something to.
fn direct(reading: &Reading<'_>, deed: Deed, at: usize) -> Found {
    let (paths, width) = listed(from(reading.main, at), anchors::path);
    let mut after = at + width;
    let is_kind = |token: &&Token| {
        token.is_one_of(&[
            "file",
            "files",
            "module",
            "script",
            "component",
            "folder",
            "directory",
            "page",
        ])
    };
    after += from(reading.main, after).iter().take_while(is_kind).count();
    let next = reading.main.get(after);
    let place = next.filter(|next| next.is_one_of(&["to", "from", "into", "in", "of", "on", "under"]));
    if let Some(place) = place {
        return moved_or_placed(reading, deed, &paths, place, after);
    }
    if anchors::describes(next) {
        return Err(Why::Describes);
    }
    let form = match deed {
        Deed::Make => Form::FileCreated,
        Deed::Edit | Deed::Rename => Form::FileEdited,
        Deed::Remove => Form::FileDeleted,
        Deed::Mend | Deed::Replace | Deed::Set | Deed::Turn => {
            return Ok(paths
                .iter()
                .flat_map(|path| drafts(Form::FileEdited, path, Some(LOOSE_VERB)))
                .collect());
        }
    };
    let mild = |path: &PathAnchor| folder(path).or_else(|| (deed == Deed::Rename).then_some(LOOSE_VERB));
    Ok(paths
        .iter()
        .flat_map(|path| drafts(form, path, mild(path)))
        .collect())
}

const LOOSE_VERB: &str = "the verb leaves open which file was touched";
const FOLDER: &str = "it names a folder";
const USERS: &str = "it may tell where users configure it";

fn folder(path: &PathAnchor) -> Option<&'static str> {
    path.folder.then_some(FOLDER)
}

fn folder_or_data(path: &PathAnchor) -> Option<&'static str> {
    folder(path).or_else(|| path.data.then_some(USERS))
}

/// "A to B", "A from B": only B is touched. "A from the tree" is gone.
fn moved_or_placed(
    reading: &Reading<'_>,
    deed: Deed,
    paths: &[PathAnchor],
    place: &Token,
    after: usize,
) -> Found {
    let rest = from(reading.main, after + 1);
    let skip = skip_adjectives(rest);
    let target = rest.get(skip);
    let other = target.and_then(anchors::path);
    match (deed, other) {
        (_, Some(other)) if other.folder && deed == Deed::Make => Ok(paths
            .iter()
            .flat_map(|path| drafts(Form::FileCreated, path, Some(FOLDER)))
            .collect()),
        (_, Some(other)) if !other.folder => Ok(drafts(Form::FileEdited, &other, folder_or_data(&other))),
        (Deed::Remove, None) if place.is("from") && is_tree(target) => Ok(paths
            .iter()
            .flat_map(|path| drafts(Form::FileDeleted, path, folder(path)))
            .collect()),
        (Deed::Edit | Deed::Turn, None) if place.is_one_of(&["in", "to", "into"]) => Ok(paths
            .iter()
            .flat_map(|path| drafts(Form::FileEdited, path, Some(LOOSE_VERB)))
            .collect()),
        (Deed::Make, None) if place.is("in") || place.is("under") => Ok(paths
            .iter()
            .flat_map(|path| drafts(Form::FileCreated, path, Some(LOOSE_VERB)))
            .collect()),
        (_, _) => Err(Why::Elsewhere),
    }
}

fn is_tree(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.is_one_of(&["repo", "repository", "tree", "codebase", "project", "root"]))
}

/// "Removed X from `a.rs`": the path is where it was done.
fn placed(reading: &Reading<'_>, deed: Deed, at: usize) -> Found {
    let before = reading.main.get(..at).unwrap_or_default();
    let skip = before.iter().rev().take_while(|token| is_filler(token)).count();
    let Some(place) = before.len().checked_sub(skip + 1) else {
        return Err(Why::Elsewhere);
    };
    let is_place = before
        .get(place)
        .is_some_and(|token| token.is_one_of(&["in", "to", "from", "into", "inside", "within"]));
    let object = before.get(1..place).unwrap_or_default();
    let told_by_others = object.iter().any(verbs::is_participle);
    let names_file = object.iter().any(|token| anchors::path(token).is_some());
    let refers = object.iter().any(|token| {
        token.is_one_of(&[
            "link",
            "links",
            "reference",
            "references",
            "mention",
            "mentions",
            "pointer",
            "according",
            "example",
            "examples",
        ])
    });
    if !is_place || object.is_empty() || told_by_others || names_file || refers {
        return Err(Why::Elsewhere);
    }
    let (paths, width) = listed(from(reading.main, at), anchors::path);
    let next = reading.main.get(at + width);
    let described = anchors::describes(next).then_some("the path describes the word behind it");
    let loose = match deed {
        Deed::Mend | Deed::Set | Deed::Rename | Deed::Turn => Some(LOOSE_VERB),
        Deed::Make | Deed::Edit | Deed::Remove | Deed::Replace => None,
    };
    let users = |path: &PathAnchor| (deed == Deed::Make && path.data).then_some(USERS);
    let mild = |path: &PathAnchor| {
        described
            .or(loose)
            .or_else(|| folder(path))
            .or_else(|| users(path))
    };
    Ok(paths
        .iter()
        .flat_map(|path| drafts(Form::FileEdited, path, mild(path)))
        .collect())
}

fn is_filler(token: &Token) -> bool {
    token.is_one_of(anchors::ARTICLES)
        || token.is_one_of(APPOSITIONS) && !token.is_one_of(&["at", "in", "under"])
}

/// "Rename A to B", "move A into B", "move X from A into B".
fn renamed(reading: &Reading<'_>) -> Option<Vec<Draft>> {
    let places: Vec<(usize, PathAnchor)> = reading
        .main
        .iter()
        .enumerate()
        .filter_map(|(at, token)| anchors::path(token).map(|path| (at, path)))
        .collect();
    let [(first_at, first), (second_at, second)] = places.as_slice() else {
        return None;
    };
    if reading.cue_before(*second_at).is_some() {
        return None;
    }
    let between = reading.main.get(first_at + 1..*second_at)?;
    let word = between.iter().find(|token| token.is_one_of(&["to", "into"]))?;
    let object = 1 + skip_adjectives(from(reading.main, 1));
    let lead = reading.main.get(object..*first_at)?;
    if lead.iter().any(|token| token.is("from")) {
        let both = [first, second];
        return Some(
            both.iter()
                .flat_map(|path| drafts(Form::FileEdited, path, folder(path)))
                .collect(),
        );
    }
    let is_object = lead.iter().all(|token| token.is_one_of(APPOSITIONS));
    if !is_object || first.folder || second.folder || !word.is_one_of(&["to", "into"]) || between.len() > 3 {
        return Some(drafts(Form::FileEdited, second, Some(FOLDER)));
    }
    let (Some(old), Some(new)) = (first.paths.first(), second.paths.first()) else {
        return None;
    };
    // a bare name keeps the folder of the old one
    let mut draft = Draft::new(Form::FileRenamed).about(old.clone()).to(new.clone());
    draft.strict = first.quoted && first.whole;
    Some(vec![draft.mild(unquoted(first))])
}

const UNQUOTED: &str = "the name stands in no code quotes";

fn unquoted(path: &PathAnchor) -> Option<&'static str> {
    (!path.quoted && !path.whole).then_some(UNQUOTED)
}

fn drafts(form: Form, path: &PathAnchor, mild: Option<&'static str>) -> Vec<Draft> {
    let one = |name: &String| {
        let mut draft = Draft::new(form).about(name.clone()).mild(mild);
        // what is edited or deleted must be found in the tree as one file anyhow
        if form == Form::FileCreated {
            draft = draft.mild(unquoted(path));
        }
        // a file of code that is in no folder of the head, under no name like it, was not created
        let code = form == Form::FileCreated && !path.data;
        draft.strict = path.quoted && path.whole || code && (path.quoted || path.whole);
        draft
    };
    path.paths.iter().map(one).collect()
}
