//! What are definitions, tests and assertions in Go?
//!
//! Tests as `go test` finds them: functions `TestXxx(*testing.T)`, `FuzzXxx`, `ExampleXxx`, methods `TestXxx` of suites,
//! and cases begun by `t.Run`. An assertion is mostly a condition with `t.Error` behind it.

use std::sync::OnceLock;

use crate::code::{
    assemble::{Test, Tests},
    assertions::{
        Name, Names,
        Rule::{
            Begins, Called, CalledWith, Compare, Condition, Equal, Fail, Matcher, Raises, Snapshot, Truth,
        },
    },
    draft::{Call, Definition, Draft, Range},
    expressions::text,
    facts::{DefinitionKind, Import, Marker, MarkerKind, TestKind, Visibility},
    literals::unquoted,
    tree::{Grammar, Node},
};

pub(crate) static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_go::LANGUAGE.into(),
    queries: &[
        include_str!("go/definitions.scm"),
        include_str!("go/tests.scm"),
        include_str!("go/assertions.scm"),
        include_str!("go/imports.scm"),
        include_str!("go/texts.scm"),
    ],
    names: &NAMES,
    atoms: &["interpreted_string_literal", "raw_string_literal", "rune_literal"],
    blocks: &[
        "return_statement",
        "expression_statement",
        "short_var_declaration",
        "assignment_statement",
    ],
    docstrings: false,
    imports,
    visibility,
    compiled: OnceLock::new(),
};

pub(crate) static NAMES: Names = Names {
    assertions: ASSERTIONS,
    house: &["assert", "Assert", "expect", "require", "Require"],
    handles: &["t", "tb", "b", "s.T()", "suite.T()", "f", "tt", "c"],
    receivers: &[
        "assert", "require", "is", "be", "must", "check", "expect", "golden", "snaps", "qt", "t", "tb", "b",
        "f", "g", "c", "s", "ts", "suite", "a", "r", "req", "ass", "tt", "test",
    ],
    message_first: false,
};

const ASSERTIONS: &[Name] = &[
    ("", "Errorf", Fail),
    ("t", "Error", Fail),
    ("tb", "Error", Fail),
    ("t", "Fatal", Fail),
    ("tb", "Fatal", Fail),
    ("t", "Fatalf", Fail),
    ("tb", "Fatalf", Fail),
    ("", "Fail", Fail),
    ("", "Failf", Fail),
    ("", "FailNow", Fail),
    ("", "FailNowf", Fail),
    ("", "Equal", Equal),
    ("", "Equalf", Equal),
    ("", "EqualValues", Equal),
    ("", "Exactly", Equal),
    ("", "JSONEq", Equal),
    ("", "YAMLEq", Equal),
    ("", "ElementsMatch", Equal),
    ("", "EqualError", Equal),
    ("", "NotEqual", Compare),
    ("", "Contains", Compare),
    ("", "NotContains", Compare),
    ("", "Subset", Compare),
    ("", "Len", Compare),
    ("", "Empty", Compare),
    ("", "NotEmpty", Truth),
    ("", "Greater", Compare),
    ("", "GreaterOrEqual", Compare),
    ("", "Less", Compare),
    ("", "LessOrEqual", Compare),
    ("", "InDelta", Compare),
    ("", "InEpsilon", Compare),
    ("", "WithinDuration", Compare),
    ("", "Regexp", Compare),
    ("", "IsType", Compare),
    ("", "Implements", Compare),
    ("", "ErrorIs", Compare),
    ("", "ErrorAs", Compare),
    ("", "ErrorContains", Compare),
    ("assert", "Error", Truth),
    ("require", "Error", Truth),
    ("", "NoError", Truth),
    ("", "NilError", Truth),
    ("", "Nil", Truth),
    ("", "NotNil", Truth),
    ("", "Zero", Truth),
    ("", "NotZero", Truth),
    ("", "True", Condition),
    ("", "False", Condition),
    ("assert", "Assert", Condition),
    ("", "Require", Begins),
    ("s", "Assert", Begins),
    ("", "Assert", Matcher),
    ("", "Panics", Raises),
    ("", "PanicsWithValue", Raises),
    ("", "NotPanics", Truth),
    ("", "Eventually", Compare),
    ("", "EventuallyWithT", Compare),
    ("", "Never", Compare),
    ("", "AssertExpectations", Called),
    ("", "AssertCalled", CalledWith),
    ("", "AssertNotCalled", Called),
    ("", "AssertNumberOfCalls", CalledWith),
    ("snaps", "MatchSnapshot", Snapshot),
    ("golden", "Assert", Snapshot),
];

/// `alias "path"`.
fn imports(node: Node<'_>, source: &str, line: u32) -> Vec<Import> {
    let field = |name: &str| node.child_by_field_name(name).map(|node| text(node, source));
    let Some(path) = field("path").map(unquoted) else {
        return Vec::new();
    };
    vec![Import {
        line,
        path: path.to_owned(),
        name: None,
        alias: field("name").map(str::to_owned),
        relative: path.starts_with('.'),
    }]
}

fn visibility(_: Node<'_>, name: &str, _: &str) -> Visibility {
    if name.chars().next().is_some_and(char::is_uppercase) {
        Visibility::Public
    } else {
        Visibility::Private
    }
}

