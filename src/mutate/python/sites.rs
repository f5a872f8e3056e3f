//! Where in a Python file is room for a fault, and when does the code there run?
//!
//! Every fault is the replacement of one piece of text. Decorators, annotations, imports and texts that document are
//! left alone.

mod kinds;
mod silences;

use std::{ops::Range, thread};

use self::silences::Silences;
use crate::{
    code::{self, Node, facts::Span},
    limits,
    mutate::Fault,
};

/// When the code with a fault runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// When one of these functions is called, outer ones first: its name, and the line on which the interpreter says
    /// that it begins.
    Body(Vec<(String, u32)>),
    /// When its file is imported: the default value of a parameter of a function.
    Default {
        /// The function, as in [`Place::Body`].
        function: (String, u32),
        /// The parameter.
        name: String,
        /// The bytes of the value.
        value: Range<usize>,
    },
    /// When its file is imported.
    Import,
}

/// Room for a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// The fault.
    pub(super) fault: Fault,
    /// When it runs.
    pub(super) place: Place,
    /// First and last line of which one runs whenever the fault does.
    pub(super) reach: (u32, u32),
    /// The outermost statement around it, and its first line.
    pub(super) top: (Range<usize>, u32),
}

/// Every place of a file, in its order.
///
/// # Errors
/// The text cannot be parsed.
pub(super) fn read(text: &str) -> Result<Vec<Site>, String> {
    thread::scope(|scope| {
        let reading = thread::Builder::new()
            .stack_size(limits::PLANNER_STACK)
            .spawn_scoped(scope, || {
                code::ask_python(text, |root| Reader::new(text, root).read(root))
            });
        let reading = reading.map_err(|why| format!("no thread to parse it: {why}"))?;
        reading.join().map_err(|_| "the parser failed on it".to_owned())?
    })
}

/// Nodes in which nothing is changed.
const LEFT_ALONE: &[&str] = &[
    "comment",
    "decorator",
    "future_import_statement",
    "global_statement",
    "import_from_statement",
    "import_statement",
    "nonlocal_statement",
    "type",
    "type_alias_statement",
    "type_parameter",
];
/// Statements with a head and statements inside.
const COMPOUND: &[&str] = &[
    "case_clause",
    "class_definition",
    "elif_clause",
    "else_clause",
    "except_clause",
    "except_group_clause",
    "finally_clause",
    "for_statement",
    "function_definition",
    "if_statement",
    "match_statement",
    "try_statement",
    "while_statement",
    "with_statement",
];

const SHOWN: &str = "values of `__repr__` and `__str__`";

/// What is known about the code around a node.
#[derive(Clone, Debug)]
struct Around {
    place: Place,
    reach: (u32, u32),
    /// The lines of the innermost loop: the interpreter passes over some jumps without telling.
    turn: (u32, u32),
    top: (Range<usize>, u32),
    noise: Option<&'static str>,
    silenced: Option<u32>,
}

