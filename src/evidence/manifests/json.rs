//! How is a JSON document read with its lines?
//!
//! The JSON library knows no lines of values, so it only says whether the document is JSON; a scan over the then
//! well-formed text finds what stands where.

use super::document::{Entry, Node, Problem, Value};
use crate::limits;

/// Reads a document.
///
/// # Errors
/// It is not JSON, or nests deeper than [`limits::JSON_DEPTH`]: what is wrong, and on which line.
pub fn read(text: &str) -> Result<Node, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
        Problem::new(line.max(1), error.to_string())
    })?;
    let mut scan = Scan { text, at: 0, line: 1 };
    scan.value(0)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Scan<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        if depth > limits::JSON_DEPTH {
            let what = format!("nests deeper than {} levels", limits::JSON_DEPTH);
            return Err(Problem::new(self.line, what));
        }
        self.blank();
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(_) => self.word(),
            None => return Err(Problem::new(line, "ends early")),
        };
        Ok(Node { line, value })
    }

    fn table(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut entries = Vec::new();
        self.at += 1;
        while self.next_is_item(b'}') {
            let line = self.line;
            let key = self.string()?;
            self.blank();
            self.at += 1;
            let node = self.value(depth + 1)?;
            entries.push(Entry { key, line, node });
        }
        Ok(Value::Table(entries))
    }

    fn list(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        self.at += 1;
        while self.next_is_item(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::List(items))
    }

    /// Skips blanks and commas; `false` at the closing bracket, which it takes, and at the end.
    fn next_is_item(&mut self, closing: u8) -> bool {
        loop {
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == closing => {
                    self.at += 1;
                    return false;
                }
                Some(_) => return true,
                None => return false,
            }
        }
    }

    fn string(&mut self) -> Result<String, Problem> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(raw).map_err(|_| Problem::new(self.line, "holds a string that is not text"))
    }

    fn word(&mut self) -> Value {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some("true") => Value::Flag(true),
            Some("false") => Value::Flag(false),
            _ => {
                self.at = self.at.max(start + 1);
                Value::Other
            }
        }
    }

    fn blank(&mut self) {
        while let Some(byte) = self.peek().filter(u8::is_ascii_whitespace) {
            self.line += u32::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_key_knows_its_line() {
        let node = read("{\n  \"a\": {\"b\": true},\n  \"c\\u0064\": [1, \"x\"]\n}").unwrap();
        assert!(node.get("a").unwrap().is_set("b"));
        assert_eq!(node.entries().last().unwrap().line, 3);
        assert_eq!(node.get("cd").unwrap().items().last().unwrap().text(), Some("x"));
    }

    #[test]
    fn a_broken_document_names_the_line() {
        assert_eq!(read("{\n\"a\": 1\n\"b\": 2}").unwrap_err().line, 3);
        assert!(read("").is_err());
    }

    #[test]
    fn nesting_is_read_up_to_its_limit_and_no_further() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for (depth, good) in [
            (limits::JSON_DEPTH, true),
            (limits::JSON_DEPTH + 1, true),
            (limits::JSON_DEPTH + 2, false),
            (200_000, false),
        ] {
            assert_eq!(read(&nested(depth)).is_ok(), good, "{depth}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:a0\\\\u\n ]{0,60}") {
            let known: Result<serde_json::Value, _> = serde_json::from_str(&text);
            prop_assert_eq!(read(&text).is_ok(), known.is_ok());
        }
    }
}
