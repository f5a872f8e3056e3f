//! Which constants does a file have, and where may runs use them?

use syn::{Attribute, Expr, Token, punctuated::Punctuated, spanned::Spanned as _, visit::Visit as _};

use super::{
    constants::{Constant, Scope, Used},
    reader::Reader,
    sites::Site,
};

/// Macros of the standard library that evaluate each argument and do not show its text.
const EVALUATING: &[&str] = &[
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
    "format",
    "panic",
    "print",
    "println",
    "eprint",
    "eprintln",
    "vec",
    "write",
    "writeln",
];

impl Reader<'_> {
    /// Notes a constant with the sites in its value, which are those from `first` on.
    pub(super) fn constant(&mut self, item: &syn::ItemConst, first: usize) {
        let is_conditional = |one: &Attribute| one.path().is_ident("cfg") || one.path().is_ident("cfg_attr");
        if item.ident == "_" || item.attrs.iter().any(is_conditional) {
            return;
        }
        let scope = match &item.vis {
            _ if self.function.is_some() => Scope::Function,
            syn::Visibility::Inherited => Scope::Module,
            _ if self.modules.iter().any(|(_, hidden)| *hidden) => Scope::Module,
            syn::Visibility::Restricted(within)
                if within.path.is_ident("super") && !self.modules.is_empty() =>
            {
                Scope::Module
            }
            syn::Visibility::Public(_) | syn::Visibility::Restricted(_) => Scope::Public,
        };
        let word = self.words(item.vis.span());
        let index = self.found.constants.len();
        let value = item.expr.span().byte_range();
        // the length of an array in its type is no part of its value
        let is_inside = |site: &Site| value.start <= site.node.start && site.node.end <= value.end;
        let sites = self.found.sites.iter_mut().skip(first);
        for site in sites.filter(|site| site.obstacle.is_some() && is_inside(site)) {
            site.constant = Some(index);
        }
        self.found.constants.push(Constant {
            name: item.ident.to_string(),
            kind: self.words(item.ty.span()),
            value,
            end: item.semi_token.span.byte_range().end,
            word: if word.is_empty() { word } else { word + " " },
            module: self.modules.last().map(|(name, _)| name.clone()),
            scope,
            uses: Vec::new(),
        });
    }

    /// Notes a name that may be that of a constant, where it runs.
    pub(super) fn used(&mut self, node: &syn::ExprPath) {
        let function = self.function.and_then(|index| self.found.functions.get(index));
        let runs = !self.constant && function.is_some_and(|one| one.constant.is_none());
        let mut words = node.path.segments.iter().rev().map(|part| part.ident.to_string());
        let name = words.next().filter(|name| !name.contains(char::is_lowercase));
        if let (true, None, Some(name)) = (runs, &node.qself, name) {
            self.used.push(Used {
                name,
                qualifier: words.next(),
                place: node.span().byte_range(),
            });
        }
    }

    /// A macro whose arguments are expressions, each of which it evaluates.
    pub(super) fn evaluated(&mut self, one: &syn::Macro) {
        if !EVALUATING.iter().any(|name| one.path.is_ident(name)) {
            return;
        }
        let arguments = one.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        self.quietly(|reader| {
            for argument in arguments.iter().flatten() {
                reader.visit_expr(argument);
            }
        });
    }
}
