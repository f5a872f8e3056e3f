//! What are definitions, tests and assertions in JavaScript and TypeScript?
//!
//! Tests are calls: `it("title", …)` inside `describe("title", …)`, as jest, vitest, mocha, jasmine, playwright and the
//! test module of Node know them.

use std::sync::OnceLock;

use crate::code::{
    assemble::{Test, Tests},
    assertions::{
        Name, Names,
        Rule::{Begins, Called, CalledWith, Compare, Condition, Equal, Fail, Raises, Snapshot, Truth},
    },
    draft::{Argument, Call, Draft, Range},
    expressions::{inner, text},
    facts::{Import, Marker, MarkerKind, TestKind, Visibility},
    literals::unquoted,
    tree::{Grammar, Node, child},
};

const SCRIPT: &[&str] = &[
    include_str!("javascript/definitions.scm"),
    include_str!("javascript/classes.scm"),
    include_str!("javascript/tests.scm"),
    include_str!("javascript/assertions.scm"),
    include_str!("javascript/imports.scm"),
    include_str!("javascript/texts.scm"),
];

const TYPED: &[&str] = &[
    include_str!("javascript/definitions.scm"),
    include_str!("javascript/types.scm"),
    include_str!("javascript/tests.scm"),
    include_str!("javascript/assertions.scm"),
    include_str!("javascript/imports.scm"),
    include_str!("javascript/texts.scm"),
];

const fn grammar(language: fn() -> tree_sitter::Language, queries: &'static [&'static str]) -> Grammar {
    Grammar {
        language,
        queries,
        names: &NAMES,
        atoms: &["string", "regex", "string_fragment"],
        blocks: &[
            "expression_statement",
            "return_statement",
            "throw_statement",
            "lexical_declaration",
            "variable_declaration",
        ],
        docstrings: false,
        imports,
        visibility,
        compiled: OnceLock::new(),
    }
}

pub(crate) static JAVASCRIPT: Grammar = grammar(|| tree_sitter_javascript::LANGUAGE.into(), SCRIPT);
pub(crate) static TYPESCRIPT: Grammar = grammar(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), TYPED);
pub(crate) static TSX: Grammar = grammar(|| tree_sitter_typescript::LANGUAGE_TSX.into(), TYPED);

pub(crate) static NAMES: Names = Names {
    assertions: ASSERTIONS,
    house: &["assert", "expect", "should"],
    handles: &[],
    receivers: &[],
    message_first: false,
};

