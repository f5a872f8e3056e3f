//! What are definitions, tests and assertions in Java?
//!
//! Tests as JUnit 3, 4 and 5 and TestNG find them: by annotation, or by the name in a descendant of `TestCase`.

use std::sync::OnceLock;

use crate::code::{
    assemble::{Test, Tests},
    assertions::{
        Name, Names,
        Rule::{Begins, CalledWith, Compare, Condition, Equal, Fail, Matcher, Raises, Truth},
    },
    draft::{Call, Decorator, Definition, Draft, Range},
    expressions::{inner, text},
    facts::{DefinitionKind, Import, Marker, MarkerKind, TestKind, Visibility},
    tree::{Grammar, Node, child},
};

pub(crate) static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_java::LANGUAGE.into(),
    queries: &[
        include_str!("java/definitions.scm"),
        include_str!("java/tests.scm"),
        include_str!("java/assertions.scm"),
        include_str!("java/imports.scm"),
        include_str!("java/texts.scm"),
    ],
    names: &NAMES,
    atoms: &["string_literal", "character_literal"],
    blocks: &[],
    docstrings: false,
    imports,
    visibility,
    compiled: OnceLock::new(),
};

pub(crate) static NAMES: Names = Names {
    assertions: ASSERTIONS,
    house: &["assert", "expect"],
    handles: &[],
    receivers: &[],
    message_first: true,
};

const ASSERTIONS: &[Name] = &[
    ("", "assertEquals", Equal),
    ("", "assertArrayEquals", Equal),
    ("", "assertIterableEquals", Equal),
    ("", "assertLinesMatch", Equal),
    ("", "assertSame", Equal),
    ("", "assertNotEquals", Compare),
    ("", "assertNotSame", Compare),
    ("", "assertInstanceOf", Compare),
    ("", "assertTrue", Condition),
    ("", "assertFalse", Condition),
    ("", "assertNull", Truth),
    ("", "assertNotNull", Truth),
    ("", "assertDoesNotThrow", Truth),
    ("", "assertThrows", Raises),
    ("", "assertThrowsExactly", Raises),
    ("", "assertThatThrownBy", Raises),
    ("", "assertThatExceptionOfType", Raises),
    ("", "assertAll", Begins),
    ("", "assertThat", Matcher),
    ("", "fail", Fail),
    ("", "verify", CalledWith),
    ("assertThat()", "isEqualTo", Equal),
    ("assertThat()", "isSameAs", Equal),
    ("assertThat()", "containsExactly", Equal),
    ("assertThat()", "containsExactlyInAnyOrder", Equal),
    ("assertThat()", "hasToString", Equal),
    ("assertThat()", "isNotEqualTo", Compare),
    ("assertThat()", "contains", Compare),
    ("assertThat()", "doesNotContain", Compare),
    ("assertThat()", "containsEntry", Compare),
    ("assertThat()", "containsOnly", Equal),
    ("assertThat()", "startsWith", Compare),
    ("assertThat()", "endsWith", Compare),
    ("assertThat()", "matches", Compare),
    ("assertThat()", "hasSize", Compare),
    ("assertThat()", "isEmpty", Compare),
    ("assertThat()", "isGreaterThan", Compare),
    ("assertThat()", "isLessThan", Compare),
    ("assertThat()", "isBetween", Compare),
    ("assertThat()", "isInstanceOf", Compare),
    ("assertThat()", "hasMessage", Compare),
    ("assertThat()", "hasMessageContaining", Compare),
    ("assertThat()", "isNotEmpty", Truth),
    ("assertThat()", "isNull", Truth),
    ("assertThat()", "isNotNull", Truth),
    ("assertThat()", "isTrue", Truth),
    ("assertThat()", "isFalse", Truth),
    ("assertThat()", "isPresent", Truth),
    ("assertThatThrownBy()", "isInstanceOf", Compare),
    ("assertThatThrownBy()", "hasMessage", Compare),
];

/// `import a.b.C;`, `import static a.b.C.d;` and `import a.b.*;`
fn imports(node: Node<'_>, source: &str, line: u32) -> Vec<Import> {
    let path = inner(node).map(|path| text(path, source).to_owned());
    let one = |path: String| Import {
        line,
        path,
        name: child(node, "asterisk").map(|_| "*".to_owned()),
        alias: None,
        relative: false,
    };
    path.into_iter().map(one).collect()
}

