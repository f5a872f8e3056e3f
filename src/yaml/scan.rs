//! Is a YAML text plain enough to be given to the YAML library?
//!
//! The library takes quadratic time on deep nesting and expands aliases without bound, and its error for a key given
//! twice has no place. One linear pass finds what bounds both: nesting, anchors and aliases, equal keys of one
//! mapping, tabs as indentation, a second document. What is merely no YAML is left to the library, which says it
//! better. Where this pass must know how the library reads a text (line breaks, the end of a plain or literal
//! scalar, implied indentation), it follows libyaml.

use std::collections::BTreeSet;

use crate::limits;

/// What is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// 1-based.
    pub(super) line: usize,
    /// 1-based, in characters.
    pub(super) column: usize,
    /// What it is, and the way out.
    pub(super) what: String,
}

/// Scans a text.
///
/// # Errors
/// It nests deeper than [`limits::YAML_DEPTH`], holds an anchor, an alias, a key twice, a tab as indentation or more
/// than one document.
pub(super) fn scan(text: &str) -> Result<(), Refusal> {
    Scanner::new(text).run()
}

#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    line: usize,
    column: usize,
}

/// An open block collection: the column of its entries, and the keys seen there.
struct Block {
    indent: usize,
    keys: BTreeSet<String>,
}

/// An open bracket.
struct Flow {
    map: bool,
    keys: BTreeSet<String>,
    /// The scalar that becomes a key if a colon follows.
    candidate: Option<(String, Mark)>,
}

struct Scanner {
    chars: Vec<char>,
    mark: Mark,
    blocks: Vec<Block>,
    flow: Vec<Flow>,
    /// A `---` was seen, content was seen, a `...` was seen.
    marked: bool,
    started: bool,
    ended: bool,
    /// Characters looked at: the work done, for the tests.
    steps: usize,
}

type Scanned = Result<(), Refusal>;

/// What libyaml takes for the end of a line.
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(character: Option<char>) -> bool {
    character.is_none_or(|character| matches!(character, ' ' | '\t') || is_break(character))
}