const ASSERTIONS: &[Name] = &[
    ("expect()", "toBe", Equal),
    ("expect()", "toEqual", Equal),
    ("expect()", "toStrictEqual", Equal),
    ("expect()", "equal", Equal),
    ("expect()", "eql", Equal),
    ("expect()", "equals", Equal),
    ("expect()", "deep", Equal),
    ("expect()", "toHaveText", Equal),
    ("expect()", "toHaveTextContent", Compare),
    ("expect()", "toHaveValue", Equal),
    ("expect()", "toHaveURL", Equal),
    ("expect()", "toHaveLength", Compare),
    ("expect()", "toHaveCount", Compare),
    ("expect()", "toContain", Compare),
    ("expect()", "toContainEqual", Compare),
    ("expect()", "toContainText", Compare),
    ("expect()", "toMatch", Compare),
    ("expect()", "toMatchObject", Compare),
    ("expect()", "toHaveProperty", Compare),
    ("expect()", "toHaveAttribute", Compare),
    ("expect()", "toHaveClass", Compare),
    ("expect()", "toBeCloseTo", Compare),
    ("expect()", "toBeGreaterThan", Compare),
    ("expect()", "toBeGreaterThanOrEqual", Compare),
    ("expect()", "toBeLessThan", Compare),
    ("expect()", "toBeLessThanOrEqual", Compare),
    ("expect()", "toBeInstanceOf", Compare),
    ("expect()", "include", Compare),
    ("expect()", "contain", Compare),
    ("expect()", "match", Compare),
    ("expect()", "property", Compare),
    ("expect()", "lengthOf", Compare),
    ("expect()", "above", Compare),
    ("expect()", "below", Compare),
    ("expect()", "instanceof", Compare),
    ("expect()", "a", Compare),
    ("expect()", "an", Compare),
    ("expect()", "toBeDefined", Truth),
    ("expect()", "toBeUndefined", Truth),
    ("expect()", "toBeNull", Truth),
    ("expect()", "toBeTruthy", Truth),
    ("expect()", "toBeFalsy", Truth),
    ("expect()", "toBeNaN", Truth),
    ("expect()", "toBeInTheDocument", Truth),
    ("expect()", "toBeVisible", Truth),
    ("expect()", "toBeDisabled", Truth),
    ("expect()", "toBeEnabled", Truth),
    ("expect()", "toBeChecked", Truth),
    ("expect()", "toBeEmpty", Truth),
    ("expect()", "true", Truth),
    ("expect()", "false", Truth),
    ("expect()", "null", Truth),
    ("expect()", "undefined", Truth),
    ("expect()", "exist", Truth),
    ("expect()", "ok", Truth),
    ("expect()", "empty", Truth),
    ("expect()", "called", Called),
    ("expect()", "calledOnce", Called),
    ("expect()", "toHaveBeenCalled", Called),
    ("expect()", "toHaveBeenCalledOnce", Called),
    ("expect()", "toHaveBeenCalledTimes", Called),
    ("expect()", "toHaveReturned", Called),
    ("expect()", "toHaveBeenCalledWith", CalledWith),
    ("expect()", "toHaveBeenLastCalledWith", CalledWith),
    ("expect()", "toHaveBeenNthCalledWith", CalledWith),
    ("expect()", "calledWith", CalledWith),
    ("expect()", "toThrow", Raises),
    ("expect()", "toThrowError", Raises),
    ("expect()", "throw", Raises),
    ("expect()", "rejectedWith", Raises),
    ("expect()", "toMatchSnapshot", Snapshot),
    ("expect()", "toMatchInlineSnapshot", Snapshot),
    ("expect()", "toMatchFileSnapshot", Snapshot),
    ("expect()", "toThrowErrorMatchingSnapshot", Snapshot),
    ("expect()", "toThrowErrorMatchingInlineSnapshot", Snapshot),
    ("expect()", "toHaveScreenshot", Snapshot),
    ("", "expect", Begins),
    ("expect", "assertions", Begins),
    ("expect", "hasAssertions", Begins),
    ("expect", "extend", Begins),
    ("expect", "fail", Fail),
    ("assert", "equal", Equal),
    ("assert", "strictEqual", Equal),
    ("assert", "deepEqual", Equal),
    ("assert", "deepStrictEqual", Equal),
    ("assert", "notEqual", Compare),
    ("assert", "notStrictEqual", Compare),
    ("assert", "notDeepStrictEqual", Compare),
    ("assert", "match", Compare),
    ("assert", "doesNotMatch", Compare),
    ("assert", "include", Compare),
    ("assert", "instanceOf", Compare),
    ("assert", "lengthOf", Compare),
    ("assert", "ok", Condition),
    ("assert", "isTrue", Truth),
    ("assert", "isFalse", Truth),
    ("assert", "isNull", Truth),
    ("assert", "isNotNull", Truth),
    ("assert", "exists", Truth),
    ("assert", "throws", Raises),
    ("assert", "rejects", Raises),
    ("assert", "doesNotThrow", Truth),
    ("assert", "fail", Fail),
    ("", "assert", Condition),
    ("t", "is", Equal),
    ("t", "equal", Equal),
    ("t", "same", Equal),
    ("t", "deepEqual", Equal),
    ("t", "strictEqual", Equal),
    ("t", "true", Truth),
    ("t", "truthy", Truth),
    ("t", "ok", Truth),
    ("t", "throws", Raises),
    ("t", "snapshot", Snapshot),
];

/// `import a, * as b from "c"`, `import { d as e } from "c"`, `export * from "c"`.
fn imports(node: Node<'_>, source: &str, line: u32) -> Vec<Import> {
    let Some(path) = node
        .child_by_field_name("source")
        .map(|node| unquoted(text(node, source)))
    else {
        return Vec::new();
    };
    let word = |node: Node<'_>| text(node, source).to_owned();
    let one = |name: Option<String>, alias: Option<String>| Import {
        line,
        path: path.to_owned(),
        name,
        alias,
        relative: path.starts_with('.'),
    };
    let mut found = Vec::new();
    if let Some(clause) = child(node, "import_clause") {
        for part in clause.named_children() {
            match part.kind() {
                "identifier" => found.push(one(None, Some(word(part)))),
                "namespace_import" => found.push(one(None, inner(part).map(word))),
                _ => {
                    let taken = part
                        .named_children()
                        .filter(|one| one.kind() == "import_specifier");
                    found.extend(taken.map(|taken| {
                        let field = |name: &str| taken.child_by_field_name(name).map(word);
                        one(field("name"), field("alias"))
                    }));
                }
            }
        }
    }
    if found.is_empty() {
        found.push(one(None, None));
    }
    found
}

