//! Which places in code does the trace of a failing test name?

use std::sync::OnceLock;

use regex::Regex;

use super::lines::Lines;
use crate::limits;

/// A place in code that a trace names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// The file as the trace names it; for Java the path that its package asks for.
    pub file: Box<str>,
    /// The 1-based line.
    pub line: u32,
}

/// The frames of one trace while it is read.
#[derive(Debug, Default)]
pub(super) struct Frames {
    lines: Lines,
    found: Vec<Frame>,
}

impl Frames {
    /// The frames of a whole text.
    pub(super) fn of(text: &str) -> Vec<Frame> {
        let mut frames = Self::default();
        frames.feed(text);
        frames.finish()
    }

    /// Reads a piece of the text.
    pub(super) fn feed(&mut self, text: &str) {
        let found = &mut self.found;
        self.lines.feed(text, |line| read(line, found));
    }

    /// What was found, in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Frame> {
        let found = &mut self.found;
        self.lines.finish(|line| read(line, found));
        self.found
    }
}

/// `at org.shop.Cart.add(Cart.java:12)`; `File "cart.py", line 12`; `src/cart.rs:12:5`; `Cart.cs:line 12`.
const FORMS: &str = concat!(
    r#"\bat (?:[\w.$-]+//?)?(?P<class>[\w.$]+)\.[\w$<>]+\((?P<jvm>\w+\.(?:java|kt|scala|groovy)):(?P<jvm_line>[0-9]{1,7})\)"#,
    r#"|File "(?P<python>[^"]+)", line (?P<python_line>[0-9]{1,7})"#,
    r#"|(?P<file>[\w@.+~/\\:-]*\w\.(?:rs|pyi?|[cm]?[jt]sx?|vue|svelte|go|java|kts?|mm?|rb|php|cs|swift|exs?|c|cc|cpp|hpp|h)):(?:line )?(?P<line>[0-9]{1,7})\b"#,
);

fn forms() -> Option<&'static Regex> {
    static COMPILED: OnceLock<Option<Regex>> = OnceLock::new();
    COMPILED.get_or_init(|| Regex::new(FORMS).ok()).as_ref()
}

fn read(line: &str, found: &mut Vec<Frame>) {
    let end = line.floor_char_boundary(limits::REGEX_LINE_BYTES.min(line.len()));
    let line = line.get(..end).unwrap_or(line);
    let Some(forms) = forms() else { return };
    for place in forms.captures_iter(line) {
        if found.len() >= limits::FRAMES {
            return;
        }
        let part = |name: &str| place.name(name).map(|part| part.as_str());
        let frame = match (part("jvm"), part("python"), part("file")) {
            (Some(file), _, _) => (
                of_class(part("class").unwrap_or_default(), file),
                part("jvm_line"),
            ),
            (_, Some(file), _) => (file.to_owned(), part("python_line")),
            (_, _, Some(file)) => (file.trim_start_matches("file://").to_owned(), part("line")),
            (None, None, None) => continue,
        };
        let line = frame.1.and_then(|digits| digits.parse().ok());
        let Some(line) = line.filter(|line| *line > 0) else {
            continue;
        };
        let file = crate::escape::cut(&frame.0, limits::NAME_BYTES).into_owned();
        let frame = Frame {
            file: file.into(),
            line,
        };
        if !found.contains(&frame) {
            found.push(frame);
        }
    }
}

/// The path that the package of a class asks for.
fn of_class(class: &str, file: &str) -> String {
    match class.rsplit_once('.') {
        Some((package, _)) => format!("{}/{file}", package.replace('.', "/")),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let frames = Frames::of(text).into_iter();
        frames
            .map(|frame| format!("{}:{}", frame.file, frame.line))
            .collect()
    }

    #[test]
    fn the_places_of_every_runner_are_read() {
        let table: &[(&str, &[&str])] = &[
            (
                "thread 't' panicked at tests/basic.rs:19:5:",
                &["tests/basic.rs:19"],
            ),
            (
                "    at Object.throwError (C:\\w\\lib\\main.js:2:9)",
                &["C:\\w\\lib\\main.js:2"],
            ),
            ("    at file:///w/lib/main.mjs:7:1", &["/w/lib/main.mjs:7"]),
            (
                "\tat org.shop.CartTest.adds(CartTest.java:31)",
                &["org/shop/CartTest.java:31"],
            ),
            (
                "\tat app//org.shop.Cart$Line.sum(Cart.java:9)",
                &["org/shop/Cart.java:9"],
            ),
            (
                "  File \"/w/shop/cart.py\", line 12, in add",
                &["/w/shop/cart.py:12"],
            ),
            ("shop/cart.py:12: in add", &["shop/cart.py:12"]),
            (
                "E   ValueError: no\n\ntest_cart.py:4: ValueError",
                &["test_cart.py:4"],
            ),
            ("    cart_test.go:8: got 2, want 3", &["cart_test.go:8"]),
            (
                "at Shop.Cart.Add() in D:\\w\\Cart.cs:line 40",
                &["D:\\w\\Cart.cs:40"],
            ),
            ("expected 3:4 to equal 12:30", &[]),
            ("see example.org:80 and main.rs:0", &[]),
        ];
        for (text, frames) in table {
            assert_eq!(shown(text), *frames, "{text}");
        }
    }

    #[test]
    fn a_deep_trace_keeps_its_first_frames_once_each() {
        let deep: String = (0..10_000)
            .map(|line| format!("a.py:{}\n", line % 300 + 1))
            .collect();
        assert_eq!(shown(&deep).len(), limits::FRAMES);
    }
}
