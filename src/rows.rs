//! Which tables of cases does a file hold, row by row?
//!
//! A table is a list of items of one form (tuples, records, calls of one function) that something goes through item by
//! item, or whatever is handed to a runner as the parameters of a test. It is read from tokens, whose form is much the same
//! in every language; a row is known by its hash.

use std::{collections::BTreeSet, ops::Range};

use crate::code::{
    LanguageId,
    facts::{Tokens, hash, hash_all},
};

/// Calls and annotations whose lists are cases whatever form their items have.
const PARAMETERS: &[&str] = &["each", "parametrize", "CsvSource", "ValueSource", "values"];
/// Of those, the ones whose first list names the parameters.
const NAMES_FIRST: &str = "parametrize";
/// Attributes of which each stands for one case.
const CASES: &[&str] = &["case", "test_case"];
/// Calls that make one case of their arguments.
const ONE_CASE: &[&str] = &["Arguments", "arguments"];
/// Words before what a loop goes through.
const THROUGH: &[&str] = &["in", "of", "range"];
/// Members by which a list is gone through.
const GOES_THROUGH: &[&str] = &[
    "chain",
    "each",
    "entries",
    "flatMap",
    "forEach",
    "into_iter",
    "items",
    "iter",
    "map",
    "stream",
];
/// How far a list may stand behind the word that goes through it, in tokens: `enumerate(`, or the names of parameters.
const REACH: usize = 8;
/// How far the name of a list is looked for before it, in tokens: the type of its items stands between.
const TYPE: usize = 60;
const BRACKETS: [(&str, &str); 3] = [("(", ")"), ("[", "]"), ("{", "}")];

/// A list of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its items, in the order of the file.
    pub rows: Vec<Row>,
    /// 1-based line where it begins.
    pub first: u32,
    /// 1-based line of its last token.
    pub last: u32,
}

/// One item of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The hash of its tokens: equal rows have equal hashes.
    pub hash: u64,
    /// 1-based line where it begins.
    pub first: u32,
    /// 1-based line of its last token.
    pub last: u32,
}

impl Table {
    /// Its rows that another table lacks. A row that is said twice here is there if it is there once.
    pub fn without(&self, other: &Self) -> Vec<Row> {
        let there: BTreeSet<u64> = other.rows.iter().map(|row| row.hash).collect();
        let own = self.rows.iter().copied();
        own.filter(|row| !there.contains(&row.hash)).collect()
    }

    /// Whether no other row stands on the lines of one: where several share a line, nobody can tell whose words they are.
    pub fn is_alone(&self, row: &Row) -> bool {
        // rows stand in the order of the file
        let from = self.rows.partition_point(|other| other.last < row.first);
        let beside = self.rows.iter().skip(from);
        beside
            .take_while(|other| other.first <= row.last)
            .all(|other| other == row)
    }
}

/// The tables of a file with at least two rows, without those inside a row of another.
pub fn of(tokens: &Tokens, language: LanguageId) -> Vec<Table> {
    let mut reader = Reader::new(tokens, language);
    reader.read();
    reader.attributes();
    let mut found = std::mem::take(&mut reader.found);
    if found.iter().any(|found| found.name.is_some()) {
        let names = reader.gone_through();
        found.retain(|found| found.name.is_none_or(|name| names.contains(&name)));
    }
    found.sort_by_key(|range| (range.whole.start, std::cmp::Reverse(range.whole.end)));
    let mut end = 0;
    found.retain(|range| {
        let outermost = range.whole.start >= end;
        end = end.max(range.whole.end);
        outermost
    });
    let words = &reader.words;
    found.iter().map(|found| found.table(words, tokens)).collect()
}

/// A table by the places of its tokens.
struct Found {
    whole: Range<usize>,
    rows: Vec<Range<usize>>,
    /// What it is bound to, where it counts only if that is gone through.
    name: Option<u64>,
}

impl Found {
    fn table(&self, words: &[u64], tokens: &Tokens) -> Table {
        let line = |index: usize| tokens.line(index).unwrap_or(1);
        let row = |range: &Range<usize>| Row {
            hash: hash_all(words.get(range.clone()).unwrap_or_default().iter().copied()),
            first: line(range.start),
            last: line(range.end.saturating_sub(1)),
        };
        Table {
            rows: self.rows.iter().map(row).collect(),
            first: line(self.whole.start),
            last: line(self.whole.end.saturating_sub(1)),
        }
    }
}

/// A bracket that is not closed yet.
struct Open {
    /// The place of the bracket.
    at: usize,
    /// What closes it.
    close: u64,
    /// Where the item begins that is being read.
    from: usize,
    items: Vec<Item>,
    /// Where the last bracket inside the item that is being read was opened, and the place after its end.
    inner: Option<(usize, usize)>,
}