fn visibility(node: Node<'_>, name: &str, source: &str) -> Visibility {
    let kind = node.kind();
    let member = kind.contains("method") || kind.contains("field_definition") || kind == "property_signature";
    if name.starts_with('#') {
        return Visibility::Private;
    }
    if !member && kind != "property_identifier" && kind != "enum_assignment" {
        return Visibility::Private;
    }
    let word = node
        .named_children()
        .find(|child| child.kind() == "accessibility_modifier")
        .map_or("", |child| source.get(child.byte_range()).unwrap_or_default());
    match word {
        "private" => Visibility::Private,
        "protected" => Visibility::Restricted,
        _ => Visibility::Public,
    }
}

/// What a call opens: a group of tests, or a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opens {
    Group,
    Test,
}

/// The parts of a name such as `describe.each().skip`.
fn opens(call: &Call) -> Option<Opens> {
    let mut words = call.callee.split('.').map(|word| word.trim_end_matches("()"));
    let first = words.next()?;
    let groups = words.clone().any(|word| word == "describe" || word == "suite");
    match first {
        "describe" | "xdescribe" | "fdescribe" | "context" | "suite" => Some(Opens::Group),
        "it" | "test" | "xit" | "fit" | "xtest" | "specify" if groups => Some(Opens::Group),
        "it" | "test" | "xit" | "fit" | "xtest" | "specify" => {
            let known = words.clone().all(is_modifier);
            known.then_some(Opens::Test)
        }
        "Deno" if call.callee == "Deno.test" => Some(Opens::Test),
        "t" if call.callee == "t.test" => Some(Opens::Test),
        _ => None,
    }
}

fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "skip"
            | "only"
            | "todo"
            | "each"
            | "for"
            | "failing"
            | "fails"
            | "fail"
            | "concurrent"
            | "sequential"
            | "skipIf"
            | "runIf"
            | "fixme"
            | "serial"
            | "slow"
            | "extend"
            | "shuffle"
            | "parallel"
    )
}

struct Group {
    range: Range,
    name: String,
    dynamic: bool,
    table: bool,
    markers: Vec<Marker>,
    test: bool,
}

/// The tests of a file.
pub(crate) fn tests(draft: &Draft<'_>) -> Tests {
    let mut open: Vec<Group> = Vec::new();
    let mut tests: Vec<Test> = Vec::new();
    for call in &draft.calls {
        open.retain(|group| group.range.end > call.range.start);
        if let Some(marker) = inside(call, draft) {
            // `test.skip()` and `test.skip(condition, "why")` switch the test or group around them
            attach(marker, call, draft, &mut tests, &mut open);
            continue;
        }
        let Some(what) = opens(call) else { continue };
        let Some(body) = function(call, draft) else {
            // without a title it is `it.each(table)`, whose outer call has both
            if call.first_text().is_some() && what == Opens::Test && is_titled(call) {
                tests.push(test(call, Range::default(), &open, draft));
            }
            continue;
        };
        if !is_titled(call) {
            continue;
        }
        let markers = markers(call, draft);
        if what == Opens::Test {
            tests.push(test(call, body, &open, draft));
        }
        open.push(Group {
            range: call.range,
            name: title(call).0,
            dynamic: title(call).1,
            table: is_table(call),
            markers,
            test: what == Opens::Test,
        });
    }
    Tests {
        tests,
        markers: Vec::new(),
    }
}

fn is_titled(call: &Call) -> bool {
    !matches!(call.name(), "each" | "for" | "skipIf" | "runIf" | "extend") || call.callee.ends_with("()")
}

fn function(call: &Call, draft: &Draft<'_>) -> Option<Range> {
    let body = call.arguments.iter().rev().find(|one| {
        let text = draft.slice(one.range);
        let head = text.split('{').next().unwrap_or(text);
        text.starts_with("function") || text.starts_with("async") || head.contains("=>")
    });
    body.map(|one| one.range)
}

/// A title and whether a part of it is known only when it runs.
fn title(call: &Call) -> (String, bool) {
    let first = call.arguments.first();
    let text = first.and_then(|one| one.text.as_ref());
    let Some(text) = text else {
        return (String::new(), true);
    };
    if !is_table(call) {
        return (text.value.clone(), text.open);
    }
    let hole = text.value.find(['%', '$']).unwrap_or(text.value.len());
    let known = text.value.get(..hole).unwrap_or_default().to_owned();
    let open = text.open || hole < text.value.len();
    (known, open)
}

fn is_table(call: &Call) -> bool {
    call.callee.contains("each()") || call.callee.contains("for()")
}

