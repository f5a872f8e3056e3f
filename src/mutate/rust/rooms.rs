//! Which faults does a part of the syntax tree have room for?
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: new forms have no room for a fault until they are known"
)]

use std::ops::Range;

use proc_macro2::Span as Place;
use syn::{Block, Expr, Pat, Signature, Stmt, UnOp, spanned::Spanned as _, visit::Visit};

use super::{
    conditions::Condition,
    operators,
    reader::{Link, Reader, number},
    sites::{Function, Loop, Shape},
    values::Values,
};
use crate::mutate::Fault;

/// Why a switch cannot stand in a function of one unnamed type.
const UNNAMED: &str = "the function returns one unnamed type";
/// Values of functions that nobody tests.
const SHOWN: &str = "values of `Debug` and `Display`";

impl Reader<'_> {
    /// A function and what is in it; `values`: it has room for other values.
    pub(super) fn function(&mut self, signature: &Signature, whole: Place, body: &Block, values: bool) {
        let outer = self.function;
        self.found.functions.push(Function {
            name: signature.ident.to_string(),
            span: whole.byte_range(),
            constant: signature.constness.map(|word| word.span.byte_range()),
        });
        self.function = Some(self.found.functions.len() - 1);
        self.named(signature.ident.to_string(), |reader| {
            reader.computed(false, |reader| {
                if values && !reader.quiet {
                    reader.values(signature, body);
                }
                reader.visit_signature(signature);
                reader.visit_block(body);
            });
        });
        self.function = outer;
    }

    /// Faults of the value of a function.
    fn values(&mut self, signature: &Signature, body: &Block) {
        let (Some(first), Some(last)) = (body.stmts.first(), body.stmts.last()) else {
            return;
        };
        let (first, last) = (first.span(), last.span());
        let node = first.byte_range().start..last.byte_range().end;
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        let own = dense(&self.source(&node));
        let text = |place: Place| self.words(place);
        let texts = Values { text: &text }.of(&signature.output);
        let anchor = (
            number(signature.span().start().line),
            number(body.span().end().line),
        );
        let faults = texts
            .iter()
            .filter(|value| dense(value) != own)
            .map(|value| Fault {
                anchor,
                value: true,
                noise: self.shown.then_some(SHOWN),
                ..self.fault("FnValue", (first, last), value)
            });
        let faults = faults.collect();
        let at = node.start;
        let sites = self.found.sites.len();
        let unnamed = matches!(&signature.output, syn::ReturnType::Type(_, one) if matches!(**one, syn::Type::ImplTrait(_)));
        let ending = unnamed.then(|| ending(body)).flatten();
        let is_obstacle = unnamed && ending.is_none();
        let shape = ending.map_or(Shape::Value { at }, |value| Shape::Unnamed {
            at,
            from: value.start,
            to: value.end,
        });
        self.site(node, shape, faults);
        if let Some(site) = self.found.sites.get_mut(sites).filter(|_| is_obstacle) {
            site.obstacle = Some(UNNAMED);
        }
    }

    /// A loop that runs when the program runs.
    pub(super) fn ticked(&mut self, body: &Block) {
        if self.constant || self.quiet {
            return;
        }
        let open = body.brace_token.span.open().byte_range().end;
        let first = body.stmts.first().map(|first| first.span().byte_range().start);
        self.found.loops.push(Loop {
            at: first.unwrap_or(open),
            function: self.function,
        });
    }

    /// Faults of a binary operator. Each stands at the outermost expression that another operator in its place makes
    /// the compiler read in another way: the `*` of `a - b * c` at the whole, because `a - b + c` begins with `a - b`.
    pub(super) fn binary(&mut self, node: &syn::ExprBinary) {
        let whole = node.left.span().byte_range().start..node.right.span().byte_range().end;
        let own = self.found.sites.len();
        self.empty_site(whole, Shape::Node, Vec::new());
        let binds = holds_let(&node.left) || holds_let(&node.right);
        let place = node.op.span();
        let others = if binds || self.quiet {
            &[]
        } else {
            operators::instead(&node.op)
        };
        for other in others {
            let fault = self.fault("BinaryOperator", (place, place), other);
            let at = self.scope(operators::strength_of(other)).unwrap_or(own);
            let index = self.found.faults.len();
            self.found.faults.push(fault);
            if let Some(site) = self.found.sites.get_mut(at) {
                site.faults.push(index);
            }
        }
        let link = |right| Link {
            site: own,
            strength: operators::strength(&node.op),
            right,
            binds,
        };
        let operands = [(&node.left, link(false)), (&node.right, link(true))];
        for (operand, link) in operands {
            self.chain.push(link);
            self.visit_expr(operand);
            self.chain.pop();
        }
    }

    /// The site of the outermost of the operators around that an operator of this strength takes operands from.
    fn scope(&self, strength: u8) -> Option<usize> {
        let mut found = None;
        for link in self.chain.iter().rev() {
            let changes = link.strength > strength || (link.right && link.strength == strength);
            if !changes || link.binds {
                break;
            }
            found = Some(link.site);
        }
        found
    }

    /// Faults of an operator before its operand.
    pub(super) fn unary(&mut self, node: &syn::ExprUnary) {
        if matches!(node.op, UnOp::Not(_) | UnOp::Neg(_)) {
            let operator = node.op.span();
            let fault = self.fault("UnaryOperator", (operator, operator), "");
            let whole = operator.byte_range().start..node.expr.span().byte_range().end;
            self.site(whole, Shape::Node, vec![fault]);
        }
    }

    /// Faults of the arms of a `match`.
    pub(super) fn arms(&mut self, node: &syn::ExprMatch) {
        let has_rest = node.arms.iter().any(|arm| matches!(arm.pat, Pat::Wild(_)));
        for arm in &node.arms {
            match &arm.pat {
                Pat::Guard(guarded) => self.guard(guarded),
                Pat::Wild(_) => {}
                pattern if has_rest => self.deleted(arm, pattern),
                _ => {}
            }
        }
    }

    fn deleted(&mut self, arm: &syn::Arm, pattern: &Pat) {
        let place = (arm.span(), arm.span());
        let pattern = (pattern.span().start().line, arm.fat_arrow_token.span().end().line);
        let fault = Fault {
            anchor: (number(pattern.0), number(pattern.1)),
            ..self.fault("MatchArm", place, "")
        };
        let at = arm.pat.span().byte_range().end;
        let conditions = self.conditions.len();
        self.conditions.extend(arm.attrs.iter().filter_map(Condition::of));
        self.site(arm.span().byte_range(), Shape::Arm { at }, vec![fault]);
        self.conditions.truncate(conditions);
    }

    fn guard(&mut self, guarded: &syn::PatGuard) {
        if holds_let(&guarded.guard) {
            return;
        }
        let place = guarded.guard.span();
        let faults = ["true", "false"].map(|value| self.fault("MatchArmGuard", (place, place), value));
        self.site(place.byte_range(), Shape::Guard, faults.into());
    }

    /// Faults of the fields of a structure that takes the rest from another.
    pub(super) fn fields(&mut self, node: &syn::ExprStruct) {
        if node.rest.is_none() {
            return;
        }
        let named = node
            .fields
            .pairs()
            .filter(|pair| matches!(pair.value().member, syn::Member::Named(_)));
        let faults = named.map(|pair| {
            let field = pair.value().span();
            let end = pair.punct().map_or(field, |comma| comma.span());
            self.fault("StructField", (field, end), "")
        });
        let faults = faults.collect();
        let whole = node.path.span().byte_range().start..node.brace_token.span.close().byte_range().end;
        self.site(whole, Shape::Node, faults);
    }
}

/// The value that a function ends in, if it leaves nowhere else.
fn ending(body: &Block) -> Option<Range<usize>> {
    let Some(Stmt::Expr(value, None)) = body.stmts.last() else {
        return None;
    };
    let mut leaving = Leaving(false);
    leaving.visit_block(body);
    (!leaving.0).then(|| value.span().byte_range())
}

/// Whether a function has a `return` of its own.
struct Leaving(bool);

impl<'a> Visit<'a> for Leaving {
    fn visit_expr_return(&mut self, _: &'a syn::ExprReturn) {
        self.0 = true;
    }

    fn visit_macro(&mut self, _: &'a syn::Macro) {
        // its text may have one, too
        self.0 = true;
    }

    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

/// Whether a condition binds names; such a chain of `&&` has no other operator.
fn holds_let(node: &Expr) -> bool {
    match node {
        Expr::Let(_) => true,
        Expr::Binary(inner) if matches!(inner.op, syn::BinOp::And(_)) => {
            holds_let(&inner.left) || holds_let(&inner.right)
        }
        _ => false,
    }
}
