//! Which test coverage is stated?

use super::{Draft, Found, holds};
use crate::{
    claims::{
        modality::{Reading, Why},
        tokens::{Kind, Token},
    },
    evidence::claims::Form,
};

/// Words by which a percentage is a wish.
const WISHES: &[&str] = &[
    "threshold",
    "target",
    "minimum",
    "at least",
    "require",
    "required",
    "requires",
    "goal",
    "set to",
    "least",
    "fail under",
    "enforce",
    "enforces",
];

/// The claims about coverage.
///
/// # Errors
/// A coverage is spoken of, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    if !tokens.iter().any(|token| token.is("coverage")) {
        return Ok(Vec::new());
    }
    let percents: Vec<f64> = tokens.iter().filter_map(percent).collect();
    let Some(percent) = percents.last().copied() else {
        return Ok(Vec::new());
    };
    if holds(tokens, WISHES) {
        return Err(Why::Instruction);
    }
    if let Some(why) = reading.cue_but(&[Why::Known]) {
        return Err(why);
    }
    let whole = [
        "coverage",
        "test",
        "line",
        "lines",
        "code",
        "total",
        "overall",
        "is",
        "now",
        "at",
        "to",
        "from",
        "increased",
        "raised",
        "the",
        "of",
        "has",
        "brings",
        "bringing",
        "project",
        "increases",
        "improved",
        "up",
        "reaches",
        "reached",
        "stands",
        "we",
        "have",
    ];
    let other = tokens.iter().any(|token| {
        token.kind == Kind::Code
            || token.kind == Kind::Word && percent_or_number(token).is_none() && !token.is_one_of(&whole)
    });
    let mut draft = Draft::new(Form::Coverage)
        .mild(other.then_some("it is about a part, or about another kind of coverage"));
    draft.count.percent = Some(percent);
    Ok(vec![draft])
}

fn percent_or_number(token: &Token) -> Option<f64> {
    percent(token).or_else(|| token.text.parse().ok())
}

fn percent(token: &Token) -> Option<f64> {
    let number: f64 = token.text.strip_suffix('%')?.parse().ok()?;
    (token.kind == Kind::Word && (0.0..=100.0).contains(&number)).then_some(number)
}
