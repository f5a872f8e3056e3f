//! How does a grammar fill a draft? With one query per language that says which nodes matter and what they are.
//!
//! The captures: `def.KIND`, `scope`, `decorator` (before what it decorates), `decorated`, `call`, `property` (an
//! assertion without brackets), `assert`, `branch`, `import`, `export`, `comment`, `string`, `package`. Patterns stay flat:
//! the parts of a node are found by the names of its fields, on which the grammars agree.

mod before;
mod filling;
mod nodes;
mod patterns;

use std::{ops::ControlFlow, sync::OnceLock};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

pub(crate) use self::{
    before::Before,
    nodes::{Children, Node, Nodes},
};

use self::filling::Filling;
use super::{
    assertions::Names,
    draft::{Draft, Range},
    facts::{DefinitionKind, Import, Visibility, hash},
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
    /// A string that stands first in a body documents it.
    pub(crate) docstrings: bool,
    /// What a node takes from elsewhere.
    pub(crate) imports: fn(Node<'_>, &str, u32) -> Vec<Import>,
    /// Who may use a definition.
    pub(crate) visibility: fn(Node<'_>, &str, &str) -> Visibility,
    pub(crate) compiled: OnceLock<Result<Compiled, String>>,
}

/// What a grammar and its queries say, by the numbers that the grammar uses.
#[derive(Debug)]
pub(crate) struct Compiled {
    kinds: Vec<Kind>,
    /// What the library says of text that it did not understand, and of numbers that it does not know.
    error: Kind,
    /// Names of fields; the number 0 means none.
    fields: Vec<Option<Box<str>>>,
}

/// One kind of node.
#[derive(Clone, Debug)]
struct Kind {
    name: Box<str>,
    named: bool,
    form: Form,
    /// The hash of its name, where that is what stands in the text: a word or a sign.
    word: Option<u64>,
    /// In the order of the queries, each with the kind that must stand around the node.
    roles: Vec<(Role, Option<&'static str>)>,
}

impl Kind {
    fn plain(name: &str, named: bool) -> Self {
        Self {
            name: name.into(),
            named,
            form: Form::Plain,
            word: (!named && !name.trim().is_empty()).then(|| hash(name)),
            roles: Vec::new(),
        }
    }
}

impl Compiled {
    fn kind(&self, id: u16) -> &Kind {
        self.kinds.get(usize::from(id)).unwrap_or(&self.error)
    }

    fn field(&self, id: u16) -> Option<&str> {
        self.fields.get(usize::from(id))?.as_deref()
    }

    /// What the queries give to a node.
    fn roles_of(&self, node: Node<'_>) -> impl Iterator<Item = Role> {
        let roles = self.kind(node.kind_id()).roles.iter();
        let stands = move |inside: &str| node.parent().is_some_and(|outer| outer.kind() == inside);
        roles
            .filter(move |(_, inside)| inside.is_none_or(stands))
            .map(|(role, _)| *role)
    }

    /// The hash of a text, where a kind of node has this text only.
    pub(crate) fn word(&self, id: u16, text: &str) -> Option<u64> {
        let kind = self.kind(id);
        kind.word.filter(|_| *kind.name == *text)
    }

    /// How nodes of a kind take part in the stream of tokens.
    pub(crate) fn form(&self, id: u16) -> Form {
        self.kind(id).form
    }
}

/// How a node takes part in the stream of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its leaves.
    Plain,
    /// Not at all.
    Comment,
    /// As one token.
    Atom,
    /// By its leaves, between a beginning and an end.
    Block,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Definition(DefinitionKind),
    Scope,
    Decorator,
    Decorated,
    Call,
    Property,
    Assert,
    Branch,
    Import,
    Export,
    Comment,
    String,
    Package,
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
        "scope" => Role::Scope,
        "decorator" => Role::Decorator,
        "decorated" => Role::Decorated,
        "call" => Role::Call,
        "property" => Role::Property,
        "assert" => Role::Assert,
        "branch" => Role::Branch,
        "import" => Role::Import,
        "export" => Role::Export,
        "comment" => Role::Comment,
        "string" => Role::String,
        "package" => Role::Package,
        _ => return None,
    })
}

impl Grammar {
    fn kinds(&self, language: &tree_sitter::Language) -> Vec<Kind> {
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let form = |kind: &str| match kind {
            kind if kind.contains("comment") => Form::Comment,
            kind if self.atoms.contains(&kind) => Form::Atom,
            kind if self.blocks.contains(&kind) => Form::Block,
            _ => Form::Plain,
        };
        let kind = |id: u16| {
            let name = language.node_kind_for_id(id).unwrap_or_default();
            Kind {
                form: form(name),
                ..Kind::plain(name, language.node_kind_is_named(id))
            }
        };
        (0..count).map(kind).collect()
    }

