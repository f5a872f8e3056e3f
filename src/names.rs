//! Which spellings are one name?
//!
//! `parse_token`, `parseToken`, `parse-token`, `ParseToken` and `PARSE_TOKEN` are. Nothing else is folded: names
//! with other characters in them (an endpoint, a qualified column) are compared as they stand.

/// A name to look for in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    written: &'a str,
    folded: Option<Folded>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Folded {
    letters: String,
    /// It shows where its words begin, by a separator or by a capital inside.
    worded: bool,
}

impl<'a> Name<'a> {
    /// A name as the task writes it; the dashes in front of a flag are not part of it.
    pub fn new(written: &'a str) -> Self {
        let bare = written.trim().trim_start_matches('-');
        let simple = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        Self {
            written: written.trim(),
            folded: simple.then(|| fold(bare)),
        }
    }

    /// Whether it stands in a line as a whole word, in any of its spellings.
    pub fn is_in(&self, line: &str) -> bool {
        match &self.folded {
            None => holds_word(line, self.written),
            Some(wanted) => words(line).chain(dashed_words(line)).any(|word| wanted.is(word)),
        }
    }
}

impl Folded {
    fn is(&self, word: &str) -> bool {
        // most words differ in length: nothing is copied for them
        if word.len() < self.letters.len() {
            return false;
        }
        let other = fold(word);
        other.letters == self.letters && self.same_words(&other)
    }

    /// `gettable` is not `get_table`: where only one of the two shows its words, they are different names, unless
    /// it shows none because there is but one.
    fn same_words(&self, other: &Self) -> bool {
        self.worded == other.worded
    }
}

fn fold(name: &str) -> Folded {
    let name = name.trim_matches(|c| c == '_' || c == '-');
    let separated = name.contains(['_', '-']);
    let characters: Vec<char> = name.chars().collect();
    let humps = characters.windows(3).any(|window| match window {
        [_, b, _] if !b.is_uppercase() => false,
        // `tokenIs`, or the end of an acronym as in `HTTPServer`
        [a, _, c] => !a.is_uppercase() || c.is_lowercase(),
        _ => false,
    });
    let humps = humps || matches!(characters.as_slice(), [.., a, b] if a.is_lowercase() && b.is_uppercase());
    let letters = name
        .chars()
        .filter(|c| *c != '_' && *c != '-')
        .flat_map(char::to_lowercase)
        .collect();
    Folded {
        letters,
        worded: separated || humps,
    }
}

/// The words of a text where a dash does not end a word.
fn dashed_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .filter(|word| !word.is_empty())
}

/// Whether a text holds a word between characters that cannot continue it.
pub fn holds_word(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let continues = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let mut after = text.get(start + found.len()..).unwrap_or_default().chars();
        let next = after.next();
        let dotted = next == Some('.') && after.next().is_some_and(char::is_alphanumeric);
        !before.is_some_and(|c| continues(c) || c == '.' || c == '/')
            && !next.is_some_and(continues)
            && !dotted
    })
}

/// Whether a name ends in another, at a place where a word begins.
pub fn ends_in(name: &str, end: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    name.strip_suffix(end).is_some_and(|head| {
        let inside = head.chars().next_back().is_some_and(word) && end.chars().next().is_some_and(word);
        !end.is_empty() && !inside
    })
}

/// The words of a text, in order: what is written without a gap of letters, digits and `_`.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_begins_where_a_word_does() {
        assert!(ends_in("net::http::retries", "http::retries"));
        assert!(ends_in("retries", "retries"));
        assert!(!ends_in("net::slow_retries", "retries"));
        assert!(!ends_in("anything", ""));
    }

    #[test]
    fn a_word_stands_alone() {
        assert!(holds_word("adds serde and toml.", "toml"));
        assert!(!holds_word("adds toml_edit", "toml"));
        assert!(!holds_word("adds serde-yaml", "serde"));
        assert!(!holds_word("see config.toml.bak", "config.toml"));
    }

    #[test]
    fn case_styles_are_one_name() {
        let name = Name::new("parse_token");
        for line in [
            "fn parse_token(",
            "const parseToken = ",
            "class ParseToken:",
            ".parse-token {",
            "PARSE_TOKEN=1",
            "  --parse-token  reads",
            "a-parse_token",
        ] {
            assert!(name.is_in(line), "{line}");
        }
    }

    #[test]
    fn a_longer_name_is_another_name() {
        let name = Name::new("parseToken");
        for line in [
            "parse_tokens()",
            "reparse_token()",
            "parse token",
            "parsetoken",
            "parse.token",
        ] {
            assert!(!name.is_in(line), "{line}");
        }
    }

    #[test]
    fn acronyms_and_digits_fold() {
        assert!(Name::new("parse_http_response").is_in("func parseHTTPResponse()"));
        assert!(Name::new("OAuth2Token").is_in("oauth2_token"));
        assert!(Name::new("http_server").is_in("class HTTPServer:"));
        assert!(Name::new("planB").is_in("plan_b"));
        assert!(Name::new("token").is_in("class Token:"));
    }

    #[test]
    fn endpoints_and_flags_are_compared_as_they_stand() {
        assert!(Name::new("/api/users").is_in("app.get('/api/users', list)"));
        assert!(!Name::new("/api/users").is_in("app.get('/api/users-old', list)"));
        assert!(Name::new("--dry-run").is_in("arg(\"dry-run\")"));
        assert!(Name::new("--dry-run").is_in("dry_run: bool"));
        assert!(!Name::new("").is_in("anything"));
    }
}