/// What stands between two commas.
struct Item {
    range: Range<usize>,
    /// The place of the bracket whose end is the end of the item.
    bracket: Option<usize>,
}

/// Whether the next token is a piece of a text. In Python the parts of a text are tokens, in the other languages a text is
/// one.
struct Text {
    /// What begins a text, with what ends it.
    quotes: Vec<(u64, u64)>,
    /// What ends the text that is being read.
    end: Option<u64>,
}

impl Text {
    fn new(language: LanguageId) -> Self {
        const PREFIXES: [&str; 11] = ["", "r", "b", "f", "u", "R", "B", "F", "rb", "br", "rf"];
        let ends = ["\"", "'", "\"\"\"", "'''"];
        let begins = |end: &'static str| PREFIXES.map(|prefix| (hash(&format!("{prefix}{end}")), hash(end)));
        Self {
            quotes: match language {
                LanguageId::Python => ends.into_iter().flat_map(begins).collect(),
                LanguageId::Rust
                | LanguageId::JavaScript
                | LanguageId::TypeScript
                | LanguageId::Tsx
                | LanguageId::Go
                | LanguageId::Java => Vec::new(),
            },
            end: None,
        }
    }

    fn holds(&mut self, word: u64) -> bool {
        if let Some(end) = self.end {
            self.end = (word != end).then_some(end);
            return true;
        }
        let begun = self.quotes.iter().find(|(begin, _)| *begin == word);
        self.end = begun.map(|(_, end)| *end);
        begun.is_some()
    }
}

/// What a list is there for.
enum Role {
    /// Its items are cases.
    Parameters,
    /// Its items are cases if something goes through what it is bound to.
    Bound(u64),
}

impl Role {
    const fn name(&self) -> Option<u64> {
        match self {
            Self::Parameters => None,
            Self::Bound(name) => Some(*name),
        }
    }
}

fn is_one_of(word: Option<u64>, known: &[&str]) -> bool {
    known.iter().any(|known| word == Some(hash(known)))
}

struct Reader {
    words: Vec<u64>,
    language: LanguageId,
    open: Vec<Open>,
    found: Vec<Found>,
}

impl Reader {
    fn new(tokens: &Tokens, language: LanguageId) -> Self {
        Self {
            words: tokens.hashes().collect(),
            language,
            open: Vec::new(),
            found: Vec::new(),
        }
    }

    fn word(&self, index: usize) -> Option<u64> {
        self.words.get(index).copied()
    }

    fn read(&mut self) {
        let brackets = BRACKETS.map(|(open, close)| (hash(open), hash(close)));
        let comma = hash(",");
        let mut text = Text::new(self.language);
        for index in 0..self.words.len() {
            let Some(word) = self.word(index) else { return };
            if text.holds(word) {
                continue;
            }
            if let Some((_, close)) = brackets.iter().find(|(open, _)| *open == word) {
                self.open.push(Open {
                    at: index,
                    close: *close,
                    from: index + 1,
                    items: Vec::new(),
                    inner: None,
                });
            } else if word == comma {
                self.item(index);
            } else if brackets.iter().any(|(_, close)| *close == word) {
                self.close(index, word);
            }
        }
    }

    /// Ends the item that is being read.
    fn item(&mut self, end: usize) {
        let Some(open) = self.open.last_mut() else { return };
        let range = open.from..end;
        let bracket = open.inner.filter(|(_, after)| *after == end).map(|(at, _)| at);
        if !range.is_empty() {
            open.items.push(Item { range, bracket });
        }
        open.from = end + 1;
        open.inner = None;
    }

    fn close(&mut self, index: usize, word: u64) {
        // a bracket that closes nothing, or that nothing closes, belongs to what was not understood
        let Some(opened) = self.open.iter().rposition(|open| open.close == word) else {
            return;
        };
        self.open.truncate(opened + 1);
        self.item(index);
        let Some(done) = self.open.pop() else { return };
        if let Some(role) = self.role(&done) {
            self.found.push(Found {
                whole: done.at..index + 1,
                rows: done.items.into_iter().map(|item| item.range).collect(),
                name: role.name(),
            });
        }
        if let Some(around) = self.open.last_mut() {
            around.inner = Some((done.at, index + 1));
        }
    }

