//! How is the text of a query read?

use std::cell::OnceCell;

use tree_sitter::Language;

use super::{Item, Kind, Late, Mode, Part, Pattern, Query, Step, Test, Times, Unread};
use crate::code::{languages::LanguageId, rules::predicates, tree::Grammar};

/// Brackets inside brackets.
const DEPTH: usize = 100;

impl Query {
    /// Reads a query for a grammar.
    ///
    /// # Errors
    /// It is no query, names what the grammar does not have, or asks what is not answered here: supertypes.
    pub(in crate::code::rules) fn read(
        text: &str,
        language: LanguageId,
        grammar: &Grammar,
    ) -> Result<Self, Unread> {
        let mut reader = Reader {
            text,
            at: 0,
            name: language.name(),
            language: (grammar.language)(),
            captures: Vec::new(),
            tests: Vec::new(),
            depth: 0,
        };
        let mut patterns = Vec::new();
        reader.pass_space();
        while reader.next().is_some() {
            let mut row = Vec::new();
            reader.place(false, &mut row)?;
            let tests = std::mem::take(&mut reader.tests);
            if row.is_empty() {
                return Err(
                    reader.wrong("a predicate stands outside of a pattern: put both in one pair of brackets")
                );
            }
            patterns.push(Pattern { row, tests });
        }
        Ok(Self {
            patterns,
            captures: reader.captures,
        })
    }
}

struct Reader<'q> {
    text: &'q str,
    at: usize,
    name: &'static str,
    language: Language,
    captures: Vec<String>,
    /// Those of the pattern that is being read.
    tests: Vec<Test>,
    depth: usize,
}

/// What an argument of a predicate is.
enum Argument {
    Capture(u16),
    Text(String),
}

