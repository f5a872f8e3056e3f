//! What are definitions, tests and assertions in Python?
//!
//! Tests as pytest and unittest find them: functions `test…` of a module, methods `test…` of classes `Test…` or of
//! descendants of `TestCase`. A function inside a function is no test, whatever its name.

use std::sync::OnceLock;

use crate::code::{
    assemble::{Test, Tests},
    assertions::{
        Name, Names,
        Rule::{Called, CalledWith, Compare, Condition, Equal, Fail, Raises, Snapshot, Truth},
    },
    draft::{Call, Decorator, Definition, Draft, Range},
    expressions::text,
    facts::{DefinitionKind, Import, Marker, MarkerKind, TestKind, Visibility},
    tree::{Grammar, Node, child},
};

pub(crate) static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_python::LANGUAGE.into(),
    queries: &[
        include_str!("python/definitions.scm"),
        include_str!("python/tests.scm"),
        include_str!("python/assertions.scm"),
        include_str!("python/imports.scm"),
        include_str!("python/texts.scm"),
    ],
    names: &NAMES,
    atoms: &["string_content", "string_start", "string_end"],
    blocks: &[
        "block",
        "expression_statement",
        "return_statement",
        "assert_statement",
        "raise_statement",
    ],
    docstrings: true,
    imports,
    visibility,
    compiled: OnceLock::new(),
};

pub(crate) static NAMES: Names = Names {
    assertions: ASSERTIONS,
    house: &["assert", "expect"],
    handles: &[],
    receivers: &[],
    message_first: false,
};

const ASSERTIONS: &[Name] = &[
    ("", "assertEqual", Equal),
    ("", "assertEquals", Equal),
    ("", "assertListEqual", Equal),
    ("", "assertDictEqual", Equal),
    ("", "assertSetEqual", Equal),
    ("", "assertTupleEqual", Equal),
    ("", "assertSequenceEqual", Equal),
    ("", "assertMultiLineEqual", Equal),
    ("", "assertCountEqual", Equal),
    ("", "assertIs", Equal),
    ("", "assertAlmostEqual", Compare),
    ("", "assertNotEqual", Compare),
    ("", "assertNotAlmostEqual", Compare),
    ("", "assertIsNot", Compare),
    ("", "assertIn", Compare),
    ("", "assertNotIn", Compare),
    ("", "assertIsInstance", Compare),
    ("", "assertNotIsInstance", Compare),
    ("", "assertGreater", Compare),
    ("", "assertGreaterEqual", Compare),
    ("", "assertLess", Compare),
    ("", "assertLessEqual", Compare),
    ("", "assertRegex", Compare),
    ("", "assertNotRegex", Compare),
    ("", "assertTrue", Condition),
    ("", "assertFalse", Condition),
    ("", "assertIsNone", Truth),
    ("", "assertIsNotNone", Truth),
    ("", "assertRaises", Raises),
    ("", "assertRaisesRegex", Raises),
    ("", "assertWarns", Raises),
    ("", "assertWarnsRegex", Raises),
    ("", "assertLogs", Raises),
    ("", "assertNoLogs", Truth),
    ("pytest", "raises", Raises),
    ("pytest", "warns", Raises),
    ("pytest", "deprecated_call", Raises),
    ("pytest", "fail", Fail),
    ("self", "fail", Fail),
    ("", "assert_called_with", CalledWith),
    ("", "assert_called_once_with", CalledWith),
    ("", "assert_any_call", CalledWith),
    ("", "assert_has_calls", CalledWith),
    ("", "assert_awaited_with", CalledWith),
    ("", "assert_awaited_once_with", CalledWith),
    ("", "assert_called", Called),
    ("", "assert_called_once", Called),
    ("", "assert_not_called", Called),
    ("", "assert_awaited", Called),
    ("", "assert_awaited_once", Called),
    ("", "assert_not_awaited", Called),
    ("", "assert_array_equal", Equal),
    ("", "assert_frame_equal", Equal),
    ("", "assert_series_equal", Equal),
    ("", "assert_allclose", Compare),
    ("", "assert_almost_equal", Compare),
    ("", "assert_match", Snapshot),
];