    /// What a list is there for; `None` where it is no table.
    fn role(&self, list: &Open) -> Option<Role> {
        if list.items.len() < 2 {
            return None;
        }
        if self.are_parameters(list.at) {
            return Some(Role::Parameters);
        }
        if !self.are_alike(&list.items) {
            return None;
        }
        let first = list.items.first().and_then(|item| self.word(item.range.start));
        if is_one_of(first, ONE_CASE) {
            return Some(Role::Parameters);
        }
        self.binding(list.at)
    }

    /// What a list that opens here is bound to, or that a loop goes through it as it is.
    fn binding(&self, at: usize) -> Option<Role> {
        let from = self.open.last().map_or(0, |around| around.from);
        let equals = ["=", ":="].map(hash);
        let mut before = self.outside(from..at);
        let signs = before.find(|word| is_one_of(Some(word.1), THROUGH) || equals.contains(&word.1))?;
        if is_one_of(Some(signs.1), THROUGH) {
            return Some(Role::Parameters);
        }
        let name = self.word(signs.0.checked_sub(1)?)?;
        let closes = BRACKETS.iter().any(|(_, close)| name == hash(close)) || name == hash(">");
        if !closes {
            return Some(Role::Bound(name));
        }
        // the type of the list stands between it and its name
        let (colon, _) = before.find(|word| word.1 == hash(":"))?;
        self.word(colon.checked_sub(1)?).map(Role::Bound)
    }

