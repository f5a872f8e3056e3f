//! Which constant or key is said to have which value?

use super::{Draft, Found, find, from, skip_adjectives};
use crate::{
    claims::{
        anchors,
        modality::{Reading, Why},
        tokens::{Kind, Token},
        verbs::{self, Deed},
    },
    evidence::claims::Form,
};

/// The claims about values: "set `X` to 5", "raised `MAX` from 3 to 5", "`X` is now 5".
///
/// # Errors
/// A value is spoken of, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    let tokens = reading.tokens;
    let (at, to) = match tokens.first().and_then(verbs::read) {
        Some((Deed::Set | Deed::Edit, _)) => {
            let at = 1 + skip_adjectives(from(tokens, 1));
            (at, find(tokens, "to"))
        }
        Some(_) => return Ok(Vec::new()),
        None => {
            let at = skip_adjectives(tokens);
            let now = find(tokens, "now").filter(|now| *now <= at + 3);
            let set = now.filter(|now| {
                tokens
                    .get(now - 1)
                    .is_some_and(|token| token.is_one_of(&["is", "are"]))
            });
            let defaults = super::find_any(tokens, &["defaults to", "is set to"]);
            (
                at,
                set.or(defaults
                    .map(|at| at + usize::from(tokens.get(at + 1).is_some_and(|token| token.is("set"))) + 1)),
            )
        }
    };
    let key = tokens
        .get(at)
        .filter(|token| token.kind == Kind::Code)
        .and_then(anchors::symbol);
    let value = to.filter(|to| *to > at).and_then(|to| tokens.get(to + 1));
    let (Some(key), Some(value), Some(to)) = (key, value, to) else {
        return Ok(Vec::new());
    };
    let Some(literal) = literal(value) else {
        return Ok(Vec::new());
    };
    if let Some(why) = reading.cue_before(to + 1).filter(|why| *why != Why::Known) {
        return Err(why);
    }
    let unit = tokens
        .get(to + 2)
        .filter(|next| next.kind != Kind::Mark && anchors::describes(Some(next)));
    let between = tokens.get(at + 1..to).unwrap_or_default();
    let direct = between.iter().all(|token| {
        token.is_one_of(&["from", "is", "are", "constant", "default", "value", "to"]) || literal_like(token)
    });
    let mild = unit
        .map(|_| "it gives a unit")
        .or((!direct).then_some("it tells of one use of it"))
        .or((value.kind != Kind::Code && value.number().is_none())
            .then_some("the value stands in no code quotes"));
    Ok(vec![Draft::new(Form::ValueSet).about(key).to(literal).mild(mild)])
}

fn literal_like(token: &Token) -> bool {
    token.kind == Kind::Code || token.number().is_some() || literal(token).is_some()
}

/// A number, a switch, or a quoted text that a code span holds.
fn literal(token: &Token) -> Option<String> {
    let text = token.text.trim_matches(['"', '\'']);
    let number = text.replace(['_', ','], "");
    let is_number = number.parse::<f64>().is_ok_and(f64::is_finite)
        && number.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let is_switch = matches!(text, "true" | "false" | "True" | "False");
    let is_text = token.kind == Kind::Code
        && !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && token.text != text;
    (token.kind != Kind::Mark && (is_number || is_switch || is_text)).then(|| text.to_owned())
}