impl<'q> Reader<'q> {
    fn rest(&self) -> &'q str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn pass(&mut self) {
        self.at += self.next().map_or(0, char::len_utf8);
    }

    /// Passes white space and remarks.
    fn pass_space(&mut self) {
        while let Some(sign) = self.next() {
            if sign == ';' {
                let line = self.rest().find('\n').unwrap_or(self.rest().len());
                self.at += line;
            } else if sign.is_whitespace() {
                self.pass();
            } else {
                return;
            }
        }
    }

    /// Whether a sign comes next; it is passed with the space behind it.
    fn takes(&mut self, sign: char) -> bool {
        let takes = self.next() == Some(sign);
        if takes {
            self.pass();
            self.pass_space();
        }
        takes
    }

    fn expect(&mut self, sign: char) -> Result<(), Unread> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.wrong(format!("does not parse as a query: `{sign}` is missing")))
    }

    fn wrong(&self, problem: impl Into<String>) -> Unread {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        Unread {
            row: before.matches('\n').count(),
            problem: problem.into(),
        }
    }

    /// A word, or nothing. What the library takes for one: letters, digits, `_`, `-` and `.`
    fn word(&mut self) -> Option<&'q str> {
        let starts = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '-';
        let rest = self.rest();
        if !rest.starts_with(starts) {
            return None;
        }
        let end = rest.find(|sign: char| !starts(sign) && sign != '.');
        let word = rest.get(..end.unwrap_or(rest.len()))?;
        self.at += word.len();
        Some(word)
    }

    fn named(&mut self, what: &str) -> Result<&'q str, Unread> {
        let word = self.word();
        let word = word.ok_or_else(|| self.wrong(format!("does not parse as a query: {what} is missing")))?;
        self.pass_space();
        Ok(word)
    }

    /// A text in double quotes.
    fn quoted(&mut self) -> Result<String, Unread> {
        let mut text = String::new();
        self.pass();
        loop {
            let Some(sign) = self.next().filter(|sign| *sign != '\n') else {
                return Err(self.wrong("does not parse as a query: a text has no end"));
            };
            self.pass();
            match sign {
                '"' => break,
                '\\' => {
                    let escaped = self.next().unwrap_or('\\');
                    self.pass();
                    text.push(match escaped {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        '0' => '\0',
                        other => other,
                    });
                }
                other => text.push(other),
            }
        }
        self.pass_space();
        Ok(text)
    }

    /// What stands at one place of a row: nothing where it is a predicate, several items where it is a group.
    fn place(&mut self, anchored: bool, row: &mut Vec<Item>) -> Result<(), Unread> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong(format!("has more than {DEPTH} brackets inside brackets")));
        }
        let mut own = self.plain(anchored)?;
        self.depth -= 1;
        if !own.is_empty() {
            self.suffixes(anchored, &mut own)?;
        }
        row.append(&mut own);
        Ok(())
    }

    /// A place without what stands behind it.
    fn plain(&mut self, anchored: bool) -> Result<Vec<Item>, Unread> {
        let one = |part: Part| {
            vec![Item {
                part,
                times: Times::Once,
                anchored,
            }]
        };
        match self.next() {
            Some('[') => Ok(one(self.alternatives()?)),
            Some('(') => {
                self.takes('(');
                match self.next() {
                    Some('(' | '[' | '"') => self.group(anchored),
                    Some('#' | '.') => {
                        self.predicate()?;
                        Ok(Vec::new())
                    }
                    _ => Ok(one(Part::Node(self.node()?))),
                }
            }
            Some('"') => {
                let text = self.quoted()?;
                let kind = self.kind(&text, false)?;
                Ok(one(Part::Node(Step::new(kind))))
            }
            Some('_') if !self.is_field() => {
                self.named("`_`")?;
                Ok(one(Part::Node(Step::new(Kind::Any))))
            }
            _ => self.field(anchored),
        }
    }

    /// Whether the next word is the name of a field: one that begins with `_`.
    fn is_field(&self) -> bool {
        let rest = self
            .rest()
            .trim_start_matches(|sign: char| sign.is_alphanumeric() || sign == '_');
        rest.starts_with(':')
    }

    fn field(&mut self, anchored: bool) -> Result<Vec<Item>, Unread> {
        let name = self.named("a node or the name of a field")?;
        let field = self.field_id(name)?;
        self.expect(':')?;
        let mut own = Vec::new();
        self.place(anchored, &mut own)?;
        match own.first_mut() {
            Some(first) => each_first(first, &mut |step| step.field = field),
            None => return Err(self.wrong("does not parse as a query: a field has no node")),
        }
        Ok(own)
    }

    fn field_id(&self, name: &str) -> Result<u16, Unread> {
        let id = self.language.field_id_for_name(name);
        id.map(std::num::NonZero::get)
            .ok_or_else(|| self.wrong(format!("{} has no field `{name}`", self.name)))
    }

    fn kind(&self, name: &str, named: bool) -> Result<Kind, Unread> {
        let id = self.language.id_for_node_kind(name, named);
        if id == 0 {
            return Err(self.wrong(format!("{} has no node `{name}`", self.name)));
        }
        if self.language.node_kind_is_supertype(id) {
            return Err(self.wrong(format!("`{name}` stands for several nodes: name them in `[…]`")));
        }
        Ok(Kind::Is(id))
    }

    fn alternatives(&mut self) -> Result<Part, Unread> {
        self.expect('[')?;
        let mut rows = Vec::new();
        while !self.takes(']') {
            let mut row = Vec::new();
            self.place(false, &mut row)?;
            if row.iter().any(|item| item.times.may_be_none()) {
                return Err(
                    self.wrong("an alternative that may be nothing is not read: put the `?` behind the `]`")
                );
            }
            rows.push(row);
        }
        Ok(Part::Either(rows))
    }

    /// Nodes side by side; what is asked of the first holds for the group.
    fn group(&mut self, anchored: bool) -> Result<Vec<Item>, Unread> {
        let mut row = Vec::new();
        let mut anchored = anchored;
        while !self.takes(')') {
            anchored |= self.takes('.');
            self.place(anchored, &mut row)?;
            anchored = false;
        }
        Ok(row)
    }

    /// A node in brackets, behind the opening one.
    fn node(&mut self) -> Result<Step, Unread> {
        let name = self.named("the name of a node")?;
        let mut step = match name {
            "_" => Step::new(Kind::Named),
            "MISSING" => self.missing()?,
            _ => Step::new(self.kind(name, true)?),
        };
        if self.next() == Some('/') {
            return Err(self.wrong("a `/` behind a node is not read: name the node itself"));
        }
        let mut anchored = false;
        loop {
            if self.takes(')') {
                step.closed = anchored;
                return Ok(step);
            }
            if self.takes('!') {
                let name = self.named("the name of a field")?;
                step.lacks.push(self.field_id(name)?);
            } else if self.takes('.') {
                anchored = true;
            } else {
                self.place(anchored, &mut step.inside)?;
                anchored = false;
            }
        }
    }

    fn missing(&mut self) -> Result<Step, Unread> {
        let kind = match self.next() {
            Some(')') => Kind::Any,
            Some('"') => {
                let text = self.quoted()?;
                self.kind(&text, false)?
            }
            _ => {
                let name = self.named("the name of a node")?;
                self.kind(name, true)?
            }
        };
        Ok(Step {
            missing: true,
            ..Step::new(kind)
        })
    }

    /// How often, and under which names.
    fn suffixes(&mut self, anchored: bool, own: &mut Vec<Item>) -> Result<(), Unread> {
        let (mut none, mut many) = (false, false);
        loop {
            if self.next() == Some('@') {
                self.pass();
                let name = self.named("the name of a capture")?;
                let id = self.capture(name)?;
                if let Some(first) = own.first_mut() {
                    each_first(first, &mut |step| step.captures.push(id));
                }
            } else if self.takes('?') {
                none = true;
            } else if self.takes('*') {
                (none, many) = (true, true);
            } else if self.takes('+') {
                many = true;
            } else {
                break;
            }
        }
        let times = match (none, many) {
            (false, false) => return Ok(()),
            (true, false) => Times::AtMostOnce,
            (false, true) => Times::Often,
            (true, true) => Times::AnyNumber,
        };
        match own.as_mut_slice() {
            [only] if only.times == Times::Once => only.times = times,
            _ => {
                let row = std::mem::take(own);
                own.push(Item {
                    part: Part::Either(vec![row]),
                    times,
                    anchored,
                });
            }
        }
        Ok(())
    }

    fn capture(&mut self, name: &str) -> Result<u16, Unread> {
        let known = self.captures.iter().position(|own| own == name);
        let place = known.unwrap_or_else(|| {
            self.captures.push(name.to_owned());
            self.captures.len() - 1
        });
        u16::try_from(place).map_err(|_| self.wrong("has too many captures"))
    }

    /// A predicate, from its sign on.
    fn predicate(&mut self) -> Result<(), Unread> {
        self.pass();
        let start = self.at;
        let name = self.word().unwrap_or_default();
        if matches!(self.next(), Some('?' | '!')) {
            self.pass();
        }
        let operator = self.text.get(start..self.at).unwrap_or(name);
        self.pass_space();
        let mut arguments = Vec::new();
        while !self.takes(')') {
            arguments.push(self.argument()?);
        }
        let test = self.test(operator, arguments)?;
        self.tests.push(test);
        Ok(())
    }

    fn argument(&mut self) -> Result<Argument, Unread> {
        match self.next() {
            Some('@') => {
                self.pass();
                let name = self.named("the name of a capture")?;
                let known = self.captures.iter().position(|own| own == name);
                let known = known.and_then(|place| u16::try_from(place).ok());
                known
                    .map(Argument::Capture)
                    .ok_or_else(|| self.wrong(format!("there is no capture `@{name}`")))
            }
            Some('"') => self.quoted().map(Argument::Text),
            _ => Ok(Argument::Text(self.named("an argument")?.to_owned())),
        }
    }

    fn test(&self, operator: &str, arguments: Vec<Argument>) -> Result<Test, Unread> {
        let mode = |wanted, all| Mode { wanted, all };
        let by_text = [
            ("eq?", mode(true, true)),
            ("not-eq?", mode(false, true)),
            ("any-eq?", mode(true, false)),
            ("any-not-eq?", mode(false, false)),
            ("match?", mode(true, true)),
            ("not-match?", mode(false, true)),
            ("any-match?", mode(true, false)),
            ("any-not-match?", mode(false, false)),
            ("any-of?", mode(true, true)),
            ("not-any-of?", mode(false, true)),
        ];
        let Some((_, mode)) = by_text.iter().find(|(name, _)| *name == operator) else {
            return self.own(operator, arguments);
        };
        let mut arguments = arguments.into_iter();
        let (Some(Argument::Capture(name)), more) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
            return Err(self.wrong(format!("`#{operator}` wants a capture first")));
        };
        let two = || self.wrong(format!("`#{operator}` wants a capture and one more argument"));
        if operator.ends_with("any-of?") {
            let words = more.into_iter().map(|argument| match argument {
                Argument::Text(word) => Ok(word),
                Argument::Capture(_) => Err(self.wrong(format!("`#{operator}` wants words"))),
            });
            return Ok(Test::AnyOf(*mode, name, words.collect::<Result<_, _>>()?));
        }
        let [second] = <[Argument; 1]>::try_from(more).map_err(|_| two())?;
        match (second, operator.ends_with("eq?")) {
            (Argument::Capture(other), true) => Ok(Test::Same(*mode, name, other)),
            (Argument::Text(text), true) => Ok(Test::Equals(*mode, name, text)),
            (Argument::Text(text), false) => Ok(Test::Matches(
                *mode,
                name,
                Late {
                    text,
                    compiled: OnceCell::new(),
                },
            )),
            (Argument::Capture(_), false) => Err(two()),
        }
    }

    fn own(&self, operator: &str, arguments: Vec<Argument>) -> Result<Test, Unread> {
        let unknown = || self.wrong(format!("there is no predicate `#{operator}`"));
        let (predicate, wanted) = predicates::find(operator).ok_or_else(unknown)?;
        let (mut names, mut words) = (Vec::new(), Vec::new());
        for argument in arguments {
            match argument {
                Argument::Capture(name) => names.push(name),
                Argument::Text(word) => words.push(word),
            }
        }
        Ok(Test::Own(predicate, wanted, names, words))
    }
}

/// The nodes that an item can begin with.
fn each_first(item: &mut Item, change: &mut dyn FnMut(&mut Step)) {
    match &mut item.part {
        Part::Node(step) => change(step),
        Part::Either(rows) => {
            for first in rows.iter_mut().filter_map(|row| row.first_mut()) {
                each_first(first, change);
            }
        }
    }
}