    fn compile(&self) -> Result<Compiled, String> {
        let language = (self.language)();
        let mut kinds = self.kinds(&language);
        for query in self.queries {
            for pattern in patterns::read(query)? {
                let role = role(pattern.role).ok_or_else(|| format!("`@{}` means nothing", pattern.role))?;
                let mut known = false;
                for kind in kinds
                    .iter_mut()
                    .filter(|kind| kind.named && *kind.name == *pattern.kind)
                {
                    kind.roles.push((role, pattern.inside));
                    known = true;
                }
                if !known {
                    return Err(format!("the grammar has no `{}`", pattern.kind));
                }
            }
        }
        let fields = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
        Ok(Compiled {
            kinds,
            error: Kind::plain("ERROR", true),
            fields: (0..=fields)
                .map(|id| language.field_name_for_id(id).map(Into::into))
                .collect(),
        })
    }

    /// The tables, made once a process.
    fn compiled(&self) -> Result<&Compiled, String> {
        let compiled = self.compiled.get_or_init(|| self.compile());
        compiled.as_ref().map_err(Clone::clone)
    }

    /// Fills a draft, with the help of the text that was parsed before.
    ///
    /// # Errors
    /// The tree is deeper or larger than the limits, the time is used up, or the grammar itself is broken.
    pub(crate) fn draft<'s>(
        &self,
        text: &'s str,
        before: &mut Before,
        out_of_time: &dyn Fn() -> bool,
    ) -> Result<Draft<'s>, String> {
        let compiled = self.compiled()?;
        let tree = self.parse_after(before, text, out_of_time)?;
        let nodes = Nodes::of(&tree, compiled)?;
        before.keep(text, tree);
        let mut draft = Draft::new(text);
        tokens::walk(&nodes, compiled, &mut draft);
        let mut filling = Filling::new(self, draft);
        filling.run(compiled, &nodes);
        Ok(filling.finish())
    }

    /// The nodes of a text.
    ///
    /// # Errors
    /// The tree is deeper or larger than the limits, the time is used up, or the grammar itself is broken.
    pub(crate) fn nodes(&self, text: &str, out_of_time: &dyn Fn() -> bool) -> Result<Nodes<'_>, String> {
        let compiled = self.compiled()?;
        Nodes::of(&self.parse(text, out_of_time)?, compiled)
    }

    /// The tree of a text, made of that of the text before where they are much the same.
    ///
    /// # Errors
    /// As [`Grammar::parse`].
    fn parse_after(
        &self,
        before: &mut Before,
        text: &str,
        out_of_time: &dyn Fn() -> bool,
    ) -> Result<Tree, String> {
        if let Some(old) = before.edited(&(self.language)(), text) {
            let stop = |state: &ParseState| state.has_error() || out_of_time();
            let tree = self.run(text, Some(&old), &stop)?;
            if let Some(tree) = tree.filter(|tree| !tree.root_node().has_error()) {
                return Ok(tree);
            }
        }
        self.parse(text, out_of_time)
    }

    /// The tree of a text.
    ///
    /// # Errors
    /// The time is used up, or the grammar itself is broken.
    fn parse(&self, text: &str, out_of_time: &dyn Fn() -> bool) -> Result<Tree, String> {
        let tree = self.run(text, None, &|_| out_of_time())?;
        tree.ok_or_else(|| "took longer than its size allows".to_owned())
    }

    /// The tree of a text, unless it was stopped.
    fn run(
        &self,
        text: &str,
        old: Option<&Tree>,
        is_over: &dyn Fn(&ParseState) -> bool,
    ) -> Result<Option<Tree>, String> {
        let mut stop = |state: &ParseState| {
            if is_over(state) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut stop);
        let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
        let mut parser = Parser::new();
        parser
            .set_language(&(self.language)())
            .map_err(|error| format!("the grammar does not load: {error}"))?;
        Ok(parser.parse_with_options(&mut read, old, Some(options)))
    }
}

/// The byte range of a node.
pub(crate) fn range(node: Node<'_>) -> Range {
    Range::new(node.start_byte(), node.end_byte())
}

/// The first child of a kind.
pub(crate) fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    node.named_children().find(|child| child.kind() == kind)
}

#[cfg(test)]
pub(crate) mod oracle {
    //! What the library itself says of a text, for the tables and the copied tree to be held against.

    use std::collections::BTreeMap;

    use tree_sitter::{Query, QueryCursor, StreamingIterator as _, TreeCursor};