struct Reader<'t> {
    text: &'t str,
    /// The first byte of each line.
    starts: Vec<usize>,
    silences: Silences,
    names: Vec<String>,
    around: Around,
    sites: Vec<Site>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, root: Node<'_>) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts: Vec<usize> = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut reader = Self {
            text,
            starts,
            silences: Silences::default(),
            names: Vec::new(),
            around: Around {
                place: Place::Import,
                reach: (1, 1),
                turn: (1, 1),
                top: (0..text.len(), 1),
                noise: None,
                silenced: None,
            },
            sites: Vec::new(),
        };
        let mut comments = Vec::new();
        reader.comments(root, &mut comments);
        reader.silences = Silences::of(&comments);
        reader
    }

    fn comments(&self, node: Node<'_>, found: &mut Vec<(u32, String)>) {
        if node.kind() == "comment" {
            found.push((self.line(node.start_byte()), self.text(node).to_owned()));
        }
        for child in node.children() {
            self.comments(child, found);
        }
    }

    fn read(mut self, root: Node<'_>) -> Vec<Site> {
        for statement in root.named_children() {
            self.around.top = (statement.byte_range(), self.line(statement.start_byte()));
            self.visit(statement);
        }
        self.sites
    }

    fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The 1-based line of a byte.
    fn line(&self, byte: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= byte);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The 1-based column of a byte, in characters.
    fn column(&self, byte: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    }

    fn lines(&self, range: &Range<usize>) -> (u32, u32) {
        let last = range.end.saturating_sub(1).max(range.start);
        (self.line(range.start), self.line(last))
    }

    /// Visits with something else around, and then puts everything back.
    fn within(&mut self, change: impl FnOnce(&mut Around), visit: impl FnOnce(&mut Self)) {
        let before = self.around.clone();
        change(&mut self.around);
        visit(self);
        self.around = before;
    }

    fn fault(&mut self, operator: &'static str, range: Range<usize>, replacement: impl Into<String>) {
        let noise = self.around.noise;
        self.noisy_fault(operator, range, replacement.into(), noise);
    }

    fn noisy_fault(
        &mut self,
        operator: &'static str,
        range: Range<usize>,
        replacement: String,
        noise: Option<&'static str>,
    ) {
        let original = self.text.get(range.clone()).unwrap_or_default().to_owned();
        if original == replacement {
            return;
        }
        let (first, last) = self.lines(&range);
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let silenced = self.around.silenced.or_else(|| self.silences.on(first));
        self.sites.push(Site {
            fault: Fault {
                span: Span {
                    start: narrow(range.start),
                    end: narrow(range.end),
                    first,
                    last,
                },
                column: self.column(range.start),
                end_column: self.column(range.end),
                item: self.names.join("."),
                operator,
                original,
                replacement,
                anchor: (first, last),
                value: false,
                noise,
                silenced,
            },
            place: self.around.place.clone(),
            reach: self.around.reach,
            top: self.around.top.clone(),
        });
    }

    fn visit(&mut self, node: Node<'_>) {
        if LEFT_ALONE.contains(&node.kind()) || node.is_error() {
            return;
        }
        if !is_statement(node) {
            self.visit_inside(node);
            return;
        }
        let (first, last) = self.lines(&node.byte_range());
        let head = match node.named_children().find(|child| child.kind() == "block") {
            Some(block) => self.line(block.start_byte()).saturating_sub(1).max(first),
            None if COMPOUND.contains(&node.kind()) => first,
            None => last,
        };
        let block = self.silences.block(first);
        self.within(
            |around| {
                around.reach = (first, head);
                around.silenced = around.silenced.or(block);
            },
            |reader| reader.visit_inside(node),
        );
    }

    fn visit_children(&mut self, node: Node<'_>) {
        for child in node.named_children() {
            self.visit(child);
        }
    }

    fn visit_inside(&mut self, node: Node<'_>) {
        match node.kind() {
            "decorated_definition" => {
                let line = self.line(node.start_byte());
                if let Some(definition) = node.child_by_field_name("definition") {
                    self.definition(definition, line);
                }
            }
            "function_definition" | "class_definition" => {
                let line = self.line(node.start_byte());
                self.definition(node, line);
            }
            "lambda" => self.lambda(node),
            "expression_statement" if is_text_alone(node) => {}
            "string" => self.string(node),
            "call" => self.call(node),
            "if_statement" | "elif_clause" => self.branch(node),
            "for_statement" | "while_statement" => self.turn(node),
            "assert_statement" => self.assertion(node),
            "raise_statement" => self.raise(node),
            kind => {
                self.simple(node, kind);
                self.visit_children(node);
            }
        }
    }

    fn definition(&mut self, node: Node<'_>, line: u32) {
        let name = node
            .child_by_field_name("name")
            .map(|name| self.text(name).to_owned());
        let name = name.unwrap_or_default();
        self.names.push(name.clone());
        if node.kind() == "function_definition" {
            self.function(node, &name, line);
        } else if let Some(body) = node.child_by_field_name("body") {
            self.visit(body);
        }
        self.names.pop();
    }

    fn function(&mut self, node: Node<'_>, name: &str, line: u32) {
        let Some(body) = node.child_by_field_name("body") else {
            return;
        };
        let own = (name.to_owned(), line);
        if let Some(parameters) = node.child_by_field_name("parameters") {
            self.parameters(parameters, &own, &body.byte_range());
        }
        let is_shown = matches!(name, "__repr__" | "__str__");
        self.within(
            |around| {
                around.place = inside(&around.place, own);
                around.noise = around.noise.or(is_shown.then_some(SHOWN));
            },
            |reader| reader.visit(body),
        );
    }

    /// The default values of parameters belong to the code around the function.
    fn parameters(&mut self, node: Node<'_>, function: &(String, u32), body: &Range<usize>) {
        for parameter in node.named_children() {
            let (Some(name), Some(value)) = (
                parameter.child_by_field_name("name"),
                parameter.child_by_field_name("value"),
            ) else {
                continue;
            };
            let (name, range) = (self.text(name).to_owned(), value.byte_range());
            let reach = self.lines(body);
            self.within(
                |around| {
                    if around.place == Place::Import {
                        around.reach = reach;
                        around.place = Place::Default {
                            function: function.clone(),
                            name,
                            value: range,
                        };
                    }
                },
                |reader| reader.visit(value),
            );
        }
    }

    fn lambda(&mut self, node: Node<'_>) {
        let Some(body) = node.child_by_field_name("body") else {
            return;
        };
        let instead = if body.kind() == "none" { "0" } else { "None" };
        let own = ("<lambda>".to_owned(), self.line(node.start_byte()));
        self.within(
            |around| around.place = inside(&around.place, own),
            |reader| {
                reader.fault("Lambda", body.byte_range(), instead);
                reader.visit(body);
            },
        );
    }
}

