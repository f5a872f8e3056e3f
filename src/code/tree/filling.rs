//! What does a node that the query names put into the draft?

use std::collections::{HashMap, HashSet};

use super::{Compiled, Grammar, Node, Nodes, Role, child, range};
use crate::code::{
    assertions::{self, Rule},
    conditions,
    draft::{self, Branch, Decorator, Definition, Draft, Scope},
    expressions,
    facts::{AssertionKind, DefinitionKind, Import, Visibility, last_part},
    literals, parameters,
};

/// A draft in the making.
pub(super) struct Filling<'g, 's> {
    grammar: &'g Grammar,
    draft: Draft<'s>,
    /// By the first byte of what is decorated.
    decorators: HashMap<u32, Vec<Decorator>>,
    /// First bytes of definitions that are given out.
    public: HashSet<u32>,
}

impl<'g, 's> Filling<'g, 's> {
    pub(super) fn new(grammar: &'g Grammar, draft: Draft<'s>) -> Self {
        Self {
            grammar,
            draft,
            decorators: HashMap::new(),
            public: HashSet::new(),
        }
    }

    pub(super) fn run(&mut self, compiled: &Compiled, nodes: &Nodes<'_>) {
        self.docstring(nodes.root());
        for node in nodes.iter() {
            for role in compiled.roles_of(node) {
                self.take(role, node);
            }
        }
    }

    fn take(&mut self, role: Role, node: Node<'_>) {
        match role {
            Role::Definition(kind) => self.definitions(kind, node),
            Role::Scope => self.scope(node),
            Role::Decorator => self.decorator_before(node),
            Role::Decorated => self.decorated(node),
            Role::Call => self.call(node),
            Role::Property => self.property(node),
            Role::Assert => self.assert(node),
            Role::Branch => self.branch(node),
            Role::Import => self.import(node),
            Role::Export => self.export(node),
            Role::Comment => self.comment(node),
            Role::String => self.draft.strings.push(range(node)),
            Role::Package => {
                self.draft.package = expressions::inner(node).map(|name| self.text(name).to_owned())
            }
        }
    }

