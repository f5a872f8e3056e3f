//! On which line does each entry of a claims manifest begin?
//!
//! The parsers behind the manifest give no positions for what they accept, so the text is scanned once more: items of
//! the outermost block list, or elements of the outermost flow list. The scan decides nothing; where it counts other
//! entries than the parser, the caller drops its lines.

/// The 1-based line of every entry of the outermost list.
pub fn of_entries(text: &str) -> Vec<u32> {
    let Some((number, line)) = first_of_the_list(text) else {
        return Vec::new();
    };
    if line.trim_start().starts_with('-') {
        block(text, number, indent(line))
    } else {
        flow(text, number)
    }
}

/// The first line that belongs to the list: past comments, the document's start and a `claims:` key of its own line.
fn first_of_the_list(text: &str) -> Option<(usize, &str)> {
    text.lines().enumerate().find(|(_, line)| {
        let word = without_comment(line).trim();
        !word.is_empty() && !word.starts_with("---") && !word.starts_with('%') && !is_bare_key(word)
    })
}

fn is_bare_key(word: &str) -> bool {
    word.strip_suffix(':')
        .is_some_and(|key| key.trim_matches(['"', '\'', ' ']) == "claims")
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.split(" #").next().unwrap_or(line)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Items of a block list. Everything inside an item stands deeper than its dash, so the indentation alone decides.
fn block(text: &str, start: usize, depth: usize) -> Vec<u32> {
    let is_item = |line: &str| {
        let rest = line.trim_start_matches(' ');
        indent(line) == depth && (rest == "-" || rest.starts_with("- "))
    };
    numbered(text)
        .skip(start)
        .filter(|(_, line)| is_item(line.trim_end()))
        .map(|(number, _)| number)
        .collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1_u32..).zip(text.lines())
}

/// Elements of the outermost bracketed list.
fn flow(text: &str, start: usize) -> Vec<u32> {
    let mut scan = Flow::default();
    for (number, line) in numbered(text).skip(start) {
        scan.line(number, line);
    }
    scan.found
}

/// What a reading from left to right must remember.
#[derive(Default)]
struct Flow {
    found: Vec<u32>,
    /// Open brackets, and at which of them the list itself began.
    depth: usize,
    list: Option<usize>,
    quote: Option<char>,
    escaped: bool,
    /// The next thing that is not a space begins an element.
    expecting: bool,
    ended: bool,
}

impl Flow {
    fn line(&mut self, number: u32, line: &str) {
        let mut before = ' ';
        for character in line.chars() {
            if self.ended || (self.quote.is_none() && character == '#' && before.is_whitespace()) {
                return;
            }
            self.character(number, character, before);
            before = character;
        }
    }

    fn character(&mut self, number: u32, character: char, before: char) {
        if let Some(quote) = self.quote {
            let closes = character == quote && !self.escaped;
            self.escaped = quote == '"' && character == '\\' && !self.escaped;
            if closes {
                self.quote = None;
            }
            return;
        }
        if character.is_whitespace() {
            return;
        }
        if self.expecting && character != ']' {
            self.found.push(number);
            self.expecting = false;
        }
        match character {
            '"' | '\'' if before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':') => {
                self.quote = Some(character);
            }
            '[' | '{' => self.open(character),
            ']' | '}' => self.close(),
            ',' if self.list == Some(self.depth) => self.expecting = true,
            _ => {}
        }
    }

    fn open(&mut self, bracket: char) {
        self.depth += 1;
        if self.list.is_none() && bracket == '[' {
            self.list = Some(self.depth);
            self.expecting = true;
        }
    }

    fn close(&mut self) {
        self.ended = self.list == Some(self.depth);
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_items_are_found_by_their_dash() {
        let text = "# what I did\n---\nclaims:\n\n  - form: file-edited\n    target:\n      - a\n      - b\n  # next\n  -\n    form: fixed\n    source: |\n      a list:\n        - not an entry\n  - {form: dep-none}\n";
        assert_eq!(of_entries(text), [5, 10, 15]);
    }

    #[test]
    fn a_list_may_stand_at_the_margin() {
        let text = "claims:\n- form: a\n  target:\n  - x\n- form: b\n";
        assert_eq!(of_entries(text), [2, 5]);
        assert_eq!(of_entries("- form: a\n- form: b\n"), [1, 2]);
    }

    #[test]
    fn flow_elements_are_found_by_their_commas() {
        let text = "{\n  \"claims\": [\n    {\"form\": \"a\", \"target\": [\"x, [\", \"y\\\"\"]},\n    {\n      \"form\": \"b\"\n    }\n  ]\n}\n";
        assert_eq!(of_entries(text), [3, 4]);
        assert_eq!(
            of_entries("claims: [{form: a, source: don't}, {form: b}] # [x, y]"),
            [1, 1]
        );
        assert_eq!(of_entries("[]"), Vec::<u32>::new());
    }

    #[test]
    fn text_without_a_list_has_no_entries() {
        assert!(of_entries("").is_empty());
        assert!(of_entries("claims:\n").is_empty());
    }
}
