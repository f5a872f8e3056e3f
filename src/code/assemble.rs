//! Whose is what: which definition stands in which, and which assertion belongs to which test?

use std::collections::{BTreeMap, BTreeSet};

use super::{
    draft::{self, Draft, Range},
    facts::{
        Assertion, AssertionKind, Call, Definition, DefinitionKind, FileFacts, Helper, Marker, Strength,
        TestDefinition, TestKind, Tokens, Visibility,
    },
};

/// A test before its assertions are known.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) kind: TestKind,
    pub(crate) parametrised: bool,
    pub(crate) dynamic: bool,
    /// With decorators.
    pub(crate) range: Range,
    pub(crate) name_at: u32,
    pub(crate) body: Range,
    pub(crate) markers: Vec<Marker>,
    pub(crate) expects_exception: bool,
}

/// What a language finds in a draft.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tests {
    pub(crate) tests: Vec<Test>,
    /// Switches on the whole file.
    pub(crate) markers: Vec<Marker>,
}

/// Facts from a sorted draft.
pub(crate) fn facts(draft: &Draft<'_>, found: Tests, separator: &str) -> FileFacts {
    let definitions = definitions(draft, separator);
    let owners = owners(draft, &found.tests);
    let asserting = helpers(draft, &definitions, &found.tests, &owners);
    let mut tests: Vec<TestDefinition> = Vec::with_capacity(found.tests.len());
    for (index, test) in found.tests.iter().enumerate() {
        tests.push(test_facts(draft, index, test, &owners, &asserting));
    }
    tests.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)));
    let spans = |ranges: &[Range]| ranges.iter().map(|range| draft.span(*range)).collect();
    FileFacts {
        lines: draft.lines(),
        helpers: asserting.listed(&definitions).into(),
        definitions: definitions.into(),
        tests: tests.into(),
        markers: found.markers.into(),
        imports: draft.imports.clone().into(),
        calls: draft
            .calls
            .iter()
            .filter(|call| !call.hidden)
            .map(|call| one_call(draft, call))
            .collect(),
        comments: spans(&draft.comments),
        strings: spans(&draft.strings),
        docstrings: spans(&draft.docstrings),
        errors: draft
            .errors
            .iter()
            .take(crate::limits::PARSE_ERRORS)
            .cloned()
            .collect(),
        tokens: tokens(draft).into(),
    }
}

fn tokens(draft: &Draft<'_>) -> Tokens {
    let tokens = draft.tokens.iter().scan(1, |line, token| {
        *line = draft.line_from(*line, token.range.start);
        Some((token.hash, *line))
    });
    tokens.collect()
}

fn one_call(draft: &Draft<'_>, call: &draft::Call) -> Call {
    let keywords = call.arguments.iter().filter_map(|one| one.keyword.clone());
    Call {
        line: draft.line(call.range.start),
        callee: call.callee.clone(),
        positional: u16::try_from(call.positional().count()).unwrap_or(u16::MAX),
        keywords: keywords.collect(),
        spread: call.arguments.iter().any(|one| one.spread),
    }
}

/// What stands open while the file is read from top to bottom.
struct Open {
    end: u32,
    name: String,
    kind: Option<DefinitionKind>,
    /// What is inside is as visible as this, whatever it says itself.
    gives: Option<Visibility>,
}

/// Definitions with their qualified names. Definitions and scopes are sorted outer before inner.
fn definitions(draft: &Draft<'_>, separator: &str) -> Vec<Definition> {
    let mut open: Vec<Open> = Vec::new();
    let mut scopes = draft.scopes.iter().peekable();
    let mut found = Vec::with_capacity(draft.definitions.len());
    for definition in &draft.definitions {
        let whole = definition.whole();
        while let Some(scope) = scopes.next_if(|scope| scope.range.start <= whole.start) {
            open.retain(|one| one.end > scope.range.start);
            open.push(Open {
                end: scope.range.end,
                name: scope.name.clone(),
                kind: None,
                gives: scope.of_trait.then_some(Visibility::Public),
            });
        }
        open.retain(|one| one.end > whole.start);
        let around = open
            .iter()
            .map(|one| one.name.as_str())
            .chain(definition.owner.as_deref());
        let qualified: Vec<&str> = around.chain([definition.name.as_str()]).collect();
        let local = open
            .iter()
            .any(|one| one.kind.is_some_and(DefinitionKind::is_function));
        let in_class = open
            .last()
            .is_some_and(|one| one.kind == Some(DefinitionKind::Class));
        let in_type = match open.last().map(|one| one.kind) {
            Some(None) => true,
            Some(Some(kind)) => kind.is_scope() && kind != DefinitionKind::Module,
            None => definition.owner.is_some(),
        };
        if local && definition.kind == DefinitionKind::Constant {
            continue;
        }
        let is_method = in_type && definition.kind == DefinitionKind::Function;
        let is_field = in_type && definition.kind == DefinitionKind::Constant && in_class;
        let kind = match (is_method, is_field) {
            (true, _) => DefinitionKind::Method,
            (false, true) => DefinitionKind::Field,
            (false, false) => definition.kind,
        };
        let around = open.last();
        let shares = |one: &&Open| one.kind != Some(DefinitionKind::Enum) || kind == DefinitionKind::Variant;
        let given = around.filter(shares).and_then(|one| one.gives);
        let mut one = one_definition(draft, definition, kind, qualified.join(separator), local);
        one.visibility = given.unwrap_or(one.visibility);
        let gives = matches!(
            kind,
            DefinitionKind::Trait | DefinitionKind::Interface | DefinitionKind::Enum
        );
        let inside = gives.then_some(one.visibility);
        found.push(one);
        if !kind.is_function() && !kind.is_scope() {
            continue;
        }
        open.push(Open {
            end: whole.end,
            name: definition.name.clone(),
            kind: Some(kind),
            gives: inside,
        });
    }
    found
}