    use super::*;

    /// How often a node of so many bytes has a role.
    type Captures = BTreeMap<(usize, usize, String), usize>;

    fn by_library(grammar: &Grammar, tree: &Tree, text: &str) -> Captures {
        let query = Query::new(&(grammar.language)(), &grammar.queries.join("\n")).unwrap();
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
        let mut captures = Captures::new();
        while let Some(one) = matches.next() {
            for capture in one.captures() {
                let role = role(query.capture_names()[capture.index as usize]).unwrap();
                let place = (capture.node.start_byte(), capture.node.end_byte());
                *captures
                    .entry((place.0, place.1, format!("{role:?}")))
                    .or_default() += 1;
            }
        }
        captures
    }

    fn by_tables(compiled: &Compiled, nodes: &Nodes<'_>) -> Captures {
        let mut captures = Captures::new();
        for node in nodes.iter() {
            for role in compiled.roles_of(node) {
                *captures
                    .entry((node.start_byte(), node.end_byte(), format!("{role:?}")))
                    .or_default() += 1;
            }
        }
        captures
    }

    /// Everything that is asked of a node.
    fn compare(compiled: &Compiled, ours: Node<'_>, cursor: &mut TreeCursor<'_>) {
        let theirs = cursor.node();
        let place = format!("{} at {:?}", theirs.kind(), theirs.byte_range());
        assert_eq!(ours.kind(), theirs.kind(), "{place}");
        assert_eq!(ours.byte_range(), theirs.byte_range(), "{place}");
        assert_eq!(ours.is_named(), theirs.is_named(), "{place}");
        assert_eq!(ours.is_extra(), theirs.is_extra(), "{place}");
        assert_eq!(ours.is_error(), theirs.is_error(), "{place}");
        assert_eq!(ours.is_missing(), theirs.is_missing(), "{place}");
        assert_eq!(ours.children().count(), theirs.child_count() as usize, "{place}");
        assert_eq!(ours.has_children(), theirs.child_count() > 0, "{place}");
        assert_eq!(
            ours.has_named_children(),
            theirs.named_child_count() > 0,
            "{place}"
        );
        let range = |node: tree_sitter::Node<'_>| (node.kind().to_owned(), node.byte_range());
        let own = |node: Node<'_>| (node.kind().to_owned(), node.byte_range());
        // the library passes over siblings without text
        let sibling = ours.next_named_sibling();
        if !sibling.is_some_and(|sibling| sibling.byte_range().is_empty()) {
            assert_eq!(
                sibling.map(own),
                theirs.next_named_sibling().map(range),
                "{place}"
            );
        }
        for name in compiled.fields.iter().flatten() {
            assert_eq!(
                ours.child_by_field_name(name).map(own),
                theirs.child_by_field_name(name.as_ref()).map(range),
                "`{name}` of {place}"
            );
            let mut children = theirs.walk();
            let named: Vec<_> = theirs
                .children_by_field_name(name, &mut children)
                .map(range)
                .collect();
            let copied: Vec<_> = ours.children_by_field_name(name).map(own).collect();
            assert_eq!(copied, named, "every `{name}` of {place}");
        }
    }

    /// Holds the tree that is made with the help of the text before against the one that is made without; whether there
    /// was any help.
    pub(crate) fn hold_after(grammar: &Grammar, old: &str, text: &str) -> bool {
        let compiled = grammar.compiled().unwrap();
        let before = || {
            let mut before = Before::default();
            before.keep(old, grammar.parse(old, &|| false).unwrap());
            before
        };
        let whole = grammar.parse(text, &|| false).unwrap();
        let helped = grammar.parse_after(&mut before(), text, &|| false).unwrap();
        let whole = Nodes::of(&whole, compiled).unwrap();
        let helped = Nodes::of(&helped, compiled).unwrap();
        assert!(whole.are_those_of(&helped), "{text}");
        before().edited(&(grammar.language)(), text).is_some()
    }

    /// Holds what is read of a text against what the library says.
    pub(crate) fn hold(grammar: &Grammar, text: &str) {
        let compiled = grammar.compiled().unwrap();
        let tree = grammar.parse(text, &|| false).unwrap();
        let nodes = Nodes::of(&tree, compiled).unwrap();
        assert_eq!(by_tables(compiled, &nodes), by_library(grammar, &tree, text));
        let mut cursor = tree.walk();
        let mut ours = nodes.iter();
        loop {
            compare(compiled, ours.next().unwrap(), &mut cursor);
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    assert!(ours.next().is_none(), "a node too many");
                    return;
                }
            }
        }
    }
}