impl Scanner {
    fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            mark: Mark {
                at: 0,
                line: 1,
                column: 0,
            },
            blocks: Vec::new(),
            flow: Vec::new(),
            marked: false,
            started: false,
            ended: false,
            steps: 0,
        }
    }

    fn run(&mut self) -> Scanned {
        while self.peek(0).is_some() {
            self.line()?;
        }
        Ok(())
    }

    /// One line of block context, with whatever it opens.
    fn line(&mut self) -> Scanned {
        if self.mark.column == 0 && self.marker()? {
            return self.node();
        }
        let start = self.mark.column;
        self.skip(|character| character == ' ');
        if self.peek(0) == Some('\t') && start == 0 {
            let tab = self.mark;
            self.skip(|character| matches!(character, ' ' | '\t'));
            if self
                .peek(0)
                .is_some_and(|character| !is_break(character) && character != '#')
            {
                return refuse(tab, "a tab cannot indent; use spaces");
            }
        }
        match self.peek(0) {
            Some('#') => self.skip(|character| !is_break(character)),
            Some('%') if self.mark.column == 0 && !self.started => {
                self.skip(|character| !is_break(character))
            }
            Some(character) if !is_break(character) => {
                if self.ended {
                    return refuse(self.mark, SEVERAL);
                }
                self.started = true;
                let column = self.mark.column;
                while self.blocks.last().is_some_and(|block| block.indent > column) {
                    self.blocks.pop();
                }
                self.node()?;
            }
            _ => {}
        }
        if self.peek(0).is_some_and(is_break) {
            self.advance();
        }
        Ok(())
    }

    /// `---` and `...` at the begin of a line; `true` where content may follow on it.
    fn marker(&mut self) -> Result<bool, Refusal> {
        let Some(mark) = self.marker_here() else {
            return Ok(false);
        };
        if mark == '-' && (self.started || self.marked) {
            return refuse(self.mark, SEVERAL).map(|()| false);
        }
        (self.marked, self.ended) = (self.marked || mark == '-', mark == '.');
        self.blocks.clear();
        for _ in 0..3 {
            self.advance();
        }
        self.skip(|character| matches!(character, ' ' | '\t'));
        let content = self
            .peek(0)
            .is_some_and(|character| !is_break(character) && character != '#');
        self.started |= content;
        Ok(mark == '-' && content)
    }

    fn marker_here(&mut self) -> Option<char> {
        let first = self.peek(0).filter(|character| matches!(character, '-' | '.'))?;
        let same = self.peek(1) == Some(first) && self.peek(2) == Some(first);
        (same && is_blank(self.peek(3))).then_some(first)
    }

    /// Everything up to the end of a line of block context, or of the scalar or bracket that began there.
    fn node(&mut self) -> Scanned {
        let mut start: Option<Mark> = None;
        loop {
            self.skip(|character| matches!(character, ' ' | '\t'));
            let Some(character) = self.peek(0).filter(|character| !is_break(*character)) else {
                return Ok(());
            };
            let lone = is_blank(self.peek(1));
            let here = *start.get_or_insert(self.mark);
            match character {
                '#' => {
                    self.skip(|character| !is_break(character));
                    return Ok(());
                }
                '-' | '?' | ':' if lone => {
                    self.open_block(self.mark)?;
                    self.advance();
                    start = None;
                }
                '&' | '*' => return self.refuse_anchor(character),
                '!' => self.skip(|character| !is_blank(Some(character))),
                '|' | '>' => {
                    self.literal();
                    return Ok(());
                }
                _ => {
                    let text = self.scalar_or_flow(character)?;
                    self.key(here, text)?;
                    start = None;
                }
            }
        }
    }

    fn scalar_or_flow(&mut self, first: char) -> Result<Option<String>, Refusal> {
        match first {
            '"' | '\'' => Ok(Some(self.quoted(first))),
            '[' | '{' => self.flow().map(|()| None),
            _ => Ok(Some(self.plain(false))),
        }
    }

    /// A colon after a scalar on the same line makes it a key of the mapping at its column.
    fn key(&mut self, start: Mark, text: Option<String>) -> Scanned {
        self.skip(|character| matches!(character, ' ' | '\t'));
        if self.peek(0) != Some(':') || !is_blank(self.peek(1)) || self.mark.line != start.line {
            return Ok(());
        }
        self.advance();
        self.open_block(start)?;
        let keys = self.blocks.last_mut().map(|block| &mut block.keys);
        match (keys, text) {
            (Some(keys), Some(text)) => once(keys, text, start),
            _ => Ok(()),
        }
    }

    fn open_block(&mut self, start: Mark) -> Scanned {
        if self.blocks.last().is_none_or(|block| block.indent < start.column) {
            self.blocks.push(Block {
                indent: start.column,
                keys: BTreeSet::new(),
            });
        }
        self.depth(start)
    }

    fn depth(&self, mark: Mark) -> Scanned {
        if self.blocks.len() + self.flow.len() <= limits::YAML_DEPTH {
            return Ok(());
        }
        let what = format!(
            "nests deeper than {} levels; write it flatter",
            limits::YAML_DEPTH
        );
        refuse(mark, what)
    }

    /// From an opening bracket to the one that closes it.
    fn flow(&mut self) -> Scanned {
        let below = self.flow.len();
        while let Some(character) = self.peek(0) {
            match character {
                '[' | '{' => {
                    self.flow.push(Flow {
                        map: character == '{',
                        keys: BTreeSet::new(),
                        candidate: None,
                    });
                    self.depth(self.mark)?;
                    self.advance();
                }
                ']' | '}' => {
                    self.flow.pop();
                    self.advance();
                    if self.flow.len() <= below {
                        return Ok(());
                    }
                }
                ',' => {
                    self.candidate(None);
                    self.advance();
                }
                ':' => {
                    self.flow_key()?;
                    self.advance();
                }
                '#' if self.after_blank() => self.skip(|character| !is_break(character)),
                '&' | '*' => return self.refuse_anchor(character),
                '!' => self.skip(|c| !is_blank(Some(c)) && !matches!(c, ',' | '[' | ']' | '{' | '}')),
                '"' | '\'' => {
                    let start = self.mark;
                    let text = self.quoted(character);
                    self.candidate(Some((text, start)));
                }
                _ if is_blank(Some(character)) => self.advance(),
                _ => {
                    let start = self.mark;
                    let text = self.plain(true);
                    self.candidate(Some((text, start)));
                }
            }
        }
        self.flow.clear();
        Ok(())
    }

    fn candidate(&mut self, scalar: Option<(String, Mark)>) {
        if let Some(flow) = self.flow.last_mut() {
            flow.candidate = scalar;
        }
    }

    fn flow_key(&mut self) -> Scanned {
        match self.flow.last_mut() {
            Some(flow) if flow.map => match flow.candidate.take() {
                Some((text, start)) => once(&mut flow.keys, text, start),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// A quoted scalar, over lines where it must; its text where that needs no unescaping, else as written.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        self.advance();
        while let Some(character) = self.peek(0) {
            let doubled = quote == '\'' && character == quote && self.peek(1) == Some(quote);
            if character == quote && !doubled {
                self.advance();
                break;
            }
            if doubled || (quote == '"' && character == '\\') {
                text.push(character);
                self.advance();
            }
            text.extend(self.peek(0));
            self.advance();
        }
        let plain_is_other = text
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '~'))
            || ["true", "false", "null", ""].contains(&text.to_lowercase().as_str());
        // a quoted `1` is another key than a plain one
        if plain_is_other || text.contains(['\\', '\'']) {
            return format!("{quote}{text}");
        }
        text
    }

    /// A plain scalar with the lines that continue it.
    fn plain(&mut self, in_flow: bool) -> String {
        let mut text = String::new();
        loop {
            while let Some(character) = self.peek(0).filter(|character| !is_break(*character)) {
                let next = self.peek(1);
                let bracket = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}');
                let ends = (character == ':' && (is_blank(next) || (in_flow && next.is_some_and(bracket))))
                    || (character == '#' && self.after_blank() && !text.is_empty())
                    || (in_flow && bracket(character));
                if ends {
                    return text.trim_end().to_owned();
                }
                text.push(character);
                self.advance();
            }
            if !self.continues(in_flow) {
                return text.trim_end().to_owned();
            }
            text.push(' ');
        }
    }

    /// Whether the next line that is not blank belongs to the plain scalar; if so, goes there.
    fn continues(&mut self, in_flow: bool) -> bool {
        let end = self.mark;
        while self.peek(0).is_some_and(|character| is_blank(Some(character))) {
            self.advance();
        }
        let deep = self
            .blocks
            .last()
            .is_none_or(|block| self.mark.column > block.indent);
        let marker = self.mark.column == 0 && self.marker_here().is_some();
        let goes_on = match self.peek(0) {
            None | Some('#') => false,
            Some(_) => (in_flow || deep) && !marker,
        };
        if !goes_on && !in_flow {
            self.mark = end;
        }
        goes_on
    }

    /// A literal or folded scalar: every line as deep as its first.
    fn literal(&mut self) {
        let parent = self.blocks.last().map(|block| block.indent);
        let mut depth = None;
        while let Some(character) = self.peek(0).filter(|character| !is_break(*character)) {
            if let Some(digit) = character.to_digit(10).filter(|_| depth.is_none()) {
                depth = Some(parent.unwrap_or(0) + digit as usize);
            }
            if character == '#' {
                self.skip(|character| !is_break(character));
                break;
            }
            self.advance();
        }
        let mut least = parent.map_or(1, |parent| parent + 1);
        while self.peek(0).is_some() {
            self.advance();
            let start = self.mark;
            self.skip(|character| character == ' ');
            let indent = self.mark.column;
            if self.peek(0).is_none_or(is_break) {
                // libyaml lets blank lines before the text deepen it
                least = least.max(if depth.is_none() { indent } else { 0 });
                continue;
            }
            if indent < *depth.get_or_insert(least.max(indent)) {
                self.mark = start;
                return;
            }
            self.skip(|character| !is_break(character));
        }
    }

    fn refuse_anchor(&mut self, first: char) -> Scanned {
        let start = self.mark;
        let mut word = String::new();
        while let Some(character) = self.peek(0).filter(|character| !is_blank(Some(*character))) {
            if word.len() >= 40 || matches!(character, ',' | ']' | '}') {
                break;
            }
            word.push(character);
            self.advance();
        }
        let called = if first == '*' { "an alias" } else { "an anchor" };
        let word = crate::escape::line(&word).into_owned();
        let what = format!(
            "`{word}` is read as {called}, which is not allowed here; put it in quotes, or write the value out"
        );
        refuse(start, what)
    }

    fn after_blank(&self) -> bool {
        let before = self
            .mark
            .at
            .checked_sub(1)
            .and_then(|at| self.chars.get(at).copied());
        is_blank(before)
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.advance();
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.mark.at + ahead).copied()
    }

    fn advance(&mut self) {
        let Some(character) = self.peek(0) else { return };
        self.steps += 1;
        self.mark.at += 1;
        self.mark.column += 1;
        let pair = character == '\r' && self.peek(0) == Some('\n');
        if is_break(character) && !pair {
            self.mark.line += 1;
            self.mark.column = 0;
        }
    }
}

