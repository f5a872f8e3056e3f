//! How does a file that `syn` accepts fill a draft? The only file that names `syn`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enumerations of the syntax tree are open: new forms of expressions are expected"
)]

use proc_macro2::{Span, TokenTree};
use syn::{
    Attribute, BinOp, Block, Expr, FnArg, Item, Macro, Meta, Pat, Signature, Token, Type, UnOp, UseTree,
    parse::Parser as _,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use super::NAMES;
use crate::code::{
    assertions::{self, Rule},
    draft::{Argument, Branch, Call, Condition, Decorator, Definition, Draft, Range, Scope, Text},
    expressions,
    facts::{DefinitionKind, Import, Parameter, ParseError, Strength, Visibility},
};

/// The lexed draft back, and why it was refused.
pub(super) type Refused<'s> = Box<(Draft<'s>, ParseError)>;

/// Fills a lexed draft.
///
/// # Errors
/// The file is not Rust, as far as `syn` knows it.
pub(super) fn read<'s>(text: &'s str, lexed: Draft<'s>) -> Result<Draft<'s>, Refused<'s>> {
    // positions are kept for the life of the thread unless they are let go
    proc_macro2::extra::invalidate_current_thread_spans();
    let body = lexed.tokens.first().map_or(0, |first| first.range.start) as usize;
    // blanked, so that positions stay what they are in the file
    let shebang = !text.is_char_boundary(body)
        || text
            .get(..body)
            .is_some_and(|head| head.contains("#!") || head.starts_with('\u{feff}'));
    let padded;
    let source = if shebang {
        let head = text.get(..body).unwrap_or_default();
        let blank: String = head
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        padded = blank + text.get(body..).unwrap_or_default();
        padded.as_str()
    } else {
        text
    };
    match syn::parse_file(source) {
        Ok(file) => {
            let mut reader = Reader { draft: lexed };
            reader.visit_file(&file);
            let mut draft = reader.draft;
            draft.sort();
            Ok(draft)
        }
        Err(error) => {
            let line = u32::try_from(error.span().start().line)
                .unwrap_or(u32::MAX)
                .max(1);
            let says = crate::escape::line(&error.to_string()).into_owned();
            Err(Box::new((lexed, ParseError { line, says })))
        }
    }
}

struct Reader<'s> {
    draft: Draft<'s>,
}

fn range(span: Span) -> Range {
    let bytes = span.byte_range();
    Range::new(bytes.start, bytes.end)
}

fn between(first: Span, last: Span) -> Range {
    Range {
        start: range(first).start,
        end: range(last).end,
    }
}

fn seen(visibility: &syn::Visibility) -> (Visibility, Option<Span>) {
    match visibility {
        syn::Visibility::Public(token) => (Visibility::Public, Some(token.span)),
        syn::Visibility::Restricted(scope) => (Visibility::Restricted, Some(scope.pub_token.span)),
        syn::Visibility::Inherited => (Visibility::Private, None),
    }
}

