//! What do the items of a file define?
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: new forms of expressions are expected"
)]

use proc_macro2::Span;
use syn::{Attribute, FnArg, Item, Meta, Pat, Signature, Token, Type, UseTree, punctuated::Punctuated};

use super::{Reader, path_text};
use crate::code::{
    draft::{Decorator, Definition, Range, Scope},
    facts::{DefinitionKind, Import, Parameter, Visibility},
};

pub(super) fn seen(visibility: &syn::Visibility) -> (Visibility, Option<Span>) {
    match visibility {
        syn::Visibility::Public(token) => (Visibility::Public, Some(token.span)),
        syn::Visibility::Restricted(scope) => (Visibility::Restricted, Some(scope.pub_token.span)),
        syn::Visibility::Inherited => (Visibility::Private, None),
    }
}

fn type_name(one: &Type) -> String {
    match one {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |last| last.ident.to_string()),
        Type::Reference(inner) => type_name(&inner.elem),
        Type::Paren(inner) => type_name(&inner.elem),
        Type::Group(inner) => type_name(&inner.elem),
        _ => "_".to_owned(),
    }
}

/// What every definition has.
struct Header<'a> {
    kind: DefinitionKind,
    name: &'a syn::Ident,
    visibility: Visibility,
    attributes: &'a [Attribute],
    range: Range,
    body: Option<Range>,
}

fn parameter(one: &FnArg) -> Parameter {
    let name = match one {
        FnArg::Receiver(_) => "self".to_owned(),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => name.ident.to_string(),
            _ => "_".to_owned(),
        },
    };
    Parameter {
        name,
        required: true,
        variadic: false,
        keyword_only: false,
    }
}

impl Reader<'_, '_> {
    fn define(&mut self, header: Header<'_>) {
        self.define_with(header, Vec::new(), None);
    }

    fn define_with(&mut self, header: Header<'_>, parameters: Vec<Parameter>, returns: Option<String>) {
        let decorators = header
            .attributes
            .iter()
            .filter(|one| !one.path().is_ident("doc"))
            .map(|one| self.decorator(one))
            .collect();
        self.draft.definitions.push(Definition {
            kind: header.kind,
            name: header.name.to_string(),
            name_at: self.places.start(header.name.span()),
            visibility: header.visibility,
            parameters,
            returns,
            range: header.range,
            body: header.body,
            decorators,
            owner: None,
            bases: Vec::new(),
        });
    }

    pub(super) fn decorator(&self, attribute: &Attribute) -> Decorator {
        let inside = match &attribute.meta {
            Meta::Path(_) => String::new(),
            Meta::List(list) => {
                let whole = self.places.range(list.delimiter.span().join());
                let text = self.draft.slice(whole);
                text.get(1..text.len().saturating_sub(1))
                    .unwrap_or_default()
                    .to_owned()
            }
            Meta::NameValue(pair) => {
                let whole = Range {
                    start: self.places.start(pair.eq_token.span),
                    end: self.places.start(attribute.bracket_token.span.close()),
                };
                self.draft.slice(whole).to_owned()
            }
        };
        Decorator {
            at: self.places.start(attribute.pound_token.span),
            name: path_text(attribute.path()),
            inside,
            arguments: Vec::new(),
        }
    }

