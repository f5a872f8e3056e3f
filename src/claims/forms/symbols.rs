//! Which functions, classes, fields are said to be added, removed, renamed or changed?
//!
//! A name is a symbol where a noun says so right behind it or in front of it, and no further noun follows: "removed
//! `user_id` parameter checks" is about checks. A name that nothing but code has needs no noun to be one.

use super::{Draft, Found, from, listed, skip_adjectives};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

const LOOSE: &str = "names of this kind may be written otherwise in code";
const UNSURE: &str = "the name may be one of something else than code";
const PARTLY: &str = "it may be taken out of one place only";

/// The claims about symbols.
///
/// # Errors
/// A name stands there, and only describes something.
pub fn read(reading: &Reading<'_>) -> Found {
    let Some((deed, _)) = reading.tokens.first().and_then(verbs::read) else {
        return if reading.tokens.first().is_some_and(|token| token.is("new")) {
            introduced(reading)
        } else {
            changed(reading)
        };
    };
    if deed == Deed::Rename {
        return renamed(reading);
    }
    let form = match deed {
        Deed::Make => Form::SymbolAdded,
        Deed::Remove => Form::SymbolRemoved,
        Deed::Edit => Form::SymbolChanged,
        Deed::Turn if is_extraction(reading) => Form::SymbolAdded,
        Deed::Replace => return replaced(reading),
        Deed::Mend | Deed::Rename | Deed::Set | Deed::Turn => return Ok(Vec::new()),
    };
    let at = 1 + skip_adjectives(from(reading.main, 1));
    let Some(kinds) = named(reading.main, at) else {
        return Ok(Vec::new());
    };
    let cue = reading
        .cue_before(at + 1)
        .filter(|why| *why != Why::Known || deed == Deed::Make);
    if let Some(why) = cue {
        return Err(why);
    }
    if anchors::describes(reading.main.get(kinds.end)) {
        return Err(Why::Describes);
    }
    let missing = super::holds(reading.main, &["missing"])
        || super::holds(from(reading.tokens, kinds.end), &["calls", "call"]);
    let mild = kinds
        .doubt(form)
        .or_else(|| missing.then_some("the name may stand in no added line"));
    let literal = ["refactor", "rewr", "modif", "edit"];
    let by_text = reading
        .tokens
        .first()
        .is_some_and(|verb| literal.iter().any(|start| verb.lower.starts_with(start)));
    let indirect =
        (form == Form::SymbolChanged && !by_text).then_some("what it does may be changed elsewhere");
    let draft = |name: String| Draft::new(form).about(name).mild(mild).mild(indirect);
    Ok(kinds.names.into_iter().map(draft).collect())
}

/// "Extract `parse` from the reader": it has a name of its own from now on.
fn is_extraction(reading: &Reading<'_>) -> bool {
    let verb = reading.tokens.first();
    verb.is_some_and(|verb| verb.lower.starts_with("extract"))
}

/// "Replace `a` with `b`": the second stands in the code from now on.
fn replaced(reading: &Reading<'_>) -> Found {
    let Some(with) = super::find_any(reading.tokens, &["with", "by"]) else {
        return Ok(Vec::new());
    };
    let old = reading.tokens.get(..with).unwrap_or_default();
    let at = with + 1 + skip_adjectives(from(reading.tokens, with + 1));
    let is_code = |token: &Token| anchors::symbol(token).is_some();
    let Some(kinds) = named(reading.tokens, at).filter(|_| old.iter().any(is_code)) else {
        return Ok(Vec::new());
    };
    let cued = reading.cue_before(kinds.end).is_some();
    if cued || anchors::describes(reading.tokens.get(kinds.end)) {
        return Ok(Vec::new());
    }
    let mild = kinds.doubt(Form::SymbolAdded);
    let draft = |name: String| Draft::new(Form::SymbolAdded).about(name).mild(mild);
    Ok(kinds.names.into_iter().map(draft).collect())
}

/// "New test `rejects_negative_limit` verifies the guard".
fn introduced(reading: &Reading<'_>) -> Found {
    let kind = |token: &&Token| token.is_one_of(&["regression", "unit", "integration", "pure", "shared"]);
    let skip = from(reading.tokens, 1).iter().take_while(kind).count();
    let Some(kinds) = named(reading.tokens, 1 + skip) else {
        return Ok(Vec::new());
    };
    let next = reading.tokens.get(kinds.end);
    let is_noun = anchors::describes(next) && !next.is_some_and(is_verb);
    let known = kinds.kind.is_some() || kinds.sure;
    if !known || is_noun || reading.cue_before(kinds.end).is_some() {
        return Ok(Vec::new());
    }
    let mild = kinds.doubt(Form::SymbolAdded);
    let draft = |name: String| Draft::new(Form::SymbolAdded).about(name).mild(mild);
    Ok(kinds.names.into_iter().map(draft).collect())
}