const SEVERAL: &str = "holds more than one document; keep one file for each, without a second `---`";

fn refuse(mark: Mark, what: impl Into<String>) -> Scanned {
    Err(Refusal {
        line: mark.line,
        column: mark.column + 1,
        what: what.into(),
    })
}

fn once(keys: &mut BTreeSet<String>, text: String, mark: Mark) -> Scanned {
    if keys.contains(&text) {
        let shown = crate::escape::cut(&text, 40).into_owned();
        let what = format!("`{}` is given twice; keep one", crate::escape::line(&shown));
        return refuse(mark, what);
    }
    keys.insert(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> (usize, usize, String) {
        let refusal = scan(text).unwrap_err();
        (refusal.line, refusal.column, refusal.what)
    }

    #[test]
    fn everyday_files_pass() {
        for text in [
            "allow: ['**/*.rs', \"src/*\"]\n",
            "allow:\n- src/**/*.rs\n- a*b\n- 'it''s * &'\n",
            "summary: a long text\n  that goes on * with stars & \"quotes\n  and 'more: or less'\nkind: fix\n",
            "summary: |\n  a: 1\n  a: 2\n  *x &y [[[[\n\n    deeper\nkind: fix\n",
            "summary: >-\n    a: 1\n    a: 1\n\n# end\nkind: fix\n",
            "- |2\n    *a\n  *b\n- x\n",
            "\"quoted\n  over: lines * and # more\": 1\n",
            "a: \"x\n  *y\n  a: z\"\nb: 1 # *c\n",
            "a: {b: 1, c: [x, y: z], d: 'e'} # {\n",
            "{\n\t\"a\": [1, 2,\n\t\t{\"b\":3}],\n\t\"c\": \"\\\"*\"\n}\n",
            "a:\n  b: 1\nc:\n  b: 1\n",
            "- a: 1\n- a: 2\n",
            "a:\n- b: 1\n- b: 2\nc: 1\n",
            "--- # one\na: 1\n...\n",
            "a: http://x/*y\nb: c#d\n",
            "\"1\": a\n1: b\n",
            "a: !tag x\n? complex\n: value\n",
            "a: x\r\nb: y\r\n",
            "a\n\t# after a tab\n",
            "",
            "# only a comment",
        ] {
            assert_eq!(scan(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn anchors_and_aliases_are_refused_with_their_place_and_the_way_out() {
        for (text, line, column) in [
            ("a: &x 1\n", 1, 4),
            ("a: 1\nb: *x\n", 2, 4),
            ("a:\n- *.rs\n", 2, 3),
            ("- - *x\n", 1, 5),
            ("a: [b, *x]\n", 1, 8),
            ("{a: &x b}\n", 1, 5),
            ("*x : a\n", 1, 1),
            ("a: !t &x b\n", 1, 7),
            ("? &x a\n", 1, 3),
            ("a: |\n  x\nb: *y\n", 3, 4),
            ("a: 'x\n  y'\nb: *z\n", 3, 4),
            ("a: b\r*c\r", 2, 1),
            ("a: b\u{2028}*c", 2, 1),
            ("--- &x a\n", 1, 5),
        ] {
            let (at_line, at_column, what) = refused(text);
            assert_eq!((at_line, at_column), (line, column), "{text}");
            assert!(what.contains("quotes"), "{what}");
        }
    }

    #[test]
    fn a_key_given_twice_is_refused_at_the_second() {
        for (text, line, column) in [
            ("a: 1\nb: 2\na: 3\n", 3, 1),
            ("a:\n  b: 1\n  c:\n    d: 1\n  b: 2\n", 5, 3),
            ("- a: 1\n  b: 2\n  a: 3\n", 3, 3),
            ("{a: 1, b: 2, a: 3}\n", 1, 14),
            ("{\"a\": 1,\n \"a\": 2}\n", 2, 2),
            ("a: 1\n\"a\": 2\n", 2, 1),
            ("a: |\n  x\na: 1\n", 3, 1),
        ] {
            let (at_line, at_column, what) = refused(text);
            assert_eq!((at_line, at_column), (line, column), "{text}");
            assert!(
                what.contains("`a` is given twice") || what.contains("`b` is given twice"),
                "{what}"
            );
        }
    }

    #[test]
    fn tabs_and_second_documents_are_refused() {
        assert_eq!(refused("a:\n\tb: 1\n").0, 2);
        assert_eq!(refused("a: 1\n---\nb: 2\n").0, 2);
        assert_eq!(refused("---\n---\n").0, 2);
        assert_eq!(refused("a: 1\n...\nb: 2\n").0, 3);
    }

    #[test]
    fn nesting_is_read_up_to_its_limit_and_no_further() {
        type Nest = fn(usize) -> String;
        let shapes: [Nest; 5] = [
            |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
            |depth| format!("{}1{}", "{a: ".repeat(depth), "}".repeat(depth)),
            |depth| format!("{}a", "- ".repeat(depth)),
            |depth| format!("{}a", "? ".repeat(depth)),
            |depth| {
                (0..depth)
                    .map(|level| format!("{}a:\n", " ".repeat(level)))
                    .collect()
            },
        ];
        for nested in shapes {
            for (depth, good) in [
                (limits::YAML_DEPTH - 1, true),
                (limits::YAML_DEPTH, true),
                (limits::YAML_DEPTH + 1, false),
                (10 * limits::YAML_DEPTH, false),
            ] {
                let text = nested(depth);
                assert_eq!(scan(&text).is_ok(), good, "{depth}: {text}");
            }
        }
    }

    #[test]
    fn the_work_is_linear_on_the_worst_shapes() {
        let filled = |unit: &str| unit.repeat(limits::CONFIG_BYTES / unit.len());
        for unit in [
            "[",
            "{a: ",
            "- ",
            ": ",
            "? ",
            "a\n\n",
            "a: b\n\n\n c\n",
            "[]",
            "'",
            "\"\\",
            "|\n",
            "- |\n \n",
            "\r",
            "a: x\n   \n",
            "#\n",
            "[a\n\n\n,",
            "!",
            "---\n",
            "a:\n",
            " ",
        ] {
            let text = filled(unit);
            let mut scanner = Scanner::new(&text);
            let _refused = scanner.run();
            let length = text.chars().count();
            assert!(
                scanner.steps <= 4 * length,
                "{unit:?}: {} steps for {length}",
                scanner.steps
            );
        }
    }

    fn parsed(text: &str) -> Option<serde_yaml::Value> {
        serde_yaml::from_str(text).ok()
    }

    fn depth(value: &serde_yaml::Value) -> usize {
        match value {
            serde_yaml::Value::Sequence(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            serde_yaml::Value::Mapping(map) => {
                1 + map
                    .iter()
                    .map(|(key, value)| depth(key).max(depth(value)))
                    .max()
                    .unwrap_or(0)
            }
            serde_yaml::Value::Tagged(tagged) => depth(&tagged.value),
            serde_yaml::Value::Null
            | serde_yaml::Value::Bool(_)
            | serde_yaml::Value::Number(_)
            | serde_yaml::Value::String(_) => 0,
        }
    }

    const PIECES: &str = "([a-c]|a: |b:|- |\\? |: |\n|\n  |\n    |\r| |#| #|\"|'|\\[|\\]|\\{|\\}|, |\\||>|\\|2|\\\\|1|!x |\t|---\n|\u{85}|~|%){0,40}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_the_library_accepts_without_anchors_is_accepted(text in PIECES) {
            if let Some(value) = parsed(&text).filter(|value| depth(value) <= 16) {
                prop_assert_eq!(scan(&text), Ok(()), "{:?} is {:?}", text, value);
            }
        }

        #[test]
        fn no_alias_slips_through(before in PIECES, between in PIECES, after in PIECES) {
            let text = format!("{before}&n Q9{between}*n{after}");
            if let (Ok(()), Some(value)) = (scan(&text), parsed(&text)) {
                let shown = format!("{value:?}");
                prop_assert!(shown.matches("Q9").count() < 2, "{:?} is {}", text, shown);
            }
        }

        #[test]
        fn any_bytes_are_scanned(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _refused = scan(&String::from_utf8_lossy(&bytes));
        }
    }
}