fn visibility(node: Node<'_>, _: &str, source: &str) -> Visibility {
    let modifiers = node.named_children().find(|child| child.kind() == "modifiers");
    let text = modifiers.map_or("", |node| source.get(node.byte_range()).unwrap_or_default());
    let has = |word: &str| text.split_whitespace().any(|one| one == word);
    if has("public") || node.kind() == "enum_constant" || node.kind() == "constant_declaration" {
        Visibility::Public
    } else if has("private") {
        Visibility::Private
    } else {
        Visibility::Restricted
    }
}

/// The tests of a file.
pub(crate) fn tests(draft: &Draft<'_>) -> Tests {
    let mut around: Vec<&Definition> = Vec::new();
    let mut tests = Vec::new();
    for definition in &draft.definitions {
        around.retain(|one| one.range.end > definition.range.start);
        if definition.kind.is_scope() {
            around.push(definition);
        } else if definition.kind == DefinitionKind::Function
            && let Some(kind) = kind(definition, &around)
        {
            tests.push(test(definition, kind, &around, draft));
        }
    }
    Tests {
        tests,
        markers: Vec::new(),
    }
}

fn kind(definition: &Definition, around: &[&Definition]) -> Option<TestKind> {
    let by_annotation = definition.decorators.iter().find_map(|one| match one.last() {
        "Test" | "ParameterizedTest" | "RepeatedTest" | "TestTemplate" | "CartesianTest" => {
            Some(TestKind::Case)
        }
        "TestFactory" => Some(TestKind::Factory),
        "Property" | "FuzzTest" | "Example" => Some(TestKind::Property),
        _ => None,
    });
    let old_style = around.last().is_some_and(|class| {
        let descends = class.bases.iter().any(|base| base.ends_with("TestCase"));
        descends && definition.name.starts_with("test") && definition.parameters.is_empty()
    });
    by_annotation.or_else(|| old_style.then_some(TestKind::Case))
}

fn test(definition: &Definition, kind: TestKind, around: &[&Definition], draft: &Draft<'_>) -> Test {
    let body = definition.body.unwrap_or_default();
    let mut markers: Vec<Marker> = Vec::new();
    for class in around {
        markers.extend(class.decorators.iter().filter_map(|one| marker(one, draft, true)));
    }
    markers.extend(
        definition
            .decorators
            .iter()
            .filter_map(|one| marker(one, draft, false)),
    );
    markers.extend(
        draft
            .calls_in(body)
            .iter()
            .filter_map(|call| assumed(call, draft)),
    );
    let named = |name: &str| definition.decorators.iter().find(|one| one.last() == name);
    let title = named("DisplayName").and_then(Decorator::reason);
    let many = [
        "ParameterizedTest",
        "RepeatedTest",
        "TestFactory",
        "TestTemplate",
        "CartesianTest",
    ];
    let provided = named("Test").is_some_and(|one| one.keyword("dataProvider").is_some());
    Test {
        name: definition.name.clone(),
        title,
        groups: around.iter().map(|class| class.name.clone()).collect(),
        kind,
        parametrised: provided || many.iter().any(|name| named(name).is_some()),
        dynamic: false,
        range: definition.range,
        name_at: definition.name_at,
        body: Range { ..body },
        markers,
        expects_exception: named("Test").is_some_and(|one| {
            one.keyword("expected").is_some() || one.keyword("expectedExceptions").is_some()
        }),
    }
}

fn marker(decorator: &Decorator, draft: &Draft<'_>, inherited: bool) -> Option<Marker> {
    let name = decorator.last();
    let switched_off = decorator
        .keyword("enabled")
        .is_some_and(|one| one.literal.as_deref() == Some("false"));
    let conditional = match name {
        "Disabled" | "Ignore" => false,
        "Test" if switched_off => false,
        _ if name.starts_with("DisabledOn")
            || name.starts_with("DisabledIf")
            || name.starts_with("DisabledFor")
            || name.starts_with("EnabledOn")
            || name.starts_with("EnabledIf")
            || name.starts_with("EnabledFor") =>
        {
            true
        }
        _ => return None,
    };
    Some(Marker {
        kind: MarkerKind::Skip,
        name: decorator.name.clone(),
        line: draft.line(decorator.at),
        reason: decorator.reason().filter(|_| name != "Test"),
        conditional,
        inherited,
    })
}

/// `assumeTrue(…)` skips the rest of a test where its condition does not hold.
fn assumed(call: &Call, draft: &Draft<'_>) -> Option<Marker> {
    let assumes = call.name().starts_with("assume");
    let never = call.arguments.first().and_then(|one| one.literal.as_deref()) == Some("false");
    assumes.then(|| Marker {
        kind: MarkerKind::Skip,
        name: call.callee.clone(),
        line: draft.line(call.range.start),
        reason: call.first_text().map(|text| text.value.clone()),
        conditional: !never,
        inherited: false,
    })
}
