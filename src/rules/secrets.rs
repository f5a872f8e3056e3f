//! How does a line with a credential become safe to show? A report that quotes it whole leaks it once more.

use std::{borrow::Cow, sync::OnceLock};

use regex::{Captures, Regex};

use super::{pack::SECRET, packs};

/// Characters that stay at the beginning: they tell the service, and let its owner find it.
const HEAD: usize = 4;
/// Characters that stay at the end.
const TAIL: usize = 2;

/// A credential so that its owner knows which one is meant, and nobody else can use it.
pub fn shortened(secret: &str) -> String {
    let secret = secret.trim_end_matches('…');
    let count = secret.chars().count();
    if count <= HEAD + TAIL {
        return "…".to_owned();
    }
    let head: String = secret.chars().take(HEAD).collect();
    let tail: String = secret.chars().skip(count - TAIL).collect();
    format!("{head}…{tail}")
}

/// The text with every credential that the built-in rules know shortened, whether or not a finding is about it. Line
/// breaks are kept.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut shown = Cow::Borrowed(text);
    for kind in known() {
        if kind.words.iter().any(|word| shown.contains(word.as_str()))
            && let Some(pattern) = kind.compiled()
        {
            shown = Cow::Owned(pattern.replace_all(&shown, mask).into_owned());
        }
    }
    shown
}

fn mask(found: &Captures<'_>) -> String {
    let whole = found.get(0).map_or("", |all| all.as_str());
    let Some(secret) = found.name("secret") else {
        return shortened(whole);
    };
    let lines: Vec<String> = secret.as_str().lines().map(shortened).collect();
    whole.replacen(secret.as_str(), &lines.join("\n"), 1)
}

/// A kind of credential: one of its words stands in the text wherever its pattern is met.
struct Kind {
    words: Vec<String>,
    pattern: String,
    /// Compiled where a text has one of the words: few do.
    compiled: OnceLock<Option<Regex>>,
}

impl Kind {
    fn compiled(&self) -> Option<&Regex> {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.pattern).ok());
        compiled.as_ref()
    }
}

/// The kinds that the built-in rules know. They are asked in every language.
fn known() -> &'static [Kind] {
    static KNOWN: OnceLock<Vec<Kind>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let packs = packs::of_any_language().unwrap_or_default();
        let rules = packs.iter().flat_map(|pack| &pack.rules);
        let about = rules.filter(|rule| rule.check.as_deref() == Some(SECRET));
        about
            .filter_map(|rule| {
                Some(Kind {
                    words: rule.words.clone(),
                    pattern: rule.pattern.clone()?,
                    compiled: OnceLock::new(),
                })
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_never_shown_whole() {
        let token = concat!("ghp", "_R7kq2VbN9xTz4LwYc8HsJ1dPfM6gQeA3uXo5");
        assert_eq!(masked(&format!("a {token} b")), "a ghp_…o5 b");
        assert!(matches!(masked("a plain line"), Cow::Borrowed(_)));
        assert_eq!(shortened("short"), "…");
    }

    #[test]
    fn the_lines_of_a_key_are_shortened_one_by_one() {
        let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7r3Xv9kQz";
        let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{line}\n{line}\n-----END");
        let shown = masked(&text);
        assert!(!shown.contains(line), "{shown}");
        assert_eq!(shown.lines().count(), 4);
    }
}