/// The tests of a file.
pub(crate) fn tests(draft: &Draft<'_>) -> Tests {
    let mut tests = Vec::new();
    let whole = build_tags(draft);
    for definition in &draft.definitions {
        let Some(kind) = kind(definition) else { continue };
        let body = definition.body.unwrap_or_default();
        let mut markers = whole.clone();
        markers.extend(skips(body, body, draft));
        let mut groups: Vec<String> = definition.owner.iter().cloned().collect();
        tests.push(Test {
            name: definition.name.clone(),
            title: None,
            groups: groups.clone(),
            kind,
            parametrised: false,
            dynamic: false,
            range: definition.range,
            name_at: definition.name_at,
            body,
            markers: markers.clone(),
            expects_exception: false,
        });
        groups.push(definition.name.clone());
        tests.extend(subtests(body, &groups, &markers, draft));
    }
    Tests {
        tests,
        markers: whole,
    }
}

fn kind(definition: &Definition) -> Option<TestKind> {
    if definition.kind != DefinitionKind::Function || definition.body.is_none() {
        return None;
    }
    let begins = |word: &str| {
        let rest = definition.name.strip_prefix(word)?;
        let next = rest.chars().next();
        next.is_none_or(|next| !next.is_lowercase()).then_some(())
    };
    let parameters = definition.parameters.len();
    let suite = definition
        .owner
        .as_ref()
        .is_some_and(|owner| owner.ends_with("Suite") || owner.ends_with("TestSuite"));
    match definition.owner {
        Some(_) => (suite && parameters == 0 && begins("Test").is_some()).then_some(TestKind::Case),
        None if definition.name == "TestMain" => None,
        None if parameters == 1 && begins("Test").is_some() => Some(TestKind::Case),
        None if parameters == 1 && begins("Fuzz").is_some() => Some(TestKind::Property),
        None if parameters == 0 && begins("Example").is_some() => Some(TestKind::Example),
        None => None,
    }
}

/// Cases begun inside a test, outer before inner.
fn subtests(body: Range, groups: &[String], markers: &[Marker], draft: &Draft<'_>) -> Vec<Test> {
    let mut open: Vec<(Range, String)> = Vec::new();
    let mut found: Vec<Test> = Vec::new();
    for call in draft.calls_in(body) {
        let [name, run] = call.arguments.as_slice() else {
            continue;
        };
        if call.name() != "Run" || !draft.slice(run.range).starts_with("func(") {
            continue;
        }
        open.retain(|(range, _)| range.end > call.range.start);
        let literal = name.text.as_ref();
        let title = literal.map_or_else(String::new, |text| subtest_name(&text.value));
        let inner = run.range;
        let mut own: Vec<Marker> = markers
            .iter()
            .map(|one| Marker {
                inherited: true,
                ..one.clone()
            })
            .collect();
        own.extend(skips(inner, inner, draft));
        found.push(Test {
            name: title.clone(),
            title: literal.map(|text| text.value.clone()),
            groups: groups
                .iter()
                .cloned()
                .chain(open.iter().map(|(_, name)| name.clone()))
                .collect(),
            kind: TestKind::Subtest,
            parametrised: literal.is_none(),
            dynamic: literal.is_none_or(|text| text.open),
            range: call.range,
            name_at: call.range.start,
            body: inner,
            markers: own,
            expects_exception: false,
        });
        open.push((call.range, title));
    }
    found
}

/// As the testing package rewrites a title: blanks become underscores.
pub(crate) fn subtest_name(title: &str) -> String {
    title
        .chars()
        .map(|letter| if letter.is_whitespace() { '_' } else { letter })
        .collect()
}

/// Skips called directly in a body, not in a case inside it.
fn skips(range: Range, body: Range, draft: &Draft<'_>) -> Vec<Marker> {
    let mut inner: Vec<Range> = Vec::new();
    let mut found = Vec::new();
    for call in draft.calls_in(range) {
        if call.name() == "Run" {
            inner.push(call.range);
        }
        if inner.iter().any(|one| one.contains(call.range)) || !is_skip(call) {
            continue;
        }
        found.push(Marker {
            kind: MarkerKind::Skip,
            name: call.callee.clone(),
            line: draft.line(call.range.start),
            reason: call.first_text().map(|text| text.value.clone()),
            conditional: draft.is_conditional(call.range, body),
            inherited: false,
        });
    }
    found
}

fn is_skip(call: &Call) -> bool {
    matches!(call.name(), "Skip" | "Skipf" | "SkipNow") && !matches!(call.root(), "" | "_")
}

/// A build tag switches the whole file.
fn build_tags(draft: &Draft<'_>) -> Vec<Marker> {
    let tags = draft
        .comments
        .iter()
        .map(|range| (*range, draft.slice(*range)))
        .filter_map(|(range, text)| Some((range, text.strip_prefix("//go:build ")?)));
    tags.map(|(range, tag)| Marker {
        kind: MarkerKind::Skip,
        name: "go:build".to_owned(),
        line: draft.line(range.start),
        reason: Some(tag.trim().to_owned()),
        conditional: true,
        inherited: true,
    })
    .collect()
}
