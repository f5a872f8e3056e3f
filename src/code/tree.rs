//! How does a grammar fill a draft? With one query per language whose captures say what each node is.
//!
//! The captures: `def.KIND` with `name`, `params`, `returns`, `body`, `owner`, `base`; `scope` with `name` (and
//! `trait`); `decorator` with `decorated`; `call`; `property` (an assertion without brackets); `assert` with
//! `condition`; `branch` with `condition`; `import` with `path`, `item`, `alias`; `comment`, `string`, `docstring`,
//! `package`, `exported`, `public`.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    sync::OnceLock,
};

use tree_sitter::{Node, ParseOptions, Parser, Query, QueryCursor, StreamingIterator as _, Tree};

use super::{
    assertions::{self, Names, Rule},
    draft::{self, Branch, Decorator, Definition, Draft, Range, Scope},
    expressions,
    facts::{AssertionKind, DefinitionKind, Import, Visibility},
    tokens,
};

/// A grammar with everything that is asked of it.
#[derive(Debug)]
pub(crate) struct Grammar {
    pub(crate) language: fn() -> tree_sitter::Language,
    /// The text of its query files.
    pub(crate) queries: &'static [&'static str],
    pub(crate) names: &'static Names,
    /// Nodes that are one token whatever they hold: strings, characters, regular expressions.
    pub(crate) atoms: &'static [&'static str],
    /// Nodes whose beginning and end carry meaning without a token of their own.
    pub(crate) blocks: &'static [&'static str],
    /// Who may use a definition.
    pub(crate) visibility: fn(&Node<'_>, &str, &str) -> Visibility,
    pub(crate) compiled: OnceLock<Result<Compiled, String>>,
}

/// A query and what its captures mean.
#[derive(Debug)]
pub(crate) struct Compiled {
    query: Query,
    /// By the index of a capture; none for one that only a predicate names (`@_…`).
    roles: Vec<Option<Role>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Definition(DefinitionKind),
    Main(Main),
    Part(Part),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Main {
    Scope,
    Decorator,
    Call,
    Property,
    Assert,
    Branch,
    Import,
    Comment,
    String,
    Docstring,
    Package,
    Exported,
    Public,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Name,
    Params,
    Returns,
    Body,
    Owner,
    Base,
    Trait,
    Decorated,
    Condition,
    Path,
    Item,
    Alias,
}

fn role(name: &str) -> Option<Role> {
    use DefinitionKind as Kind;
    Some(match name {
        "def.function" => Role::Definition(Kind::Function),
        "def.class" => Role::Definition(Kind::Class),
        "def.struct" => Role::Definition(Kind::Struct),
        "def.enum" => Role::Definition(Kind::Enum),
        "def.variant" => Role::Definition(Kind::Variant),
        "def.trait" => Role::Definition(Kind::Trait),
        "def.interface" => Role::Definition(Kind::Interface),
        "def.type" => Role::Definition(Kind::Type),
        "def.constant" => Role::Definition(Kind::Constant),
        "def.field" => Role::Definition(Kind::Field),
        "def.module" => Role::Definition(Kind::Module),
        "def.macro" => Role::Definition(Kind::Macro),
        "scope" => Role::Main(Main::Scope),
        "decorator" => Role::Main(Main::Decorator),
        "call" => Role::Main(Main::Call),
        "property" => Role::Main(Main::Property),
        "assert" => Role::Main(Main::Assert),
        "branch" => Role::Main(Main::Branch),
        "import" => Role::Main(Main::Import),
        "comment" => Role::Main(Main::Comment),
        "string" => Role::Main(Main::String),
        "docstring" => Role::Main(Main::Docstring),
        "package" => Role::Main(Main::Package),
        "exported" => Role::Main(Main::Exported),
        "public" => Role::Main(Main::Public),
        "name" => Role::Part(Part::Name),
        "params" => Role::Part(Part::Params),
        "returns" => Role::Part(Part::Returns),
        "body" => Role::Part(Part::Body),
        "owner" => Role::Part(Part::Owner),
        "base" => Role::Part(Part::Base),
        "trait" => Role::Part(Part::Trait),
        "decorated" => Role::Part(Part::Decorated),
        "condition" => Role::Part(Part::Condition),
        "path" => Role::Part(Part::Path),
        "item" => Role::Part(Part::Item),
        "alias" => Role::Part(Part::Alias),
        _ => return None,
    })
}

impl Grammar {
    /// The query, compiled once a process (3 to 4 ms).
    fn compiled(&self) -> Result<&Compiled, String> {
        let compiled = self.compiled.get_or_init(|| {
            let query = Query::new(&(self.language)(), &self.queries.join("\n"))
                .map_err(|error| format!("a query does not compile: {error}"))?;
            let names = query.capture_names().iter();
            let roles = names.map(|name| match role(name) {
                None if !name.starts_with('_') => Err(format!("`@{name}` means nothing")),
                role => Ok(role),
            });
            let roles = roles.collect::<Result<_, _>>()?;
            Ok(Compiled { query, roles })
        });
        compiled.as_ref().map_err(Clone::clone)
    }