/// `import a.b as c` and `from .a import b as c`.
fn imports(node: Node<'_>, source: &str, line: u32) -> Vec<Import> {
    let word = |node: Node<'_>| text(node, source).to_owned();
    let module = node.child_by_field_name("module_name").map(word);
    let one = |taken: String, alias: Option<String>| match &module {
        None => Import {
            line,
            path: taken,
            name: None,
            alias,
            relative: false,
        },
        Some(path) => Import {
            line,
            path: path.clone(),
            name: Some(taken),
            alias,
            relative: path.starts_with('.'),
        },
    };
    let named = node.children_by_field_name("name").map(|taken| {
        match (
            taken.child_by_field_name("name"),
            taken.child_by_field_name("alias"),
        ) {
            (Some(name), alias) => one(word(name), alias.map(word)),
            (None, _) => one(word(taken), None),
        }
    });
    let mut found: Vec<Import> = named.collect();
    found.extend(child(node, "wildcard_import").map(|_| one("*".to_owned(), None)));
    found
}

fn visibility(_: Node<'_>, name: &str, _: &str) -> Visibility {
    let special = name.starts_with("__") && name.ends_with("__");
    if name.starts_with('_') && !special {
        Visibility::Private
    } else {
        Visibility::Public
    }
}

/// A class around a method.
struct Class<'d> {
    definition: &'d Definition,
    is_test: bool,
}

