//! What do the expressions of a test mean: what is called, what is literal, what does a condition prove?
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: new forms of expressions are expected"
)]

use proc_macro2::Span;
use syn::{BinOp, Expr, Token, UnOp, punctuated::Punctuated};

use super::{Places, path_text};
use crate::code::{
    conditions,
    draft::{Condition, Draft, Range},
    facts::Strength,
};

/// What an expression calls, as a path. At most 64 links of a chain.
pub(super) fn callee(expression: &Expr) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut at = expression;
    for _ in 0..64 {
        at = match at {
            Expr::MethodCall(call) => {
                parts.push(format!(".{}()", call.method));
                &call.receiver
            }
            Expr::Call(call) => {
                parts.push("()".to_owned());
                &call.func
            }
            Expr::Field(field) => {
                parts.push(match &field.member {
                    syn::Member::Named(name) => format!(".{name}"),
                    syn::Member::Unnamed(index) => format!(".{}", index.index),
                });
                &field.base
            }
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Paren(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::Path(path) => {
                parts.push(path_text(&path.path));
                break;
            }
            Expr::Macro(one) => {
                parts.push(format!("{}!", path_text(&one.mac.path)));
                break;
            }
            _ => {
                parts.push("_".to_owned());
                break;
            }
        };
    }
    parts.reverse();
    parts.concat()
}

/// What is known about the text around an expression.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub(super) draft: &'c Draft<'c>,
    pub(super) places: &'c Places<'c>,
}

/// Where an expression begins, as far as its first 64 links show.
pub(super) fn start(places: &Places<'_>, expression: &Expr) -> Option<u32> {
    let mut at = expression;
    for _ in 0..64 {
        at = match at {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Call(call) => &call.func,
            Expr::Field(field) => &field.base,
            Expr::Index(index) => &index.expr,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Path(path) => {
                return path
                    .path
                    .segments
                    .first()
                    .map(|first| places.start(first.ident.span()));
            }
            Expr::Macro(one) => {
                return one
                    .mac
                    .path
                    .segments
                    .first()
                    .map(|first| places.start(first.ident.span()));
            }
            Expr::Lit(literal) => return Some(places.start(literal.lit.span())),
            Expr::Paren(inner) => return Some(places.start(inner.paren_token.span.open())),
            Expr::Reference(inner) => return Some(places.start(inner.and_token.span)),
            _ => return None,
        };
    }
    None
}

/// Whether an expression is a literal or made of literals only, wrapped as usual in tests.
pub(super) fn is_literal(expression: &Expr, depth: usize) -> bool {
    let Some(deeper) = depth.checked_sub(1) else {
        return false;
    };
    let all = |list: &Punctuated<Expr, Token![,]>| list.iter().all(|one| is_literal(one, deeper));
    match expression {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Deref(_)) && is_literal(&unary.expr, deeper),
        Expr::Paren(inner) => is_literal(&inner.expr, deeper),
        Expr::Reference(inner) => is_literal(&inner.expr, deeper),
        Expr::Array(array) => all(&array.elems),
        Expr::Tuple(tuple) => all(&tuple.elems),
        Expr::Repeat(repeat) => is_literal(&repeat.expr, deeper) && is_literal(&repeat.len, deeper),
        Expr::Path(path) => path.path.is_ident("None"),
        Expr::Call(call) => {
            let wraps = matches!(
                callee(&call.func).as_str(),
                "Some"
                    | "Ok"
                    | "Err"
                    | "String::from"
                    | "Cow::Borrowed"
                    | "Duration::from_secs"
                    | "Duration::from_millis"
            );
            wraps && all(&call.args)
        }
        Expr::MethodCall(call) => {
            let copies = call.method == "to_string" || call.method == "to_owned" || call.method == "into";
            copies && is_literal(&call.receiver, deeper)
        }
        Expr::Macro(one) if one.mac.path.is_ident("vec") => {
            let list = one
                .mac
                .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
            list.is_ok_and(|list| all(&list))
        }
        _ => false,
    }
}

/// What a condition proves when it holds, or when it does not (`failing`).
pub(super) fn condition(
    expression: &Expr,
    place: Range,
    context: Context<'_>,
    failing: bool,
    depth: usize,
) -> Condition {
    let Some(deeper) = depth.checked_sub(1) else {
        return Condition::of(Strength::Truthiness);
    };
    match expression {
        Expr::Paren(inner) => condition(&inner.expr, place, context, failing, deeper),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            condition(&unary.expr, place, context, !failing, deeper)
        }
        Expr::Binary(binary) => {
            let Some((operator, at)) = operator(&binary.op, context.places) else {
                return Condition::of(Strength::Truthiness);
            };
            let left = Range {
                end: at.start.max(place.start),
                ..place
            };
            let right = Range {
                start: at.end.min(place.end),
                ..place
            };
            if let "&&" | "||" = operator {
                let all = (operator == "&&") != failing;
                let left = condition(&binary.left, left, context, failing, deeper);
                let right = condition(&binary.right, right, context, failing, deeper);
                return if all == (left.strength >= right.strength) {
                    left
                } else {
                    right
                };
            }
            let side = |expression: &Expr, place: Range| {
                let text = context.draft.slice(place).trim();
                (text, is_literal(expression, 8).then(|| text.to_owned()))
            };
            conditions::from_operator(
                operator,
                failing,
                side(&binary.left, left),
                side(&binary.right, right),
            )
        }
        Expr::Macro(_) | Expr::Let(_) => Condition::of(Strength::Comparison),
        Expr::Call(_) | Expr::MethodCall(_) => conditions::by_call(&callee(expression), failing),
        _ if is_literal(expression, 8) => Condition::of(Strength::None),
        _ => Condition::of(Strength::Truthiness),
    }
}

fn operator(operator: &BinOp, places: &Places<'_>) -> Option<(&'static str, Range)> {
    let two = |spans: [Span; 2]| places.between(spans[0], spans[1]);
    Some(match operator {
        BinOp::And(token) => ("&&", two(token.spans)),
        BinOp::Or(token) => ("||", two(token.spans)),
        BinOp::Eq(token) => ("==", two(token.spans)),
        BinOp::Ne(token) => ("!=", two(token.spans)),
        BinOp::Le(token) => ("<=", two(token.spans)),
        BinOp::Ge(token) => (">=", two(token.spans)),
        BinOp::Lt(token) => ("<", places.range(token.spans[0])),
        BinOp::Gt(token) => (">", places.range(token.spans[0])),
        _ => return None,
    })
}
