//! How does a grammar fill a draft? With one query per language that says which nodes matter and what they are.
//!
//! The captures: `def.KIND`, `scope`, `decorator` (before what it decorates), `decorated`, `call`, `property` (an
//! assertion without brackets), `assert`, `branch`, `import`, `export`, `comment`, `string`, `package`. Patterns stay flat:
//! the parts of a node are found by the names of its fields, on which the grammars agree, for a query with nested
//! patterns takes up to 200 ms to compile.

mod filling;

use std::{ops::ControlFlow, sync::OnceLock};

use tree_sitter::{Node, ParseOptions, Parser, Query, Tree};

use self::filling::Filling;
use super::{
    assertions::Names,
    draft::{Draft, Range},
    facts::{DefinitionKind, Import, Visibility},
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
    pub(crate) imports: fn(&Node<'_>, &str, u32) -> Vec<Import>,
    /// Who may use a definition.
    pub(crate) visibility: fn(&Node<'_>, &str, &str) -> Visibility,
    pub(crate) compiled: OnceLock<Result<Compiled, String>>,
}

/// A query and what its captures mean.
#[derive(Debug)]
pub(crate) struct Compiled {
    query: Query,
    /// By the number of a kind of node: what the walk over tokens must know.
    forms: Vec<Form>,
    /// By the index of a capture.
    roles: Vec<Role>,
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
    fn forms(&self) -> Vec<Form> {
        let language = (self.language)();
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let form = |id: u16| match language.node_kind_for_id(id) {
            Some(kind) if kind.contains("comment") => Form::Comment,
            Some(kind) if self.atoms.contains(&kind) => Form::Atom,
            Some(kind) if self.blocks.contains(&kind) => Form::Block,
            Some(_) | None => Form::Plain,
        };
        (0..count).map(form).collect()
    }

    /// The query, compiled once a process (3 to 4 ms).
    fn compiled(&self) -> Result<&Compiled, String> {
        let compiled = self.compiled.get_or_init(|| {
            let query = Query::new(&(self.language)(), &self.queries.join("\n"))
                .map_err(|error| format!("a query does not compile: {error}"))?;
            let names = query.capture_names().iter();
            let roles = names.map(|name| role(name).ok_or_else(|| format!("`@{name}` means nothing")));
            let roles = roles.collect::<Result<_, _>>()?;
            Ok(Compiled {
                forms: self.forms(),
                query,
                roles,
            })
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
        tokens::walk(&tree, &compiled.forms, &mut draft)?;
        let mut filling = Filling::new(self, draft);
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

/// The byte range of a node.
pub(crate) fn range(node: &Node<'_>) -> Range {
    Range::new(node.start_byte(), node.end_byte())
}

/// The first child of a kind.
pub(crate) fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .find(|child| child.kind() == kind)
}