    /// The tokens of a range from its end on, without what stands in brackets, as far as the end of the statement before.
    fn outside(&self, range: Range<usize>) -> impl Iterator<Item = (usize, u64)> + use<'_> {
        let mut depth = 0_u32;
        let words = range
            .rev()
            .take(TYPE)
            .filter_map(|place| Some((place, self.word(place)?)));
        let words = words.take_while(|(_, word)| *word != hash(";"));
        words.filter(move |(_, word)| {
            let opens = BRACKETS.iter().any(|(open, _)| *word == hash(open));
            let closes = BRACKETS.iter().any(|(_, close)| *word == hash(close));
            depth = depth.saturating_sub(u32::from(opens));
            let outside = depth == 0 && !opens;
            depth += u32::from(closes);
            outside
        })
    }

    /// The names of all lists that something goes through: a loop, an iterator, or the runner.
    fn gone_through(&self) -> BTreeSet<u64> {
        let [colon, dot] = [":", "."].map(hash);
        let through: Vec<u64> = THROUGH.iter().chain(PARAMETERS).map(|word| hash(word)).collect();
        let mut names = BTreeSet::new();
        for (place, word) in self.words.iter().enumerate() {
            let behind = self.words.get(place + 1..).unwrap_or_default();
            if through.contains(word) {
                names.extend(behind.iter().take(REACH));
            } else if *word == colon && self.language == LanguageId::Java {
                names.extend(behind.first());
            } else if let [first, member, ..] = behind
                && *first == dot
                && is_one_of(Some(*member), GOES_THROUGH)
            {
                names.insert(*word);
            }
        }
        names
    }

    /// Whether all items are of one form: the same words, and then something in brackets.
    fn are_alike(&self, items: &[Item]) -> bool {
        let mut heads = items.iter().map(|item| self.head(item));
        let first = heads.next().flatten();
        first.is_some() && heads.all(|head| head == first)
    }

    /// What stands before the brackets of an item, and how they open.
    fn head(&self, item: &Item) -> Option<&[u64]> {
        let bracket = item.bracket?;
        let keyed = self.language == LanguageId::Go && self.word(item.range.start + 1) == Some(hash(":"));
        let from = if keyed {
            item.range.start + 2
        } else {
            item.range.start
        };
        self.words.get(from..bracket + 1)
    }

    /// Whether a list that opens here is handed to a runner as the parameters of a test.
    fn are_parameters(&self, at: usize) -> bool {
        let Some(call) = self.open.last() else {
            return false;
        };
        let name = call.at.checked_sub(1).and_then(|before| self.word(before));
        let known = PARAMETERS.iter().find(|known| name == Some(hash(known)));
        known.is_some_and(|known| *known != NAMES_FIRST || call.from > call.at + 1 && call.from <= at)
    }

    /// Cases that stand in attributes of their own: `#[case(1, 2)]`.
    fn attributes(&mut self) {
        let [hash_sign, open, close] = ["#", "[", "]"].map(hash);
        let mut rows: Vec<Range<usize>> = Vec::new();
        let mut index = 0;
        while index < self.words.len() {
            let is_case = self.word(index) == Some(hash_sign)
                && self.word(index + 1) == Some(open)
                && is_one_of(self.word(index + 2), CASES);
            if !is_case {
                self.attribute_table(&mut rows);
                index += 1;
                continue;
            }
            let mut depth = 0_u32;
            let end = (index + 1..self.words.len()).find(|place| {
                let word = self.word(*place);
                depth += u32::from(word == Some(open));
                depth -= u32::from(word == Some(close)).min(depth);
                depth == 0
            });
            let end = end.map_or(self.words.len(), |last| last + 1);
            rows.push(index..end);
            index = end;
        }
        self.attribute_table(&mut rows);
    }

    fn attribute_table(&mut self, rows: &mut Vec<Range<usize>>) {
        if let ([first, .., last], true) = (rows.as_slice(), rows.len() >= 2) {
            self.found.push(Found {
                whole: first.start..last.end,
                rows: rows.clone(),
                name: None,
            });
        }
        rows.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of a text whose words stand apart, each on the line where it stands.
    fn tables(language: LanguageId, text: &str) -> Vec<(u32, usize)> {
        let lines = text.lines().zip(1..);
        let words =
            lines.flat_map(|(line, number)| line.split_whitespace().map(move |word| (hash(word), number)));
        let found = of(&words.collect(), language);
        found
            .iter()
            .map(|table| (table.first, table.rows.len()))
            .collect()
    }

    #[test]
    fn items_of_one_form_are_rows() {
        assert_eq!(
            tables(LanguageId::Rust, "for x in & [ ( 1 , 2 ) ,\n ( 3 , 4 ) ]"),
            [(1, 2)]
        );
        assert_eq!(
            tables(
                LanguageId::Java,
                "of ( Arguments . of ( 1 ) , Arguments . of ( 2 ) , )"
            ),
            [(1, 2)]
        );
        assert_eq!(tables(LanguageId::Rust, "for x in [ one ( 1 ) , two ( 2 ) ]"), []);
        assert_eq!(tables(LanguageId::Rust, "for x in [ 1 , 2 , 3 ]"), []);
    }

    #[test]
    fn a_list_is_a_table_if_something_goes_through_it() {
        let bound = |then: &str| {
            let text = format!("let all = [ ( 1 ) , ( 2 ) ] ; {then}");
            tables(LanguageId::Rust, &text)
        };
        assert_eq!(bound("for one in & all"), [(1, 2)]);
        assert_eq!(bound("all . iter ( )"), [(1, 2)]);
        assert_eq!(bound("run ( all )"), []);
        assert_eq!(tables(LanguageId::Rust, "run ( [ ( 1 ) , ( 2 ) ] )"), []);
        let typed = "const ALL : & [ ( u8 ) ] = & [ ( 1 ) , ( 2 ) ] ; for x in ALL";
        assert_eq!(tables(LanguageId::Rust, typed), [(1, 2)]);
        let go = "all := [ ] struct { a , b int } { { 1 } , { 2 } } for _ , x := range all";
        assert_eq!(tables(LanguageId::Go, go), [(1, 2)]);
        let java = "all = { { 1 } , { 2 } } ; for ( int x : all )";
        assert_eq!(tables(LanguageId::Java, java), [(1, 2)]);
    }

    #[test]
    fn rows_have_names_in_go_alone() {
        let text = "for x in { \"a\" : { 1 } , \"b\" : { 2 } }";
        assert_eq!(tables(LanguageId::Go, text), [(1, 2)]);
        assert_eq!(tables(LanguageId::Python, text), []);
    }

    #[test]
    fn parameters_are_rows_whatever_their_form() {
        assert_eq!(
            tables(LanguageId::Python, "parametrize ( \"n\" , [ 1 , 2 , 3 ] )"),
            [(1, 3)]
        );
        assert_eq!(
            tables(LanguageId::JavaScript, "it . each ( [ 1 , 2 ] )"),
            [(1, 2)]
        );
        // the first list of `parametrize` holds names
        assert_eq!(
            tables(LanguageId::Python, "parametrize ( ( \"n\" , \"m\" ) , all )"),
            []
        );
    }

    #[test]
    fn attributes_that_follow_each_other_are_rows() {
        let text = "# [ case ( 1 ) ]\n# [ case ( [ 2 ] ) ]\nfn a";
        assert_eq!(tables(LanguageId::Rust, text), [(1, 2)]);
        assert_eq!(tables(LanguageId::Rust, "# [ case ( 1 ) ] # [ test ]"), []);
    }

    #[test]
    fn tables_inside_rows_and_brackets_that_close_nothing_are_left_alone() {
        assert_eq!(
            tables(LanguageId::Rust, "in [ ( ( 1 ) , ( 2 ) ) , ( 3 ) ]"),
            [(1, 2)]
        );
        assert_eq!(tables(LanguageId::Rust, "} in [ ( 1 ) , ( 2 ] ) ) # [ case"), []);
    }
}