fn one_definition(
    draft: &Draft<'_>,
    definition: &draft::Definition,
    kind: DefinitionKind,
    qualified: String,
    local: bool,
) -> Definition {
    let header = Range {
        start: definition.range.start,
        end: definition.body.map_or(definition.range.end, |body| body.start),
    };
    // a constant or a field is what follows its name; a function without a body has none
    let rest = Range {
        start: definition.name_at.saturating_add(1),
        end: definition.range.end,
    };
    let body = definition.body.or((!kind.is_function()).then_some(rest));
    let (body, size) = draft.digest(body.unwrap_or_default());
    Definition {
        name: definition.name.clone(),
        qualified,
        kind,
        visibility: definition.visibility,
        local,
        parameters: definition.parameters.clone(),
        returns: definition.returns.clone(),
        signature: draft.normal(header),
        decorators: definition.decorators.iter().map(|one| one.name.clone()).collect(),
        span: draft.span(definition.whole()),
        header: draft.line(definition.name_at),
        body,
        size,
    }
}

/// Which assertions and calls of the draft have which test as the innermost around them.
struct Owners {
    /// For each test, its own assertions.
    assertions: Vec<Vec<usize>>,
    /// For each test, its own calls.
    calls: Vec<Vec<usize>>,
    /// For each assertion, whether it stands in no test.
    free: Vec<bool>,
}

fn owners(draft: &Draft<'_>, tests: &[Test]) -> Owners {
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by_key(|index| {
        tests
            .get(*index)
            .map(|test| (test.range.start, std::cmp::Reverse(test.range.end)))
    });
    let innermost = |ranges: &mut dyn Iterator<Item = Range>| {
        let mut open: Vec<usize> = Vec::new();
        let mut waiting = order.iter().copied().peekable();
        let mut found = Vec::new();
        for range in ranges {
            let starts = |index: &usize| {
                tests
                    .get(*index)
                    .is_some_and(|test| test.range.start <= range.start)
            };
            while let Some(index) = waiting.next_if(starts) {
                open.push(index);
            }
            open.retain(|index| tests.get(*index).is_some_and(|test| test.range.end > range.start));
            let around = open
                .iter()
                .rev()
                .find(|index| tests.get(**index).is_some_and(|test| test.body.contains(range)));
            found.push(around.copied());
        }
        found
    };
    let assertions = innermost(&mut draft.assertions.iter().map(|one| one.range));
    let calls = innermost(&mut draft.calls.iter().map(|one| one.range));
    Owners {
        free: assertions.iter().map(Option::is_none).collect(),
        assertions: by_test(&assertions, tests.len()),
        calls: by_test(&calls, tests.len()),
    }
}

fn by_test(owners: &[Option<usize>], tests: usize) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); tests];
    for (index, owner) in owners.iter().enumerate() {
        if let Some(list) = owner.and_then(|owner| lists.get_mut(owner)) {
            list.push(index);
        }
    }
    lists
}

fn test_facts(
    draft: &Draft<'_>,
    index: usize,
    test: &Test,
    owners: &Owners,
    asserting: &Asserting,
) -> TestDefinition {
    let own = owners.assertions.get(index).into_iter().flatten();
    let assertions: Vec<Assertion> = own
        .filter_map(|own| draft.assertions.get(*own))
        .map(|one| one_assertion(draft, one, test.body))
        .collect();
    let own = owners.calls.get(index).into_iter().flatten();
    let called = own.filter_map(|own| draft.calls.get(*own));
    let calls: BTreeSet<&str> = called.map(draft::Call::name).collect();
    let helpers = calls
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), asserting.by_name.get(*name)?.0)));
    let (body, size) = draft.digest(test.body);
    let raises = assertions
        .iter()
        .any(|one| one.kind == AssertionKind::Exception && !one.name.contains(".not."));
    TestDefinition {
        name: test.name.clone(),
        title: test.title.clone(),
        groups: test.groups.clone(),
        package: draft.package.clone(),
        kind: test.kind,
        parametrised: test.parametrised || test.dynamic,
        dynamic: test.dynamic,
        span: draft.span(test.range),
        header: draft.line(test.name_at),
        body,
        size,
        markers: test.markers.clone(),
        helpers: helpers.collect(),
        expects_exception: test.expects_exception || raises,
        assertions,
        calls: calls.into_iter().map(str::to_owned).collect(),
    }
}