    /// Fills a draft.
    ///
    /// # Errors
    /// The tree is deeper or larger than the limits, the time is used up, or the grammar itself is broken.
    pub(crate) fn draft<'s>(
        &self,
        text: &'s str,
        out_of_time: &dyn Fn() -> bool,
    ) -> Result<Draft<'s>, String> {
        let compiled = self.compiled()?;
        let tree = self.parse(text, out_of_time)?;
        let mut draft = Draft::new(text);
        tokens::walk(&tree, self, &mut draft)?;
        let mut filling = Filling {
            grammar: self,
            draft,
            decorators: HashMap::new(),
            public: HashSet::new(),
        };
        filling.run(compiled, &tree);
        Ok(filling.finish())
    }

    fn parse(&self, text: &str, out_of_time: &dyn Fn() -> bool) -> Result<Tree, String> {
        let mut parser = Parser::new();
        parser
            .set_language(&(self.language)())
            .map_err(|error| format!("the grammar does not load: {error}"))?;
        let mut stop = |_: &tree_sitter::ParseState| {
            if out_of_time() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut stop);
        let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
        parser
            .parse_with_options(&mut read, None, Some(options))
            .ok_or_else(|| "took longer than its size allows".to_owned())
    }
}

/// The parts of one match.
#[derive(Default)]
struct Parts<'t> {
    found: Vec<(Part, Node<'t>)>,
}

impl<'t> Parts<'t> {
    fn get(&self, part: Part) -> Option<Node<'t>> {
        self.all(part).next()
    }

    fn all(&self, part: Part) -> impl Iterator<Item = Node<'t>> + '_ {
        self.found
            .iter()
            .filter(move |(known, _)| *known == part)
            .map(|(_, node)| *node)
    }
}

struct Filling<'g, 's> {
    grammar: &'g Grammar,
    draft: Draft<'s>,
    /// By the first byte of what is decorated.
    decorators: HashMap<u32, Vec<Decorator>>,
    /// First bytes of definitions that are given out.
    public: HashSet<u32>,
}

/// The byte range of a node.
pub(crate) fn range(node: &Node<'_>) -> Range {
    Range::new(node.start_byte(), node.end_byte())
}