    pub(super) fn function(
        &mut self,
        attributes: &[Attribute],
        visibility: (Visibility, Option<Span>),
        signature: &Signature,
        body: Option<Range>,
        end: u32,
    ) {
        let first = [
            visibility.1,
            signature.constness.map(|token| token.span),
            signature.asyncness.map(|token| token.span),
            signature.abi.as_ref().map(|abi| abi.extern_token.span),
            Some(signature.fn_token.span),
        ];
        let start = first
            .into_iter()
            .flatten()
            .map(|span| self.places.start(span))
            .min();
        let parameters = signature.inputs.iter().map(parameter).collect();
        let returns = match &signature.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(arrow, _) => {
                let clause = signature.generics.where_clause.as_ref();
                let until = clause.map(|clause| self.places.start(clause.where_token.span));
                let until = until.or(body.map(|body| body.start)).unwrap_or(end);
                let start = arrow
                    .spans
                    .last()
                    .map_or(end, |span| self.places.range(*span).end);
                Some(
                    self.draft
                        .normal(Range { start, end: until })
                        .trim_end_matches(';')
                        .to_owned(),
                )
            }
        };
        let header = Header {
            kind: DefinitionKind::Function,
            name: &signature.ident,
            visibility: visibility.0,
            attributes,
            range: Range {
                start: start.unwrap_or_default(),
                end,
            },
            body,
        };
        self.define_with(header, parameters, returns);
    }

    pub(super) fn use_tree(&mut self, line: u32, before: &str, tree: &UseTree) {
        let joined = |name: &str| {
            if before.is_empty() {
                name.to_owned()
            } else {
                format!("{before}::{name}")
            }
        };
        let mut import = |path: String, name: Option<String>, alias: Option<String>| {
            self.draft.imports.push(Import {
                line,
                relative: path.starts_with("self::")
                    || path.starts_with("super::")
                    || path.starts_with("crate::"),
                path,
                name,
                alias,
            });
        };
        match tree {
            UseTree::Path(path) => self.use_tree(line, &joined(&path.ident.to_string()), &path.tree),
            UseTree::Name(name) if name.ident == "self" => import(before.to_owned(), None, None),
            UseTree::Name(name) => import(
                joined(&name.ident.to_string()),
                Some(name.ident.to_string()),
                None,
            ),
            UseTree::Rename(name) => import(
                joined(&name.ident.to_string()),
                Some(name.ident.to_string()),
                Some(name.rename.to_string()),
            ),
            UseTree::Glob(_) => import(before.to_owned(), Some("*".to_owned()), None),
            UseTree::Group(group) => {
                for one in &group.items {
                    self.use_tree(line, before, one);
                }
            }
        }
    }

    pub(super) fn item(&mut self, item: &Item) {
        let braces = |span: proc_macro2::extra::DelimSpan| self.places.between(span.open(), span.close());
        match item {
            Item::Struct(one) => {
                let body = match &one.fields {
                    syn::Fields::Named(fields) => Some(braces(fields.brace_token.span)),
                    syn::Fields::Unnamed(fields) => Some(braces(fields.paren_token.span)),
                    syn::Fields::Unit => None,
                };
                let semicolon = one.semi_token.map(|token| self.places.range(token.span).end);
                let last = body.map_or(self.places.range(one.ident.span()).end, |body| body.end);
                let end = semicolon.unwrap_or(last);
                self.plain(
                    DefinitionKind::Struct,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.struct_token.span,
                    body,
                    end,
                );
                self.fields(&one.fields);
            }
            Item::Enum(one) => {
                let body = braces(one.brace_token.span);
                let end = body.end;
                self.plain(
                    DefinitionKind::Enum,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.enum_token.span,
                    Some(body),
                    end,
                );
                self.variants(&one.variants, body.end.saturating_sub(1));
            }
            Item::Union(one) => {
                let body = braces(one.fields.brace_token.span);
                let end = body.end;
                self.plain(
                    DefinitionKind::Struct,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.union_token.span,
                    Some(body),
                    end,
                );
            }
            Item::Trait(one) => {
                let body = braces(one.brace_token.span);
                let end = body.end;
                self.plain(
                    DefinitionKind::Trait,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.trait_token.span,
                    Some(body),
                    end,
                );
            }
            Item::Type(one) => {
                let body = self.between_tokens(one.eq_token.span, one.semi_token.span);
                self.plain(
                    DefinitionKind::Type,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.type_token.span,
                    Some(body),
                    body.end,
                );
            }
            Item::Const(one) => {
                let body = self.between_tokens(one.eq_token.span, one.semi_token.span);
                self.plain(
                    DefinitionKind::Constant,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.const_token.span,
                    Some(body),
                    body.end,
                );
            }
            Item::Static(one) => {
                let body = self.between_tokens(one.eq_token.span, one.semi_token.span);
                self.plain(
                    DefinitionKind::Constant,
                    &one.ident,
                    &one.vis,
                    &one.attrs,
                    one.static_token.span,
                    Some(body),
                    body.end,
                );
            }
            Item::Mod(one) => match &one.content {
                Some((brace, _)) => {
                    let body = braces(brace.span);
                    let end = body.end;
                    self.plain(
                        DefinitionKind::Module,
                        &one.ident,
                        &one.vis,
                        &one.attrs,
                        one.mod_token.span,
                        Some(body),
                        end,
                    );
                }
                None => self.draft.imports.push(Import {
                    line: self.draft.line(self.places.start(one.mod_token.span)),
                    path: one.ident.to_string(),
                    name: None,
                    alias: None,
                    relative: true,
                }),
            },
            Item::Macro(one) => {
                if let Some(name) = &one.ident {
                    let body = braces(*one.mac.delimiter.span());
                    let visibility = if one.attrs.iter().any(|one| one.path().is_ident("macro_export")) {
                        Visibility::Public
                    } else {
                        Visibility::Private
                    };
                    let start = one
                        .mac
                        .path
                        .segments
                        .first()
                        .map_or(body, |first| self.places.range(first.ident.span()));
                    self.define(Header {
                        kind: DefinitionKind::Macro,
                        name,
                        visibility,
                        attributes: &one.attrs,
                        range: Range {
                            start: start.start,
                            end: body.end,
                        },
                        body: Some(body),
                    });
                }
            }
            Item::Impl(one) => self.draft.scopes.push(Scope {
                range: self
                    .places
                    .between(one.impl_token.span, one.brace_token.span.close()),
                name: type_name(&one.self_ty),
                of_trait: one.trait_.is_some(),
            }),
            _ => {}
        }
    }

    /// What stands between two tokens: the value behind `=`, without the `;`.
    pub(super) fn between_tokens(&self, first: Span, last: Span) -> Range {
        Range {
            start: self.places.range(first).end,
            end: self.places.start(last),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one line for each kind of item above")]
    pub(super) fn plain(
        &mut self,
        kind: DefinitionKind,
        name: &syn::Ident,
        visibility: &syn::Visibility,
        attributes: &[Attribute],
        keyword: Span,
        body: Option<Range>,
        end: u32,
    ) {
        let (visibility, first) = seen(visibility);
        let header = Header {
            kind,
            name,
            visibility,
            attributes,
            range: Range {
                start: self.places.start(first.unwrap_or(keyword)),
                end,
            },
            body,
        };
        self.define(header);
    }

    fn variants(&mut self, variants: &Punctuated<syn::Variant, Token![,]>, close: u32) {
        for pair in variants.pairs() {
            let variant = pair.value();
            let whole = Range {
                start: self.places.start(variant.ident.span()),
                end: pair.punct().map_or(close, |comma| self.places.start(comma.span)),
            };
            let header = Header {
                kind: DefinitionKind::Variant,
                name: &variant.ident,
                visibility: Visibility::Public,
                attributes: &variant.attrs,
                range: self.trimmed(whole),
                body: None,
            };
            self.define(header);
            self.fields(&variant.fields);
        }
    }

    fn fields(&mut self, fields: &syn::Fields) {
        let syn::Fields::Named(named) = fields else { return };
        let close = self.places.start(named.brace_token.span.close());
        for pair in named.named.pairs() {
            let field = pair.value();
            let Some(name) = &field.ident else { continue };
            let (visibility, first) = seen(&field.vis);
            let whole = Range {
                start: self.places.start(first.unwrap_or(name.span())),
                end: pair.punct().map_or(close, |comma| self.places.start(comma.span)),
            };
            let header = Header {
                kind: DefinitionKind::Field,
                name,
                visibility,
                attributes: &field.attrs,
                range: self.trimmed(whole),
                body: None,
            };
            self.define(header);
        }
    }
}