/// The branch whose condition decides whether a test is failed by hand: what it proves is what the assertion proves.
fn deciding<'d>(draft: &'d Draft<'_>, one: &draft::Assertion, inside: Range) -> Option<&'d draft::Condition> {
    if one.kind != AssertionKind::Fail {
        return None;
    }
    draft.branches_around(one.range, inside).next()?.failing.as_ref()
}

fn one_assertion(draft: &Draft<'_>, one: &draft::Assertion, inside: Range) -> Assertion {
    let by_hand = usize::from(one.kind == AssertionKind::Fail);
    let mut branches = draft.branches_around(one.range, inside).skip(by_hand);
    let (strength, expected) = match deciding(draft, one, inside) {
        Some(proven) => (proven.strength, proven.expected.clone()),
        None => (one.strength, one.expected.clone()),
    };
    let span = draft.span(one.range);
    Assertion {
        line: span.first,
        last: span.last,
        name: one.name.clone(),
        kind: one.kind,
        strength,
        conditional: branches.next().is_some(),
        text: draft.normal(one.range),
        hash: draft.digest(one.range).0,
        expected,
    }
}

/// Which functions of the file assert: strongest assertion and place in the list of definitions.
struct Asserting {
    by_name: BTreeMap<String, (Strength, usize)>,
}

impl Asserting {
    fn listed(&self, definitions: &[Definition]) -> Vec<Helper> {
        let one = |(strength, index): &(Strength, usize)| {
            let definition = definitions.get(*index)?;
            Some(Helper {
                name: definition.name.clone(),
                qualified: definition.qualified.clone(),
                strength: *strength,
                line: definition.header,
            })
        };
        let mut helpers: Vec<Helper> = self.by_name.values().filter_map(one).collect();
        helpers.sort_by(|a, b| (a.line, &a.name).cmp(&(b.line, &b.name)));
        helpers
    }
}

/// Functions outside tests that assert, closed over calls inside the file.
fn helpers(draft: &Draft<'_>, definitions: &[Definition], tests: &[Test], owners: &Owners) -> Asserting {
    let starts: BTreeSet<u32> = tests.iter().map(|test| test.range.start).collect();
    let mut direct: BTreeMap<String, (Strength, usize)> = BTreeMap::new();
    // most files have no assertion outside a test, so that nothing has to be closed over
    if !owners.free.contains(&true) {
        return Asserting { by_name: direct };
    }
    let mut calls: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for (index, definition) in definitions.iter().enumerate() {
        if !definition.kind.is_function() || starts.contains(&definition.span.start) {
            continue;
        }
        let range = Range {
            start: definition.span.start,
            end: definition.span.end,
        };
        let first = draft
            .assertions
            .partition_point(|one| one.range.start < range.start);
        let inside = draft.assertions.iter().zip(&owners.free).skip(first);
        let strongest = inside
            .take_while(|(one, _)| one.range.start < range.end)
            .filter(|(_, free)| **free)
            .map(|(one, _)| deciding(draft, one, range).map_or(one.strength, |proven| proven.strength))
            .max();
        if let Some(strength) = strongest {
            let known = direct.entry(definition.name.clone()).or_insert((strength, index));
            known.0 = known.0.max(strength);
        }
        let called = draft.calls_in(range).iter().map(draft::Call::name);
        let entry = calls
            .entry(definition.name.as_str())
            .or_insert((BTreeSet::new(), index));
        entry.0.extend(called);
    }
    close(&mut direct, &calls);
    Asserting { by_name: direct }
}

/// A function that calls an asserting one asserts too. Each round adds at least one name or is the last.
fn close(
    asserting: &mut BTreeMap<String, (Strength, usize)>,
    calls: &BTreeMap<&str, (BTreeSet<&str>, usize)>,
) {
    for _round in 0..crate::limits::HELPER_ROUNDS {
        let mut grown: Vec<(String, (Strength, usize))> = Vec::new();
        for (name, (called, index)) in calls {
            let through = called.iter().filter(|one| *one != name);
            let strongest = through
                .filter_map(|one| asserting.get(*one).map(|known| known.0))
                .max();
            let known = asserting.get(*name).map(|known| known.0);
            if strongest > known
                && let Some(strength) = strongest
            {
                grown.push(((*name).to_owned(), (strength, *index)));
            }
        }
        if grown.is_empty() {
            return;
        }
        asserting.extend(grown);
    }
}