    fn text(&self, node: Node<'_>) -> &'s str {
        self.draft.slice(range(node))
    }

    /// One node may define several names: `a, b int`.
    fn definitions(&mut self, kind: DefinitionKind, node: Node<'_>) {
        let declarator = node.child_by_field_name("declarator");
        let named = declarator.unwrap_or(node);
        let mut names: Vec<Node<'_>> = named
            .children_by_field_name("name")
            .filter(|name| name.is_named())
            .collect();
        if names.is_empty() {
            let other = ["left", "property"]
                .iter()
                .find_map(|name| named.child_by_field_name(name));
            names.extend(other.or_else(|| (!named.has_children()).then_some(named)));
        }
        let parts = Parts::of(kind, node, named);
        if kind == DefinitionKind::Module && parts.body.is_none() {
            return;
        }
        for name in names {
            // `a.b = 1` and `[a, b] = c` define no name
            if !name.has_named_children()
                || name.kind() == "scoped_identifier"
                || name.kind() == "nested_identifier"
            {
                self.definition(node, name, &parts);
            }
        }
        if let Some(body) = parts.body {
            self.docstring(body);
        }
    }

    fn definition(&mut self, node: Node<'_>, name: Node<'_>, parts: &Parts<'_>) {
        let text = self.text(name).to_owned();
        let returns = parts
            .returns
            .map(|node| self.draft.normal(range(node)).trim_start_matches(':').to_owned());
        let owner = node
            .child_by_field_name("receiver")
            .map(|node| receiver(self.text(node)).to_owned());
        let definition = Definition {
            kind: parts.kind,
            name_at: range(name).start,
            visibility: (self.grammar.visibility)(node, &text, self.draft.text),
            parameters: parts
                .parameters
                .map(|node| parameters::parameters(node, self.draft.text))
                .unwrap_or_default(),
            returns,
            range: range(node),
            body: parts.body.map(|node| range(node)),
            decorators: self.annotations(node),
            owner,
            bases: bases(node, self.draft.text),
            name: text,
        };
        self.draft.definitions.push(definition);
    }

    /// Annotations that stand inside what they annotate.
    fn annotations(&self, node: Node<'_>) -> Vec<Decorator> {
        let Some(modifiers) = child(node, "modifiers") else {
            return Vec::new();
        };
        let annotations = modifiers
            .named_children()
            .filter(|child| child.kind().ends_with("annotation"));
        annotations
            .map(|one| expressions::decorator(one, self.draft.text))
            .collect()
    }

    /// A text that stands first in a body and documents it.
    fn docstring(&mut self, body: Node<'_>) {
        let first = expressions::inner(body).filter(|first| first.kind() == "expression_statement");
        let text = first.and_then(|first| expressions::inner(first));
        if let Some(text) = text
            && text.kind() == "string"
            && self.grammar.docstrings
        {
            self.draft.docstrings.push(range(text));
        }
    }

    fn scope(&mut self, node: Node<'_>) {
        let Some(mut name) = node.child_by_field_name("type") else {
            return;
        };
        while name.kind() == "reference_type"
            && let Some(inner) = name.child_by_field_name("type")
        {
            name = inner;
        }
        let text = self.text(name);
        let plain = text.split('<').next().unwrap_or(text);
        let last = last_part(plain).trim();
        let is_name = !last.is_empty()
            && last
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_');
        self.draft.scopes.push(Scope {
            range: range(node),
            name: if is_name { last } else { "_" }.to_owned(),
            of_trait: node.child_by_field_name("trait").is_some(),
        });
    }

    /// An attribute belongs to the next sibling that is no attribute and no comment.
    fn decorator_before(&mut self, node: Node<'_>) {
        let mut next = node.next_named_sibling();
        while let Some(sibling) = next
            && (sibling.kind() == node.kind() || sibling.is_extra())
        {
            next = sibling.next_named_sibling();
        }
        if let Some(decorated) = next {
            let decorator = expressions::decorator(node, self.draft.text);
            self.decorators
                .entry(range(decorated).start)
                .or_default()
                .push(decorator);
        }
    }

    fn decorated(&mut self, node: Node<'_>) {
        let Some(definition) = node.child_by_field_name("definition") else {
            return;
        };
        let children = node.named_children();
        let decorators = children.filter(|child| child.kind() == "decorator");
        let text = self.draft.text;
        let found = self.decorators.entry(range(definition).start).or_default();
        found.extend(decorators.map(|one| expressions::decorator(one, text)));
    }

    fn call(&mut self, node: Node<'_>) {
        let Some(mut call) = expressions::call(node, self.draft.text) else {
            return;
        };
        self.judge(&mut call, node);
        if matches!(call.callee.as_str(), "require" | "import")
            && let Some(text) = call.first_text()
        {
            self.draft.imports.push(Import {
                line: self.draft.line(call.range.start),
                relative: text.value.starts_with('.'),
                path: text.value.clone(),
                name: None,
                alias: None,
            });
        }
        self.draft.calls.push(call);
    }

    /// Looks at the conditions of the arguments only where the name asserts: the rest would be wasted.
    fn judge(&mut self, call: &mut draft::Call, node: Node<'_>) {
        let names = self.grammar.names;
        let Some(rule) = names.rule(call) else { return };
        if rule.0 == Rule::Condition {
            conditions::add_conditions(call, node, self.draft.text);
        }
        if let Some(assertion) = assertions::of(call, rule, names, &self.draft) {
            self.draft.assertions.push(assertion);
        }
    }

    fn property(&mut self, statement: Node<'_>) {
        let inner = expressions::inner(statement);
        let awaited = inner.filter(|node| node.kind() == "await_expression");
        let inner = awaited.and_then(|node| expressions::inner(node)).or(inner);
        let Some(node) = inner.filter(|node| node.kind() == "member_expression") else {
            return;
        };
        let callee = expressions::path(node, self.draft.text);
        let call = draft::Call {
            range: range(node),
            subject: expressions::subject(node, self.draft.text),
            callee,
            hidden: true,
            ..draft::Call::default()
        };
        let names = self.grammar.names;
        let rule = names.rule(&call);
        if let Some(assertion) = rule.and_then(|rule| assertions::of(&call, rule, names, &self.draft)) {
            self.draft.assertions.push(assertion);
        }
    }

    fn assert(&mut self, node: Node<'_>) {
        let Some(condition) = expressions::inner(node) else {
            return;
        };
        let proven = conditions::condition(condition, self.draft.text, false);
        self.draft.assertions.push(draft::Assertion {
            range: range(node),
            name: "assert".to_owned(),
            kind: AssertionKind::Value,
            strength: proven.strength,
            expected: proven.expected,
        });
    }

    fn branch(&mut self, node: Node<'_>) {
        let field = |name: &str| node.child_by_field_name(name);
        let (Some(then), Some(condition)) = (field("consequence"), field("condition")) else {
            self.push_branch(node, None);
            return;
        };
        let failing = conditions::condition(condition, self.draft.text, true);
        self.push_branch(then, Some(failing));
        let otherwise = field("alternative").filter(|node| !node.kind().starts_with("if_"));
        if let Some(otherwise) = otherwise {
            self.push_branch(otherwise, None);
        }
    }

    fn push_branch(&mut self, node: Node<'_>, failing: Option<draft::Condition>) {
        self.draft.branches.push(Branch {
            range: range(node),
            failing,
        });
    }

    fn import(&mut self, node: Node<'_>) {
        let line = self.draft.line(range(node).start);
        let found = (self.grammar.imports)(node, self.draft.text, line);
        self.draft.imports.extend(found);
    }

    fn export(&mut self, node: Node<'_>) {
        if node.kind() == "assignment_expression" {
            let field = |name: &str| node.child_by_field_name(name);
            let (Some(left), Some(right)) = (field("left"), field("right")) else {
                return;
            };
            let place = self.text(left);
            if place == "module.exports" || place.starts_with("exports.") {
                self.export_names(right);
            }
            return;
        }
        let given = ["declaration", "value"]
            .iter()
            .find_map(|name| node.child_by_field_name(name));
        if let Some(given) = given {
            self.public.insert(range(given).start);
            let declarators = given
                .named_children()
                .filter(|child| child.kind() == "variable_declarator");
            self.public.extend(declarators.map(|one| range(one).start));
        } else if let Some(list) = child(node, "export_clause") {
            self.export_names(list);
        }
    }

    /// Names in `{ a, b as c, d: e }`, or one name alone.
    fn export_names(&mut self, node: Node<'_>) {
        if !node.has_children() {
            self.draft.exported.push(self.text(node).to_owned());
            return;
        }
        if !matches!(node.kind(), "object" | "export_clause") {
            return;
        }
        for one in node.named_children() {
            let name = ["name", "value"]
                .iter()
                .find_map(|name| one.child_by_field_name(name));
            let name = name.unwrap_or(one);
            if !name.has_children() {
                self.draft.exported.push(self.text(name).to_owned());
            }
        }
    }

    fn comment(&mut self, node: Node<'_>) {
        let place = range(node);
        let text = self.draft.slice(place);
        if text.starts_with("/**") && text.len() > 4 {
            self.draft.docstrings.push(place);
        }
        self.draft.comments.push(place);
    }

    pub(super) fn finish(mut self) -> Draft<'s> {
        self.list_of_names();
        for definition in &mut self.draft.definitions {
            let start = definition.range.start;
            if let Some(mut decorators) = self.decorators.remove(&start) {
                decorators.sort_by_key(|one| one.at);
                decorators.dedup_by_key(|one| one.at);
                definition.decorators = decorators;
            }
            let listed = self.draft.exported.contains(&definition.name);
            if listed || self.public.contains(&start) {
                definition.visibility = Visibility::Public;
            }
        }
        self.draft.sort();
        self.draft
    }