fn test(call: &Call, body: Range, open: &[Group], draft: &Draft<'_>) -> Test {
    let (name, dynamic) = title(call);
    let inherited = open.iter().flat_map(|group| {
        let switched = group.markers.iter().cloned();
        switched.map(|one| Marker {
            inherited: true,
            ..one
        })
    });
    let table = is_table(call) || open.iter().any(|group| group.table);
    Test {
        title: None,
        groups: open.iter().map(|group| group.name.clone()).collect(),
        kind: if open.iter().any(|group| group.test) {
            TestKind::Subtest
        } else {
            TestKind::Case
        },
        parametrised: table,
        dynamic: dynamic || open.iter().any(|group| group.dynamic),
        range: call.range,
        name_at: call.range.start,
        body,
        markers: inherited.chain(markers(call, draft)).collect(),
        expects_exception: false,
        name,
    }
}

/// Switches in the name of a call and in its options.
fn markers(call: &Call, draft: &Draft<'_>) -> Vec<Marker> {
    let marker = |kind: MarkerKind, conditional: bool| Marker {
        kind,
        name: call.callee.clone(),
        line: draft.line(call.range.start),
        reason: None,
        conditional,
        inherited: false,
    };
    let mut found = Vec::new();
    for word in call.callee.split('.') {
        match word.trim_end_matches("()") {
            "skip" | "xit" | "xdescribe" | "xtest" | "fixme" => found.push(marker(MarkerKind::Skip, false)),
            "skipIf" | "runIf" => found.push(marker(MarkerKind::Skip, true)),
            "only" | "fit" | "fdescribe" => found.push(marker(MarkerKind::Only, false)),
            "todo" => found.push(marker(MarkerKind::Todo, false)),
            "failing" | "fails" | "fail" => found.push(marker(MarkerKind::ExpectedFailure, false)),
            _ => {}
        }
    }
    for option in call
        .arguments
        .iter()
        .filter(|one| draft.slice(one.range).starts_with('{'))
    {
        found.extend(from_options(option, draft, call));
    }
    found
}

/// `{ skip: true }`, `{ todo: "later" }`: the options of Node's test module, vitest and Deno.
fn from_options(option: &Argument, draft: &Draft<'_>, call: &Call) -> Vec<Marker> {
    let words: Vec<&str> = draft
        .tokens_in(option.range)
        .iter()
        .map(|token| draft.slice(token.range))
        .collect();
    let pairs = words.windows(3).filter_map(|window| match window {
        [key, ":", value] => Some((*key, *value)),
        _ => None,
    });
    let kinds = pairs.filter(|(_, value)| !matches!(*value, "false" | "undefined" | "null"));
    kinds
        .filter_map(|(key, value)| {
            let kind = match key {
                "skip" | "ignore" => MarkerKind::Skip,
                "only" => MarkerKind::Only,
                "todo" => MarkerKind::Todo,
                "fails" => MarkerKind::ExpectedFailure,
                _ => return None,
            };
            let text = value.starts_with(['"', '\'', '`']);
            Some(Marker {
                kind,
                name: format!("{}({{ {key} }})", call.callee),
                line: draft.line(option.range.start),
                reason: text.then(|| unquoted(value).to_owned()),
                conditional: !text && value != "true",
                inherited: false,
            })
        })
        .collect()
}

/// A switch called inside a body: `test.skip()`, `test.fixme(condition, "why")`.
fn inside(call: &Call, draft: &Draft<'_>) -> Option<Marker> {
    let kind = match call.callee.as_str() {
        "test.skip" | "test.fixme" | "it.skip" | "this.skip" | "t.skip" => MarkerKind::Skip,
        "t.todo" => MarkerKind::Todo,
        "test.fail" => MarkerKind::ExpectedFailure,
        "test.only" | "it.only" => MarkerKind::Only,
        _ => return None,
    };
    if function(call, draft).is_some() && call.arguments.first().is_some_and(|one| one.text.is_some()) {
        return None;
    }
    let titled = matches!(call.root(), "test" | "it");
    let only_title = titled && call.arguments.len() == 1 && call.first_text().is_some();
    (!only_title).then(|| Marker {
        kind,
        name: call.callee.clone(),
        line: draft.line(call.range.start),
        reason: call.first_text().map(|text| text.value.clone()),
        conditional: call.arguments.first().is_some_and(|one| one.text.is_none()),
        inherited: false,
    })
}

fn attach(mut marker: Marker, call: &Call, draft: &Draft<'_>, tests: &mut [Test], open: &mut [Group]) {
    let around = tests.iter_mut().rev().find(|test| test.body.contains(call.range));
    if let Some(test) = around {
        marker.conditional |= draft.is_conditional(call.range, test.body);
        test.markers.push(marker);
    } else if let Some(group) = open.last_mut() {
        group.markers.push(marker);
    }
}
