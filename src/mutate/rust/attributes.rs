//! What do the attributes of an item or an expression say about faults in it?
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: new forms have no attributes here until they are known"
)]

use syn::{Attribute, Expr, Item};

use super::conditions::Condition;

/// Whether an attribute says that what it is on belongs to tests: `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
pub(super) fn is_test(attribute: &Attribute) -> bool {
    let ends_in_test = attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| last.ident == "test");
    ends_in_test || Condition::of(attribute).is_some_and(|condition| needs_test(&condition))
}

fn needs_test(condition: &Condition) -> bool {
    match condition {
        Condition::Set(name) => name == "test",
        Condition::All(parts) => parts.iter().any(needs_test),
        Condition::Any(parts) => !parts.is_empty() && parts.iter().all(needs_test),
        Condition::Not(_) | Condition::Unknown => false,
    }
}

/// `#[mutants::skip]`, also inside `#[cfg_attr(…, mutants::skip)]`.
pub(super) fn is_skip(attribute: &Attribute) -> bool {
    let is_it = |path: &syn::Path| {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        names == ["mutants", "skip"]
    };
    if is_it(attribute.path()) {
        return true;
    }
    let mut found = false;
    if attribute.path().is_ident("cfg_attr") {
        let read = attribute.parse_nested_meta(|meta| {
            found |= is_it(&meta.path);
            if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                content.parse::<proc_macro2::TokenStream>()?;
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
        // a form that cannot be read silences nothing
        found &= read.is_ok();
    }
    found
}

pub(super) fn item_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(one) => &one.attrs,
        Item::Enum(one) => &one.attrs,
        Item::Fn(one) => &one.attrs,
        Item::Impl(one) => &one.attrs,
        Item::Mod(one) => &one.attrs,
        Item::Static(one) => &one.attrs,
        Item::Struct(one) => &one.attrs,
        Item::Trait(one) => &one.attrs,
        Item::Type(one) => &one.attrs,
        Item::Union(one) => &one.attrs,
        _ => &[],
    }
}

pub(super) fn expression_attributes(node: &Expr) -> &[Attribute] {
    match node {
        Expr::Binary(one) => &one.attrs,
        Expr::Block(one) => &one.attrs,
        Expr::Call(one) => &one.attrs,
        Expr::Closure(one) => &one.attrs,
        Expr::ForLoop(one) => &one.attrs,
        Expr::If(one) => &one.attrs,
        Expr::Loop(one) => &one.attrs,
        Expr::Match(one) => &one.attrs,
        Expr::MethodCall(one) => &one.attrs,
        Expr::Paren(one) => &one.attrs,
        Expr::Return(one) => &one.attrs,
        Expr::Struct(one) => &one.attrs,
        Expr::Unary(one) => &one.attrs,
        Expr::Unsafe(one) => &one.attrs,
        Expr::While(one) => &one.attrs,
        _ => &[],
    }
}