fn path_text(path: &syn::Path) -> String {
    let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
    parts.join("::")
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

impl<'s> Reader<'s> {
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
            name_at: range(header.name.span()).start,
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

    fn decorator(&self, attribute: &Attribute) -> Decorator {
        let inside = match &attribute.meta {
            Meta::Path(_) => String::new(),
            Meta::List(list) => {
                let whole = range(list.delimiter.span().join());
                let text = self.draft.slice(whole);
                text.get(1..text.len().saturating_sub(1))
                    .unwrap_or_default()
                    .to_owned()
            }
            Meta::NameValue(pair) => {
                let whole = Range {
                    start: range(pair.eq_token.span).start,
                    end: range(attribute.bracket_token.span.close()).start,
                };
                self.draft.slice(whole).to_owned()
            }
        };
        Decorator {
            at: range(attribute.pound_token.span).start,
            name: path_text(attribute.path()),
            inside,
            arguments: Vec::new(),
        }
    }

    fn function(
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
        let start = first.into_iter().flatten().map(|span| range(span).start).min();
        let parameters = signature.inputs.iter().map(parameter).collect();
        let returns = match &signature.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(arrow, _) => {
                let clause = signature.generics.where_clause.as_ref();
                let until = clause.map(|clause| range(clause.where_token.span).start);
                let until = until.or(body.map(|body| body.start)).unwrap_or(end);
                let start = arrow.spans.last().map_or(end, |span| range(*span).end);
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

    /// Arguments between brackets: their ranges follow from the commas.
    fn arguments(&self, list: &Punctuated<Expr, Token![,]>, inside: Range) -> Vec<Argument> {
        let mut start = inside.start;
        let mut found = Vec::with_capacity(list.len());
        for pair in list.pairs() {
            let comma = pair.punct().map(|comma| range(comma.span));
            let end = comma.map_or(inside.end, |comma| comma.start);
            let place = self.trimmed(Range { start, end });
            found.push(self.argument(pair.value(), place));
            start = comma.map_or(inside.end, |comma| comma.end);
        }
        found
    }

    /// A range from its first token to its last.
    fn trimmed(&self, place: Range) -> Range {
        match self.draft.tokens_in(place) {
            [first, .., last] => Range {
                start: first.range.start,
                end: last.range.end,
            },
            [only] => only.range,
            [] => place,
        }
    }

    fn argument(&self, expression: &Expr, place: Range) -> Argument {
        let text = match expression {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(Text {
                    value: text.value(),
                    open: false,
                }),
                _ => None,
            },
            _ => None,
        };
        let calls = match expression {
            Expr::Call(_) | Expr::MethodCall(_) => Some(callee(expression)),
            _ => None,
        };
        let literal = is_literal(expression, 8).then(|| self.draft.slice(place).to_owned());
        Argument {
            range: place,
            literal,
            text,
            calls,
            ..Argument::default()
        }
    }

    fn call(&mut self, mut call: Call, conditions: Option<&Expr>) {
        if let Some((rule, _)) = NAMES.rule(&call) {
            if rule == Rule::Condition
                && let (Some(first), Some(expression)) = (call.arguments.first_mut(), conditions)
            {
                first.condition = Some(condition(expression, first.range, &self.draft, false, 64));
            }
            if let Some(assertion) = assertions::of(&call, &NAMES, &self.draft) {
                self.draft.assertions.push(assertion);
            }
        }
        self.draft.calls.push(call);
    }

    fn branch(&mut self, range: Range, failing: Option<Condition>) {
        self.draft.branches.push(Branch { range, failing });
    }

    /// `proptest! { fn name(x in 0..9) { … } }`: functions whose parameters are no Rust.
    fn functions_in_tokens(&mut self, one: &Macro) {
        let tokens: Vec<TokenTree> = one.tokens.clone().into_iter().collect();
        for (index, window) in tokens.windows(3).enumerate() {
            let [
                TokenTree::Ident(keyword),
                TokenTree::Ident(name),
                TokenTree::Group(_),
            ] = window
            else {
                continue;
            };
            if *keyword != "fn" {
                continue;
            }
            let body = tokens.iter().skip(index + 3).find_map(|token| match token {
                TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => Some(group),
                _ => None,
            });
            let Some(body) = body else { continue };
            let place = between(keyword.span(), body.span_close());
            self.draft.definitions.push(Definition {
                kind: DefinitionKind::Function,
                name: name.to_string(),
                name_at: range(name.span()).start,
                visibility: Visibility::Private,
                parameters: Vec::new(),
                returns: None,
                range: place,
                body: Some(between(body.span_open(), body.span_close())),
                decorators: vec![Decorator {
                    at: place.start,
                    name: "proptest".to_owned(),
                    inside: String::new(),
                    arguments: Vec::new(),
                }],
                owner: None,
                bases: Vec::new(),
            });
            if let Ok(statements) = Block::parse_within.parse2(body.stream()) {
                for statement in &statements {
                    self.visit_stmt(statement);
                }
            }
        }
    }

    fn use_tree(&mut self, line: u32, before: &str, tree: &UseTree) {
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

/// What an expression calls, as a path. At most 64 links of a chain.
fn callee(expression: &Expr) -> String {
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

/// Where an expression begins, as far as its first 64 links show.
fn start(expression: &Expr) -> Option<u32> {
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
                    .map(|first| range(first.ident.span()).start);
            }
            Expr::Macro(one) => {
                return one
                    .mac
                    .path
                    .segments
                    .first()
                    .map(|first| range(first.ident.span()).start);
            }
            Expr::Lit(literal) => return Some(range(literal.lit.span()).start),
            Expr::Paren(inner) => return Some(range(inner.paren_token.span.open()).start),
            Expr::Reference(inner) => return Some(range(inner.and_token.span).start),
            _ => return None,
        };
    }
    None
}

/// Whether an expression is a literal or made of literals only, wrapped as usual in tests.
fn is_literal(expression: &Expr, depth: usize) -> bool {
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
fn condition(expression: &Expr, place: Range, draft: &Draft<'_>, failing: bool, depth: usize) -> Condition {
    let Some(deeper) = depth.checked_sub(1) else {
        return Condition::of(Strength::Truthiness);
    };
    match expression {
        Expr::Paren(inner) => condition(&inner.expr, place, draft, failing, deeper),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            condition(&unary.expr, place, draft, !failing, deeper)
        }
        Expr::Binary(binary) => {
            let Some((operator, at)) = operator(&binary.op) else {
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
                let left = condition(&binary.left, left, draft, failing, deeper);
                let right = condition(&binary.right, right, draft, failing, deeper);
                return if all == (left.strength >= right.strength) {
                    left
                } else {
                    right
                };
            }
            let side = |expression: &Expr, place: Range| {
                let text = draft.slice(place).trim();
                (text, is_literal(expression, 8).then(|| text.to_owned()))
            };
            expressions::from_operator(
                operator,
                failing,
                side(&binary.left, left),
                side(&binary.right, right),
            )
        }
        Expr::Macro(_) | Expr::Let(_) => Condition::of(Strength::Comparison),
        Expr::Call(_) | Expr::MethodCall(_) => expressions::by_call(&callee(expression), failing),
        _ if is_literal(expression, 8) => Condition::of(Strength::None),
        _ => Condition::of(Strength::Truthiness),
    }
}

fn operator(operator: &BinOp) -> Option<(&'static str, Range)> {
    let two = |spans: [Span; 2]| between(spans[0], spans[1]);
    Some(match operator {
        BinOp::And(token) => ("&&", two(token.spans)),
        BinOp::Or(token) => ("||", two(token.spans)),
        BinOp::Eq(token) => ("==", two(token.spans)),
        BinOp::Ne(token) => ("!=", two(token.spans)),
        BinOp::Le(token) => ("<=", two(token.spans)),
        BinOp::Ge(token) => (">=", two(token.spans)),
        BinOp::Lt(token) => ("<", range(token.spans[0])),
        BinOp::Gt(token) => (">", range(token.spans[0])),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, one: &'ast syn::ItemFn) {
        let braces = one.block.brace_token.span;
        let body = between(braces.open(), braces.close());
        self.function(&one.attrs, seen(&one.vis), &one.sig, Some(body), body.end);
        visit::visit_item_fn(self, one);
    }

    fn visit_impl_item_fn(&mut self, one: &'ast syn::ImplItemFn) {
        let braces = one.block.brace_token.span;
        let body = between(braces.open(), braces.close());
        self.function(&one.attrs, seen(&one.vis), &one.sig, Some(body), body.end);
        visit::visit_impl_item_fn(self, one);
    }

    fn visit_trait_item_fn(&mut self, one: &'ast syn::TraitItemFn) {
        let braces = one.default.as_ref().map(|block| block.brace_token.span);
        let body = braces.map(|braces| between(braces.open(), braces.close()));
        let ends = one.semi_token.map(|token| range(token.span).end);
        let end = body.map(|body| body.end).or(ends).unwrap_or_default();
        self.function(&one.attrs, (Visibility::Private, None), &one.sig, body, end);
        visit::visit_trait_item_fn(self, one);
    }

    fn visit_impl_item_type(&mut self, one: &'ast syn::ImplItemType) {
        let body = Range {
            start: range(one.eq_token.span).end,
            end: range(one.semi_token.span).start,
        };
        self.plain(
            DefinitionKind::Type,
            &one.ident,
            &one.vis,
            &one.attrs,
            one.type_token.span,
            Some(body),
            body.end,
        );
        visit::visit_impl_item_type(self, one);
    }

    fn visit_impl_item_const(&mut self, one: &'ast syn::ImplItemConst) {
        let body = Range {
            start: range(one.eq_token.span).end,
            end: range(one.semi_token.span).start,
        };
        self.plain(
            DefinitionKind::Constant,
            &one.ident,
            &one.vis,
            &one.attrs,
            one.const_token.span,
            Some(body),
            body.end,
        );
        visit::visit_impl_item_const(self, one);
    }

    fn visit_item(&mut self, one: &'ast Item) {
        self.item(one);
        visit::visit_item(self, one);
    }

    fn visit_expr_call(&mut self, one: &'ast syn::ExprCall) {
        let parens = one.paren_token.span;
        let inside = Range {
            start: range(parens.open()).end,
            end: range(parens.close()).start,
        };
        let name = callee(&one.func);
        let call = Call {
            range: Range {
                start: start(&one.func).unwrap_or(inside.start),
                end: inside.end + 1,
            },
            arguments: self.arguments(&one.args, inside),
            callee: name,
            ..Call::default()
        };
        self.call(call, one.args.first());
        visit::visit_expr_call(self, one);
    }

    fn visit_expr_method_call(&mut self, one: &'ast syn::ExprMethodCall) {
        let parens = one.paren_token.span;
        let inside = Range {
            start: range(parens.open()).end,
            end: range(parens.close()).start,
        };
        let own = range(one.method.span()).start;
        let call = Call {
            range: Range {
                start: start(&one.receiver).unwrap_or(own),
                end: inside.end + 1,
            },
            arguments: self.arguments(&one.args, inside),
            callee: format!("{}.{}", callee(&one.receiver), one.method),
            ..Call::default()
        };
        self.call(call, one.args.first());
        visit::visit_expr_method_call(self, one);
    }

    fn visit_macro(&mut self, one: &'ast Macro) {
        let delimiters = one.delimiter.span();
        let whole = Range {
            start: one
                .path
                .segments
                .first()
                .map_or(0, |first| range(first.ident.span()).start),
            end: range(delimiters.close()).end,
        };
        let inside = Range {
            start: range(delimiters.open()).end,
            end: range(delimiters.close()).start,
        };
        let name = format!("{}!", path_text(&one.path));
        let list = one
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .ok();
        let call = Call {
            range: whole,
            arguments: list
                .as_ref()
                .map(|list| self.arguments(list, inside))
                .unwrap_or_default(),
            callee: name,
            ..Call::default()
        };
        let first = list.as_ref().and_then(Punctuated::first);
        self.call(call, first);
        if let Some(list) = &list {
            for expression in list {
                self.visit_expr(expression);
            }
        } else if one.path.is_ident("proptest") {
            self.functions_in_tokens(one);
        } else if let Ok(statements) = one.parse_body_with(Block::parse_within) {
            for statement in &statements {
                self.visit_stmt(statement);
            }
        }
    }

    fn visit_expr_if(&mut self, one: &'ast syn::ExprIf) {
        let braces = one.then_branch.brace_token.span;
        let then = between(braces.open(), braces.close());
        let place = Range {
            start: range(one.if_token.span).end,
            end: then.start,
        };
        let failing = condition(&one.cond, self.trimmed(place), &self.draft, true, 64);
        self.branch(then, Some(failing));
        if let Some((_, otherwise)) = &one.else_branch
            && let Expr::Block(block) = &**otherwise
        {
            let braces = block.block.brace_token.span;
            self.branch(between(braces.open(), braces.close()), None);
        }
        visit::visit_expr_if(self, one);
    }

    fn visit_expr_match(&mut self, one: &'ast syn::ExprMatch) {
        let braces = one.brace_token.span;
        self.branch(between(braces.open(), braces.close()), None);
        visit::visit_expr_match(self, one);
    }

    fn visit_item_use(&mut self, one: &'ast syn::ItemUse) {
        let line = self.draft.line(range(one.use_token.span).start);
        self.use_tree(line, "", &one.tree);
    }
}

impl Reader<'_> {
    fn item(&mut self, item: &Item) {
        let braces = |span: proc_macro2::extra::DelimSpan| between(span.open(), span.close());
        match item {
            Item::Struct(one) => {
                let body = match &one.fields {
                    syn::Fields::Named(fields) => Some(braces(fields.brace_token.span)),
                    syn::Fields::Unnamed(fields) => Some(braces(fields.paren_token.span)),
                    syn::Fields::Unit => None,
                };
                let semicolon = one.semi_token.map(|token| range(token.span).end);
                let last = body.map_or(range(one.ident.span()).end, |body| body.end);
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
                let body = Range {
                    start: range(one.eq_token.span).end,
                    end: range(one.semi_token.span).start,
                };
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
                let body = Range {
                    start: range(one.eq_token.span).end,
                    end: range(one.semi_token.span).start,
                };
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
                let body = Range {
                    start: range(one.eq_token.span).end,
                    end: range(one.semi_token.span).start,
                };
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
                    line: self.draft.line(range(one.mod_token.span).start),
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
                        .map_or(body, |first| range(first.ident.span()));
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
                range: between(one.impl_token.span, one.brace_token.span.close()),
                name: type_name(&one.self_ty),
                of_trait: one.trait_.is_some(),
            }),
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one line for each kind of item above")]
    fn plain(
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
                start: range(first.unwrap_or(keyword)).start,
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
                start: range(variant.ident.span()).start,
                end: pair.punct().map_or(close, |comma| range(comma.span).start),
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
        let close = range(named.brace_token.span.close()).start;
        for pair in named.named.pairs() {
            let field = pair.value();
            let Some(name) = &field.ident else { continue };
            let (visibility, first) = seen(&field.vis);
            let whole = Range {
                start: range(first.unwrap_or(name.span())).start,
                end: pair.punct().map_or(close, |comma| range(comma.span).start),
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

/// The calls and assertions of a macro that stands in a file which does not parse as a whole.
fn fragment(text: &str) -> Option<Draft<'_>> {
    proc_macro2::extra::invalidate_current_thread_spans();
    let mut draft = Draft::new(text);
    super::lexer::lex(&mut draft);
    let expression: Expr = syn::parse_str(text).ok()?;
    let mut reader = Reader { draft };
    reader.visit_expr(&expression);
    Some(reader.draft)
}

/// The grammar sees only tokens in a macro: reads each anew, so that its arguments are known.
pub(super) fn complete_macros(draft: &mut Draft<'_>) {
    let (macros, mut calls): (Vec<Call>, Vec<Call>) = std::mem::take(&mut draft.calls)
        .into_iter()
        .partition(|call| call.callee.ends_with('!'));
    let text = draft.text;
    for one in macros {
        draft.assertions.retain(|assertion| assertion.range != one.range);
        let whole = text.get(one.range.start as usize..one.range.end as usize);
        let Some(inner) = whole.and_then(fragment) else {
            calls.push(one);
            continue;
        };
        let shift = |range: &mut Range| {
            range.start += one.range.start;
            range.end += one.range.start;
        };
        for mut call in inner.calls {
            shift(&mut call.range);
            call.arguments
                .iter_mut()
                .for_each(|argument| shift(&mut argument.range));
            calls.push(call);
        }
        for mut assertion in inner.assertions {
            shift(&mut assertion.range);
            draft.assertions.push(assertion);
        }
    }
    draft.calls = calls;
    draft.sort();
}
