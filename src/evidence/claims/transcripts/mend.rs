//! What does the beginning of a JSON text say that was cut off in the middle?

use serde_json::Value;

/// Open brackets beyond which a text is not mended; the JSON library reads no deeper ones either.
const DEPTH: usize = 128;

/// The value of a text, as far as it goes; `None` where not even its outermost bracket can be read.
pub(super) fn read(text: &str) -> Option<Value> {
    let text = text.trim();
    serde_json::from_str(text)
        .ok()
        .or_else(|| serde_json::from_str(&closed(text)?).ok())
}

/// The text up to the last whole member, with its brackets closed.
fn closed(text: &str) -> Option<String> {
    let mut open: Vec<char> = Vec::new();
    let mut kept: Option<(usize, Vec<char>)> = None;
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, character) in text.char_indices() {
        if is_text {
            is_text = character != '"' || is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            continue;
        }
        match character {
            '"' => is_text = true,
            '{' | '[' => {
                open.push(if character == '{' { '}' } else { ']' });
                if open.len() > DEPTH {
                    return None;
                }
                kept = Some((at + 1, open.clone()));
            }
            '}' | ']' => {
                open.pop();
                kept = Some((at + 1, open.clone()));
            }
            ',' => kept = Some((at, open.clone())),
            _ => {}
        }
    }
    let (end, open) = kept?;
    let mut whole = text.get(..end)?.to_owned();
    whole.extend(open.iter().rev());
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_cut_off_is_read_up_to_its_last_whole_member() {
        for (cut, whole) in [
            (r#"{"a": 1, "b": [1, 2, {"c": "x"#, r#"{"a": 1, "b": [1, 2, {}]}"#),
            (r#"{"a": "x\", {", "b"#, r#"{"a": "x\", {"}"#),
            (r#"{"a": [1], "b"#, r#"{"a": [1]}"#),
            ("{", "{}"),
            (r#"{"a": tru"#, "{}"),
        ] {
            let whole: Value = serde_json::from_str(whole).unwrap();
            assert_eq!(read(cut), Some(whole), "{cut}");
        }
        for nothing in ["", "x", "\"a", "}", "{]"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn every_beginning_of_a_text_is_read_without_a_panic() {
        let text = r#"{"é": ["ü\u00e9", {"b": null}], "c": -1.5e3, "d": "\\\""}"#;
        for end in 1..text.len() {
            let cut = String::from_utf8_lossy(text.as_bytes().get(..end).unwrap()).into_owned();
            assert!(read(&cut).is_some(), "{cut}");
        }
    }

    #[test]
    fn deep_nesting_is_not_mended() {
        assert_eq!(read(&"[".repeat(DEPTH + 1)), None);
        assert_eq!(read(&"{\"a\":".repeat(100_000)), None);
    }
}