/// A place inside one more function.
fn inside(place: &Place, function: (String, u32)) -> Place {
    match place {
        Place::Body(outer) => Place::Body(outer.iter().cloned().chain([function]).collect()),
        Place::Default { .. } | Place::Import => Place::Body(vec![function]),
    }
}

/// The named children that are no comments.
fn parts(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.named_children().filter(|child| !child.is_extra())
}

fn is_statement(node: Node<'_>) -> bool {
    COMPOUND.contains(&node.kind())
        || node
            .parent()
            .is_some_and(|parent| matches!(parent.kind(), "block" | "module"))
}

/// A text that stands for itself documents something.
fn is_text_alone(node: Node<'_>) -> bool {
    let mut inside = parts(node);
    let first = inside.next();
    first.is_some_and(|first| matches!(first.kind(), "string" | "concatenated_string"))
        && inside.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Site> {
        read(text).unwrap()
    }

    /// Every line with a fault, each as it would stand there.
    fn faulty(text: &str) -> Vec<String> {
        let sites = all(text).into_iter();
        let shown = sites.map(|site| {
            let span = site.fault.span;
            let (start, end) = (span.start as usize, span.end as usize);
            let mut faulty = text.to_owned();
            faulty.replace_range(start..end, &site.fault.replacement);
            faulty
        });
        shown.collect()
    }

    fn in_function(line: &str) -> Vec<String> {
        let text = format!("def f(a, b, c):\n    {line}\n");
        let lines = faulty(&text).into_iter();
        lines
            .map(|text| text.split_once("\n    ").unwrap().1.trim_end().to_owned())
            .collect()
    }

    #[test]
    fn every_operator_has_another_in_its_place() {
        assert_eq!(in_function("a < b"), ["a <= b"]);
        assert_eq!(in_function("a is not b"), ["a is b"]);
        assert_eq!(in_function("a in b"), ["a not in b"]);
        assert_eq!(in_function("a < b == c"), ["a <= b == c", "a < b != c"]);
        assert_eq!(in_function("a and b or c"), ["a and b and c", "a or b or c"]);
        assert_eq!(in_function("a ** b // c"), ["a ** b / c", "a * b // c"]);
        assert_eq!(in_function("a -= b"), ["a += b", "a = b"]);
        assert_eq!(in_function("not a"), ["a"]);
        assert_eq!(in_function("~a"), ["a"]);
        assert_eq!(in_function("-a"), ["+a"]);
    }

    #[test]
    fn values_and_calls_change() {
        assert_eq!(in_function("return a"), ["return None"]);
        assert!(in_function("return None").is_empty());
        assert_eq!(in_function("a = b"), ["a = None"]);
        assert_eq!(in_function("a = b = None"), ["a = b = \"\""]);
        assert!(in_function("a: int").is_empty());
        assert_eq!(
            in_function("f(a, k=b, *c)"),
            [
                "f(None, k=b, *c)",
                "f(a, k=None, *c)",
                "f(k=b, *c)",
                "f(a, *c)",
                "f(a, k=b)"
            ]
        );
        assert_eq!(in_function("f(x for x in a)"), ["f(None)"]);
        assert_eq!(in_function("dict(a=b)"), ["dict(aXX=b)", "dict(a=None)"]);
        assert_eq!(in_function("a.lower()"), ["a.upper()"]);
        assert_eq!(in_function("a.split(b)"), ["a.split(None)"]);
        assert!(in_function("a.split(b, 1)").contains(&"a.rsplit(b, 1)".to_owned()));
        assert!(in_function("len(a)").is_empty());
        assert_eq!(in_function("lambda: a"), ["lambda: None"]);
    }

    #[test]
    fn branches_and_loops_change() {
        assert_eq!(in_function("if a: pass"), ["if not (a): pass"]);
        assert_eq!(in_function("if not a: pass"), ["if a: pass"]);
        assert_eq!(in_function("if a == b: pass"), ["if a != b: pass"]);
        assert_eq!(
            in_function("if a < b: pass"),
            ["if not (a < b): pass", "if a <= b: pass"]
        );
        assert_eq!(
            in_function("a if b else c"),
            ["a if (b) and False else c", "a if (b) or True else c"]
        );
        assert_eq!(
            in_function("while a: break"),
            ["while not (a): break", "while a: return", "while a: continue"]
        );
        assert_eq!(in_function("for a in b: continue"), ["for a in b: break"]);
        assert_eq!(
            in_function("try: a\n    except (E, F) as e: b"),
            ["try: a\n    except () as e: b"]
        );
        assert_eq!(in_function("raise E"), ["pass"]);
        assert_eq!(in_function("[x for x in a if b]"), ["[x for x in a if not (b)]"]);
    }

    #[test]
    fn a_case_is_dropped_where_another_is_left() {
        let text =
            "def f(a):\n    match a:\n        case b:\n            pass\n        case _:\n            pass\n";
        let texts = faulty(text);
        assert_eq!(texts.len(), 2);
        assert!(
            !texts[0].contains("case b") && texts[0].contains("case _"),
            "{texts:?}"
        );
        assert!(faulty("def f(a):\n    match a:\n        case b:\n            pass\n").is_empty());
    }

    #[test]
    fn documentation_annotations_decorators_and_imports_are_left_alone() {
        let text = "'doc'\nfrom copy import deepcopy\n@d(1)\ndef f(a: 'T') -> 'U':\n    'doc'\n    x: 'V'\n    '''a'''\n";
        assert!(faulty(text).is_empty(), "{:?}", faulty(text));
    }

    #[test]
    fn a_site_says_when_it_runs() {
        let text = "A = 1\n@d\ndef f(a=2):\n    def g():\n        return 3\n    return g\nclass C:\n    B = 4\n    def m(self):\n        return 5\n";
        let body = |names: &[(&str, u32)]| {
            Place::Body(
                names
                    .iter()
                    .map(|(name, line)| ((*name).to_owned(), *line))
                    .collect(),
            )
        };
        let numbers = all(text)
            .into_iter()
            .filter(|site| site.fault.operator == "NumberLiteral");
        let places: Vec<Place> = numbers.map(|site| site.place).collect();
        assert_eq!(places[0], Place::Import);
        assert!(
            matches!(&places[1], Place::Default { function, name, .. } if function.1 == 2 && name == "a")
        );
        assert_eq!(places[2], body(&[("f", 2), ("g", 4)]));
        assert_eq!(places[3], Place::Import);
        assert_eq!(places[4], body(&[("m", 9)]));
    }

    #[test]
    fn the_lines_of_a_head_are_not_those_of_its_body() {
        let text = "def f(a):\n    if (a\n            == 1):\n        return 2\n";
        let sites = all(text);
        let reach = |operator: &str| {
            sites
                .iter()
                .find(|site| site.fault.operator == operator)
                .unwrap()
                .reach
        };
        assert_eq!(reach("ComparisonOperator"), (2, 3));
        assert_eq!(reach("ReturnValue"), (4, 4));
    }

    #[test]
    fn a_pragma_silences_its_line_or_its_block() {
        let text = "def f(a):\n    a = 1  # pragma: no cover, no mutate\n    a = 2\ndef g(a):  # pragma: no mutate block\n    a = 3\n# pragma: no mutate start\nB = 1\n# pragma: no mutate end\nC = 2\n";
        let silenced: Vec<(u32, Option<u32>)> = all(text)
            .into_iter()
            .map(|site| (site.fault.span.first, site.fault.silenced))
            .collect();
        assert!(silenced.contains(&(2, Some(2))) && silenced.contains(&(3, None)));
        assert!(silenced.contains(&(5, Some(4))) && silenced.contains(&(7, Some(6))));
        assert!(silenced.contains(&(9, None)));
    }

    #[test]
    fn messages_and_their_case_are_noise() {
        let text = "def f(a):\n    logger.info('A', a)\n    raise E('b')\n    return 'c'\n";
        let noise = |line: u32| -> Vec<Option<&'static str>> {
            let on = all(text).into_iter().filter(|site| site.fault.span.first == line);
            on.map(|site| site.fault.noise).collect()
        };
        assert!(noise(2).iter().all(Option::is_some));
        assert_eq!(noise(3).first(), Some(&None), "that it is raised is not");
        assert_eq!(noise(4), [None, None, Some(kinds::CASES)]);
    }
}