    /// Python lists what a module gives out in `__all__`.
    fn list_of_names(&mut self) {
        let lists = self.draft.definitions.iter().filter(|one| one.name == "__all__");
        let Some(list) = lists.filter_map(|one| one.body).next() else {
            return;
        };
        let inside = self.draft.strings.iter().filter(|string| list.contains(**string));
        let names: Vec<String> = inside
            .map(|string| literals::unquoted(self.draft.slice(*string)).to_owned())
            .collect();
        self.draft.exported.extend(names);
    }
}

/// The parts that a definition has besides its name.
struct Parts<'t> {
    kind: DefinitionKind,
    parameters: Option<Node<'t>>,
    returns: Option<Node<'t>>,
    body: Option<Node<'t>>,
}

impl<'t> Parts<'t> {
    /// `const f = (a) => b` is a function: its parts are those of its value.
    fn of(kind: DefinitionKind, node: Node<'t>, named: Node<'t>) -> Self {
        let value = named.child_by_field_name("value");
        let function = value.filter(|value| {
            matches!(
                value.kind(),
                "arrow_function" | "function_expression" | "generator_function" | "function"
            )
        });
        let is_constant = matches!(kind, DefinitionKind::Constant);
        let of = function.unwrap_or(node);
        let field = |names: &[&str]| names.iter().find_map(|name| of.child_by_field_name(name));
        let shaped = named
            .child_by_field_name("type")
            .filter(|_| matches!(kind, DefinitionKind::Type));
        let kind = match shaped.map(|shape| shape.kind()) {
            Some("struct_type") => DefinitionKind::Struct,
            Some("interface_type") => DefinitionKind::Interface,
            Some(_) | None if function.is_some() && is_constant => DefinitionKind::Function,
            Some(_) | None => kind,
        };
        // what follows the name of a field or of a value of an enumeration is one piece
        let is_part = matches!(kind, DefinitionKind::Variant | DefinitionKind::Field);
        let returned: &[&str] = if kind == DefinitionKind::Function {
            &["return_type", "result", "type"]
        } else {
            &[]
        };
        Self {
            kind,
            parameters: field(&["parameters", "parameter"]),
            returns: returned.iter().find_map(|name| of.child_by_field_name(name)),
            body: field(&["body"])
                .filter(|_| !is_part)
                .or(value.filter(|_| !is_part))
                .or_else(|| named.child_by_field_name("right"))
                .or(shaped),
        }
    }
}

/// The type in the receiver of a Go method: `(s *Shape[T])`.
fn receiver(text: &str) -> &str {
    let inside = text.trim_matches(['(', ')', ' ']);
    let last = inside.split('[').next().unwrap_or(inside);
    let last = last.rsplit([' ', '*']).next().unwrap_or(last);
    last.trim()
}

/// What a class extends.
fn bases(node: Node<'_>, source: &str) -> Vec<String> {
    let field = |name: &str| node.child_by_field_name(name);
    let list = field("superclasses")
        .or_else(|| field("superclass"))
        .or_else(|| child(node, "class_heritage"));
    let Some(list) = list else { return Vec::new() };
    let children = list.named_children();
    let plain = children.filter(|child| child.kind() != "keyword_argument" && !child.is_extra());
    plain
        .map(|child| expressions::text(child, source).to_owned())
        .collect()
}