impl<'s> Filling<'_, 's> {
    fn run(&mut self, compiled: &Compiled, tree: &Tree) {
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(&compiled.query, tree.root_node(), self.draft.text.as_bytes());
        while let Some(one) = matches.next() {
            let mut main = None;
            let mut parts = Parts::default();
            let mut decorators = Vec::new();
            for capture in one.captures() {
                match compiled.roles.get(capture.index as usize).copied().flatten() {
                    Some(Role::Part(part)) => parts.found.push((part, capture.node)),
                    Some(Role::Main(Main::Decorator)) => decorators.push(capture.node),
                    Some(role) => main = Some((role, capture.node)),
                    None => {}
                }
            }
            for decorator in decorators {
                self.decorator(decorator, &parts);
            }
            match main {
                Some((Role::Definition(kind), node)) => self.definition(kind, node, &parts),
                Some((Role::Main(main), node)) => self.other(main, node, &parts),
                Some((Role::Part(_), _)) | None => {}
            }
        }
    }

    fn text(&self, node: Node<'_>) -> &'s str {
        self.draft.slice(range(&node))
    }

    fn other(&mut self, main: Main, node: Node<'_>, parts: &Parts<'_>) {
        match main {
            Main::Scope => self.scope(node, parts),
            Main::Decorator => {}
            Main::Call => self.call(node),
            Main::Property => self.property(node),
            Main::Assert => self.assert(node, parts),
            Main::Branch => self.branch(node, parts),
            Main::Import => self.import(node, parts),
            Main::Comment => self.comment(node),
            Main::String => self.draft.strings.push(range(&node)),
            Main::Docstring => self.draft.docstrings.push(range(&node)),
            Main::Package => self.draft.package = Some(self.text(node).to_owned()),
            Main::Exported => {
                let name = expressions::unquoted(self.text(node)).to_owned();
                self.draft.exported.push(name);
            }
            Main::Public => {
                self.public.insert(range(&node).start);
            }
        }
    }

    fn definition(&mut self, kind: DefinitionKind, node: Node<'_>, parts: &Parts<'_>) {
        let Some(name) = parts.get(Part::Name) else { return };
        let text = self.text(name).to_owned();
        let parameters = parts.get(Part::Params);
        let owner = parts.get(Part::Owner).map(|node| self.text(node).to_owned());
        let typed = node.child_by_field_name("value").unwrap_or(node);
        let returns = parts
            .get(Part::Returns)
            .or_else(|| typed.child_by_field_name("return_type"));
        let bases = parts.all(Part::Base).map(|node| self.text(node).to_owned());
        let definition = Definition {
            kind,
            name_at: range(&name).start,
            visibility: (self.grammar.visibility)(&node, &text, self.draft.text),
            parameters: parameters
                .map(|node| expressions::parameters(node, self.draft.text))
                .unwrap_or_default(),
            returns: returns.map(|node| self.draft.normal(range(&node)).trim_start_matches(':').to_owned()),
            range: range(&node),
            body: parts.get(Part::Body).map(|node| range(&node)),
            decorators: Vec::new(),
            owner,
            bases: bases.collect(),
            name: text,
        };
        self.draft.definitions.push(definition);
    }

    fn scope(&mut self, node: Node<'_>, parts: &Parts<'_>) {
        let Some(name) = parts.get(Part::Name) else { return };
        self.draft.scopes.push(Scope {
            range: range(&node),
            name: self.text(name).to_owned(),
            of_trait: parts.get(Part::Trait).is_some(),
        });
    }

    fn decorator(&mut self, node: Node<'_>, parts: &Parts<'_>) {
        let Some(decorated) = parts.get(Part::Decorated) else {
            return;
        };
        let decorator = expressions::decorator(node, self.draft.text, self.grammar.names);
        let at = range(&decorated).start;
        self.decorators.entry(at).or_default().push(decorator);
    }

    fn call(&mut self, node: Node<'_>) {
        let Some(mut call) = expressions::call(node, self.draft.text) else {
            return;
        };
        self.judge(&mut call, node);
        self.draft.calls.push(call);
    }

    /// Looks at the conditions of the arguments only where the name asserts: the rest would be wasted.
    fn judge(&mut self, call: &mut draft::Call, node: Node<'_>) {
        let names = self.grammar.names;
        let Some((rule, _)) = names.rule(call) else { return };
        if rule == Rule::Condition {
            expressions::add_conditions(call, node, self.draft.text);
        }
        if let Some(assertion) = assertions::of(call, names, &self.draft) {
            self.draft.assertions.push(assertion);
        }
    }

    fn property(&mut self, node: Node<'_>) {
        let callee = expressions::path(node, self.draft.text);
        let call = draft::Call {
            range: range(&node),
            subject: expressions::subject(node, self.draft.text),
            callee,
            hidden: true,
            ..draft::Call::default()
        };
        if let Some(assertion) = assertions::of(&call, self.grammar.names, &self.draft) {
            self.draft.assertions.push(assertion);
        }
    }

    fn assert(&mut self, node: Node<'_>, parts: &Parts<'_>) {
        let Some(condition) = parts.get(Part::Condition) else {
            return;
        };
        let proven = expressions::condition(condition, self.draft.text, false);
        self.draft.assertions.push(draft::Assertion {
            range: range(&node),
            name: "assert".to_owned(),
            kind: AssertionKind::Value,
            strength: proven.strength,
            expected: proven.expected,
        });
    }

    fn branch(&mut self, node: Node<'_>, parts: &Parts<'_>) {
        let condition = parts.get(Part::Condition);
        self.draft.branches.push(Branch {
            range: range(&node),
            failing: condition.map(|node| expressions::condition(node, self.draft.text, true)),
        });
    }

    fn import(&mut self, node: Node<'_>, parts: &Parts<'_>) {
        let Some(path) = parts.get(Part::Path) else { return };
        let path = expressions::unquoted(self.text(path)).to_owned();
        let own = |part: Part| parts.get(part).map(|node| self.text(node).to_owned());
        let import = Import {
            line: self.draft.line(range(&node).start),
            relative: path.starts_with('.'),
            name: own(Part::Item),
            alias: own(Part::Alias),
            path,
        };
        self.draft.imports.push(import);
    }

    fn comment(&mut self, node: Node<'_>) {
        let place = range(&node);
        let text = self.draft.slice(place);
        let documents = text.starts_with("/**") && text.len() > 4
            || text.starts_with("///") && !text.starts_with("////")
            || text.starts_with("//!")
            || text.starts_with("/*!");
        if documents {
            self.draft.docstrings.push(place);
        }
        self.draft.comments.push(place);
    }

    fn finish(mut self) -> Draft<'s> {
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
}