/// The tests of a module.
pub(crate) fn tests(draft: &Draft<'_>) -> Tests {
    let whole = whole_file(draft);
    let mut around: Vec<(Range, Option<Class<'_>>)> = Vec::new();
    let mut tests = Vec::new();
    for definition in &draft.definitions {
        around.retain(|(range, _)| range.end > definition.range.start);
        let classes: Option<Vec<&Class<'_>>> = around.iter().map(|(_, class)| class.as_ref()).collect();
        if definition.kind == DefinitionKind::Class {
            let is_test = is_test_class(definition, draft);
            around.push((definition.whole(), Some(Class { definition, is_test })));
        } else if definition.kind == DefinitionKind::Function {
            if let Some(classes) = classes
                && is_test(definition, &classes)
            {
                tests.push(test(definition, &classes, &whole, draft));
            }
            around.push((definition.whole(), None));
        }
    }
    Tests {
        tests,
        markers: whole,
    }
}

fn is_test(definition: &Definition, classes: &[&Class<'_>]) -> bool {
    let fixture = definition
        .decorators
        .iter()
        .any(|one| one.last() == "fixture" || one.last() == "property");
    let named = definition.name.starts_with("test");
    named && !fixture && classes.iter().all(|class| class.is_test)
}

fn is_test_class(definition: &Definition, draft: &Draft<'_>) -> bool {
    let unit = definition
        .bases
        .iter()
        .any(|base| base.contains("TestCase") || base.ends_with("Test") || base.ends_with("Tests"));
    let first = draft
        .definitions
        .partition_point(|one| one.whole().start < definition.range.start);
    let inside = draft.definitions.iter().skip(first);
    let inside = inside.take_while(|one| one.whole().start < definition.range.end);
    // a class inside one of the tests may make itself as it likes
    let mut behind = 0;
    let mut own = inside.filter(|inner| inner.range.start > definition.range.start);
    let makes_itself = own.any(|inner| {
        let is_own = inner.range.start >= behind;
        behind = behind.max(inner.range.end);
        is_own && inner.name == "__init__" && inner.kind == DefinitionKind::Function
    });
    unit || definition.name.starts_with("Test") && !makes_itself
}

fn test(definition: &Definition, classes: &[&Class<'_>], whole: &[Marker], draft: &Draft<'_>) -> Test {
    let groups = classes.iter().map(|class| class.definition.name.clone());
    let mut markers: Vec<Marker> = whole.to_vec();
    let mut decorators: Vec<&Decorator> = definition.decorators.iter().collect();
    for class in classes {
        let on_class = class.definition.decorators.iter();
        markers.extend(on_class.clone().filter_map(|one| marker(one, draft, true)));
        decorators.extend(on_class);
    }
    markers.extend(
        definition
            .decorators
            .iter()
            .filter_map(|one| marker(one, draft, false)),
    );
    let body = definition.body.unwrap_or_default();
    let calls = draft.calls_in(body).iter();
    markers.extend(calls.filter_map(|call| called(call, body, draft)));
    let parametrised = decorators.iter().any(|one| {
        matches!(
            one.last(),
            "parametrize" | "expand" | "data" | "parameterized_class"
        )
    });
    let property = definition.decorators.iter().any(|one| one.last() == "given");
    Test {
        name: definition.name.clone(),
        title: None,
        groups: groups.collect(),
        kind: if property {
            TestKind::Property
        } else {
            TestKind::Case
        },
        parametrised,
        dynamic: false,
        range: definition.whole(),
        name_at: definition.name_at,
        body,
        markers,
        expects_exception: false,
    }
}

fn marker(decorator: &Decorator, draft: &Draft<'_>, inherited: bool) -> Option<Marker> {
    let (kind, conditional) = match decorator.last() {
        "skip" | "skipTest" => (MarkerKind::Skip, false),
        "skipif" | "skipIf" | "skipUnless" => (MarkerKind::Skip, true),
        "xfail" => (
            MarkerKind::ExpectedFailure,
            !decorator.arguments.iter().all(|one| one.keyword.is_some()),
        ),
        "expectedFailure" => (MarkerKind::ExpectedFailure, false),
        _ => return None,
    };
    Some(Marker {
        kind,
        name: decorator.name.clone(),
        line: draft.line(decorator.at),
        reason: decorator.reason(),
        conditional,
        inherited,
    })
}

/// Switches that the body throws: `pytest.skip("…")`.
fn called(call: &Call, body: Range, draft: &Draft<'_>) -> Option<Marker> {
    let kind = match call.callee.as_str() {
        "pytest.skip" | "self.skipTest" | "unittest.SkipTest" | "SkipTest" | "pytest.importorskip" => {
            MarkerKind::Skip
        }
        "pytest.xfail" => MarkerKind::ExpectedFailure,
        _ => return None,
    };
    let needs = call.callee == "pytest.importorskip";
    Some(Marker {
        kind,
        name: call.callee.clone(),
        line: draft.line(call.range.start),
        reason: call
            .keyword("reason")
            .and_then(|one| one.text.as_ref())
            .or_else(|| call.first_text())
            .map(|text| text.value.clone()),
        conditional: needs || draft.is_conditional(call.range, body),
        inherited: false,
    })
}

/// Switches on the module: `pytestmark = …`, `pytest.skip(…, allow_module_level=True)`, `pytest.importorskip(…)`.
fn whole_file(draft: &Draft<'_>) -> Vec<Marker> {
    let everything = Range::new(0, draft.text.len());
    let in_function = |call: &Call| {
        draft
            .definitions
            .iter()
            .any(|one| one.kind == DefinitionKind::Function && one.whole().contains(call.range))
    };
    let marks: Vec<Range> = draft
        .definitions
        .iter()
        .filter(|one| one.name == "pytestmark")
        .filter_map(|one| one.body)
        .collect();
    let mut markers = Vec::new();
    for call in &draft.calls {
        let in_mark = marks.iter().any(|range| range.contains(call.range));
        let at_module = call.keyword("allow_module_level").is_some() || call.callee == "pytest.importorskip";
        if in_mark {
            let decorator = Decorator {
                at: call.range.start,
                name: call.callee.clone(),
                inside: String::new(),
                arguments: call.arguments.clone(),
            };
            markers.extend(marker(&decorator, draft, true));
        } else if at_module && !in_function(call) {
            let found = called(call, everything, draft);
            markers.extend(found.map(|one| Marker {
                inherited: true,
                ..one
            }));
        }
    }
    let bare = marks
        .iter()
        .filter(|range| draft.slice(**range) == "pytest.mark.skip");
    markers.extend(bare.map(|range| Marker {
        kind: MarkerKind::Skip,
        name: "pytest.mark.skip".to_owned(),
        line: draft.line(range.start),
        reason: None,
        conditional: false,
        inherited: true,
    }));
    markers
}