/// Whether a word behind a name tells what it does.
fn is_verb(token: &Token) -> bool {
    token.kind == Kind::Word && token.lower.ends_with('s') && !token.lower.ends_with("ss")
}

/// Names with the noun that tells what they are.
struct Named<'t> {
    names: Vec<String>,
    kind: Option<&'t Token>,
    /// Nothing but code is called so.
    sure: bool,
    /// Behind both.
    end: usize,
}

impl Named<'_> {
    /// Why it is not held against its author, where it is not.
    fn doubt(&self, form: Form) -> Option<&'static str> {
        let added = form == Form::SymbolAdded;
        match self.kind {
            Some(kind) if anchors::is_loose(kind) => (!self.sure || !added).then_some(LOOSE),
            Some(_) => None,
            None if !self.sure => Some(UNSURE),
            None => (!added).then_some(PARTLY),
        }
    }
}

fn are_sure(tokens: &[Token]) -> bool {
    let mut names = tokens.iter().filter(|token| anchors::symbol(token).is_some());
    names.all(anchors::is_sure)
}

/// "`a` and `b` functions", or "function `a`".
fn named(tokens: &[Token], at: usize) -> Option<Named<'_>> {
    let first = tokens.get(at)?;
    if anchors::is_kind(first) {
        let (names, width) = listed(from(tokens, at + 1), anchors::symbol);
        let end = at + 1 + width;
        return (!names.is_empty()).then_some(Named {
            names,
            kind: Some(first),
            sure: are_sure(tokens.get(at..end).unwrap_or_default()),
            end,
        });
    }
    let (names, width) = listed(from(tokens, at), anchors::symbol);
    if names.is_empty() {
        return None;
    }
    let sure = are_sure(tokens.get(at..at + width).unwrap_or_default());
    let end = at + width;
    // "`shr` scalar function"
    let attribute = tokens.get(end).is_some_and(|token| {
        token.kind == Kind::Word && !anchors::is_kind(token) && anchors::describes(Some(token))
    });
    let end = end + usize::from(attribute && tokens.get(end + 1).is_some_and(anchors::is_kind));
    let kind = tokens.get(end).filter(|token| anchors::is_kind(token));
    Some(Named {
        names,
        kind,
        sure,
        end: end + usize::from(kind.is_some()),
    })
}

/// "Rename `a` to `b`".
fn renamed(reading: &Reading<'_>) -> Found {
    let at = 1 + skip_adjectives(from(reading.main, 1));
    let at = at + usize::from(reading.main.get(at).is_some_and(anchors::is_kind));
    let Some(old) = reading.main.get(at).and_then(anchors::symbol) else {
        return Ok(Vec::new());
    };
    let kind = usize::from(reading.main.get(at + 1).is_some_and(anchors::is_kind));
    let to = reading.main.get(at + 1 + kind);
    let new = reading.main.get(at + 2 + kind).and_then(anchors::symbol);
    let is_code = |token: Option<&Token>| {
        token.is_some_and(|token| token.kind == Kind::Code || anchors::is_sure(token))
    };
    if !is_code(reading.main.get(at)) || !is_code(reading.main.get(at + 2 + kind)) {
        return Ok(Vec::new());
    }
    let renames = reading
        .tokens
        .first()
        .is_some_and(|verb| verb.lower.starts_with("renam"));
    match (to.filter(|to| to.is("to")), new) {
        (Some(_), Some(new)) if renames && reading.cue_before(at + 2 + kind).is_none() => {
            let described = anchors::describes(reading.main.get(at + 3 + kind)).then_some(LOOSE);
            Ok(vec![
                Draft::new(Form::SymbolRenamed).about(old).to(new).mild(described),
            ])
        }
        (_, _) => Ok(Vec::new()),
    }
}

/// "`CsvWriter::flush` method now returns `Result`".
fn changed(reading: &Reading<'_>) -> Found {
    let at = skip_adjectives(reading.tokens);
    let Some(kinds) = named(reading.tokens, at) else {
        return Ok(Vec::new());
    };
    let now = reading.tokens.get(kinds.end).is_some_and(|token| token.is("now"));
    if kinds.kind.is_none() || !now || reading.cue_before(kinds.end).is_some() {
        return Ok(Vec::new());
    }
    let mild = Some("what it does now may be changed elsewhere");
    let draft = |name: String| Draft::new(Form::SymbolChanged).about(name).mild(mild);
    Ok(kinds.names.into_iter().map(draft).collect())
}
