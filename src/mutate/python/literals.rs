//! Which numbers and texts stand for which others?

/// The number after this one, if it can be told from it.
pub(super) fn number(text: &str) -> Option<String> {
    let plain = text.replace('_', "");
    if let Some(real) = plain.strip_suffix(['j', 'J']) {
        return number(real).map(|real| format!("{real}j"));
    }
    let lower = plain.to_ascii_lowercase();
    let based = |start: &str, radix: u32| {
        let digits = lower.strip_prefix(start)?;
        u128::from_str_radix(digits, radix).ok()
    };
    let whole = based("0x", 16)
        .or_else(|| based("0o", 8))
        .or_else(|| based("0b", 2))
        .or_else(|| plain.parse().ok());
    if let Some(whole) = whole {
        return whole.checked_add(1).map(|next| next.to_string());
    }
    let real: f64 = plain.parse().ok()?;
    let next = real + 1.0;
    #[expect(clippy::float_cmp, reason = "a number that does not change is no fault")]
    let differs = next.is_finite() && next != real;
    differs.then(|| format!("{next:?}"))
}

/// Other texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    /// With a mark on both sides.
    pub(super) marked: String,
    /// In lower and in upper case, as far as they differ.
    pub(super) cases: Vec<String>,
}

/// What may stand instead of a text; `start` is its prefix with the opening quote.
pub(super) fn texts(literal: &str, start: &str) -> Option<Texts> {
    let quote = start.chars().last()?;
    let inside = literal.strip_prefix(start)?.strip_suffix(quote)?;
    let is_raw = start.contains(['r', 'R']);
    let written = |inside: &str| format!("{start}{inside}{quote}");
    let mut cases = Vec::new();
    for change in [lower as fn(char) -> String, upper] {
        let other = written(&changed(inside, is_raw, change));
        if other != literal {
            cases.push(other);
        }
    }
    Some(Texts {
        marked: written(&format!("XX{inside}XX")),
        cases,
    })
}

fn lower(one: char) -> String {
    one.to_lowercase().collect()
}

fn upper(one: char) -> String {
    one.to_uppercase().collect()
}

/// A text in another case, with the escapes as they are.
fn changed(inside: &str, is_raw: bool, change: fn(char) -> String) -> String {
    let mut other = String::new();
    let mut rest = inside.chars();
    while let Some(one) = rest.next() {
        if one != '\\' {
            other.push_str(&change(one));
            continue;
        }
        other.push(one);
        let Some(escape) = rest.next() else { break };
        other.push(escape);
        let digits = match escape {
            _ if is_raw => 0,
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => rest.as_str().find('}').map_or(0, |end| end + 1),
            _ => 0,
        };
        other.extend(rest.by_ref().take(digits));
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_is_another() {
        let cases = [
            ("0", Some("1")),
            ("1_000", Some("1001")),
            ("0xFF", Some("256")),
            ("0b1", Some("2")),
            ("1.5", Some("2.5")),
            ("2j", Some("3j")),
            ("1e999", None),
            ("1e300", None),
        ];
        for (text, next) in cases {
            assert_eq!(number(text).as_deref(), next, "{text}");
        }
    }

    #[test]
    fn the_case_changes_and_escapes_do_not() {
        let texts = |literal, start| texts(literal, start).unwrap();
        let plain = texts(r"'a\nB\x1f'", "'");
        assert_eq!(plain.marked, r"'XXa\nB\x1fXX'");
        assert_eq!(plain.cases, [r"'a\nb\x1f'", r"'A\nB\x1f'"]);
        assert_eq!(texts(r#"r"\dA""#, "r\"").cases, [r#"r"\da""#]);
        assert!(texts("'1'", "'").cases.is_empty());
    }
}
