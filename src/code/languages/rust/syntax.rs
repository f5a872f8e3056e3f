//! How does a file that `syn` accepts fill a draft? Only here and below is `syn` named.

mod items;
mod values;

use proc_macro2::{LineColumn, Span, TokenTree};
use syn::{
    Block, Expr, Item, Macro, Token,
    parse::Parser as _,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use self::{
    items::seen,
    values::{Context, callee, condition, is_literal, start},
};
use super::NAMES;
use crate::code::{
    assertions::{self, Rule},
    draft::{Argument, Branch, Call, Condition, Decorator, Definition, Draft, Range, Text},
    facts::{DefinitionKind, ParseError, Visibility},
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
            let mut reader = Reader::new(lexed, source);
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

struct Reader<'s, 't> {
    draft: Draft<'s>,
    /// Macros of the file that make a test of the name they are given.
    test_macros: Vec<String>,
    places: Places<'t>,
}

/// Characters between two marks.
const STRIDE: usize = 64;

/// Where spans lie in a text. `Span::byte_range` searches and fills a map at each call and takes a third of the time of a
/// file; lines and columns, which count characters, need no map.
struct Places<'t> {
    text: &'t str,
    /// Characters before each line.
    lines: Vec<usize>,
    /// Where each [`STRIDE`]th character begins; empty where every character is one byte.
    marks: Vec<usize>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Self {
        let breaks = text.chars().enumerate().filter(|(_, letter)| *letter == '\n');
        let marks = text.char_indices().step_by(STRIDE).map(|(at, _)| at);
        Self {
            text,
            lines: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect(),
            marks: if text.is_ascii() {
                Vec::new()
            } else {
                marks.collect()
            },
        }
    }

    fn byte(&self, place: LineColumn) -> usize {
        let line = self.lines.get(place.line.saturating_sub(1));
        let letter = line.copied().unwrap_or(self.text.len()) + place.column;
        if self.marks.is_empty() {
            return letter;
        }
        let mark = self
            .marks
            .get(letter / STRIDE)
            .copied()
            .unwrap_or(self.text.len());
        let rest = self.text.get(mark..).unwrap_or_default();
        let found = rest.char_indices().nth(letter % STRIDE);
        found.map_or(self.text.len(), |(at, _)| mark + at)
    }

    fn start(&self, span: Span) -> u32 {
        let at = self.byte(span.start());
        Range::new(at, at).start
    }

    fn range(&self, span: Span) -> Range {
        Range::new(self.byte(span.start()), self.byte(span.end()))
    }

    fn between(&self, first: Span, last: Span) -> Range {
        Range {
            start: self.start(first),
            end: self.range(last).end,
        }
    }
}

fn path_text(path: &syn::Path) -> String {
    let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
    parts.join("::")
}

impl<'s, 't> Reader<'s, 't> {
    fn new(draft: Draft<'s>, text: &'t str) -> Self {
        Self {
            draft,
            test_macros: Vec::new(),
            places: Places::of(text),
        }
    }
}

impl Reader<'_, '_> {
    fn context(&self) -> Context<'_> {
        Context {
            draft: &self.draft,
            places: &self.places,
        }
    }

    /// Arguments between brackets: their ranges follow from the commas.
    fn arguments(&self, list: &Punctuated<Expr, Token![,]>, inside: Range) -> Vec<Argument> {
        let mut start = inside.start;
        let mut found = Vec::with_capacity(list.len());
        for pair in list.pairs() {
            let comma = pair.punct().map(|comma| self.places.range(comma.span));
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
        let text = if let Expr::Lit(literal) = expression
            && let syn::Lit::Str(text) = &literal.lit
        {
            Some(Text {
                value: text.value(),
                open: false,
            })
        } else {
            None
        };
        let is_call = matches!(expression, Expr::Call(_) | Expr::MethodCall(_));
        let calls = is_call.then(|| callee(expression));
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
        if let Some(rule) = NAMES.rule(&call) {
            let context = self.context();
            if rule.0 == Rule::Condition
                && let (Some(first), Some(expression)) = (call.arguments.first_mut(), conditions)
            {
                first.condition = Some(condition(expression, first.range, context, false, 64));
            }
            if let Some(assertion) = assertions::of(&call, rule, &NAMES, &self.draft) {
                self.draft.assertions.push(assertion);
            }
        }
        self.draft.calls.push(call);
    }

    fn branch(&mut self, range: Range, failing: Option<Condition>) {
        self.draft.branches.push(Branch { range, failing });
    }

    /// `test_macro!(name, |dir| { … });` where the macro makes a test of the name. One that is defined in another file is
    /// known by its own name.
    fn test_of_macro(&mut self, one: &syn::ItemMacro) {
        let Some(called) = one.mac.path.segments.last().map(|last| last.ident.to_string()) else {
            return;
        };
        if !self.test_macros.contains(&called) && !called.contains("test") {
            return;
        }
        let mut tokens = one.mac.tokens.clone().into_iter();
        let (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(comma))) = (tokens.next(), tokens.next())
        else {
            return;
        };
        if comma.as_char() != ',' || name.to_string().starts_with(char::is_uppercase) {
            return;
        }
        let start = one
            .mac
            .path
            .segments
            .first()
            .map_or(0, |first| self.places.range(first.ident.span()).start);
        let end = self.places.range(one.mac.delimiter.span().close()).end;
        let mut decorators: Vec<Decorator> = one
            .attrs
            .iter()
            .map(|attribute| self.decorator(attribute))
            .collect();
        decorators.push(Decorator {
            at: start,
            name: "test".to_owned(),
            inside: String::new(),
            arguments: Vec::new(),
        });
        self.draft.definitions.push(Definition {
            kind: DefinitionKind::Function,
            name: name.to_string(),
            name_at: self.places.range(name.span()).start,
            visibility: Visibility::Private,
            parameters: Vec::new(),
            returns: None,
            range: Range { start, end },
            body: Some(Range {
                start: self.places.range(comma.span()).end,
                end,
            }),
            decorators,
            owner: None,
            bases: Vec::new(),
        });
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
            let mut rest = tokens.iter().skip(index + 3);
            let body = rest.find_map(|token| {
                let TokenTree::Group(group) = token else {
                    return None;
                };
                (group.delimiter() == proc_macro2::Delimiter::Brace).then_some(group)
            });
            let Some(body) = body else { continue };
            let place = self.places.between(keyword.span(), body.span_close());
            self.draft.definitions.push(Definition {
                kind: DefinitionKind::Function,
                name: name.to_string(),
                name_at: self.places.start(name.span()),
                visibility: Visibility::Private,
                parameters: Vec::new(),
                returns: None,
                range: place,
                body: Some(self.places.between(body.span_open(), body.span_close())),
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
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item_fn(&mut self, one: &'ast syn::ItemFn) {
        let braces = one.block.brace_token.span;
        let body = self.places.between(braces.open(), braces.close());
        self.function(&one.attrs, seen(&one.vis), &one.sig, Some(body), body.end);
        visit::visit_item_fn(self, one);
    }

    fn visit_impl_item_fn(&mut self, one: &'ast syn::ImplItemFn) {
        let braces = one.block.brace_token.span;
        let body = self.places.between(braces.open(), braces.close());
        self.function(&one.attrs, seen(&one.vis), &one.sig, Some(body), body.end);
        visit::visit_impl_item_fn(self, one);
    }

    fn visit_trait_item_fn(&mut self, one: &'ast syn::TraitItemFn) {
        let braces = one.default.as_ref().map(|block| block.brace_token.span);
        let body = braces.map(|braces| self.places.between(braces.open(), braces.close()));
        let ends = one.semi_token.map(|token| self.places.range(token.span).end);
        let end = body.map(|body| body.end).or(ends).unwrap_or_default();
        self.function(&one.attrs, (Visibility::Private, None), &one.sig, body, end);
        visit::visit_trait_item_fn(self, one);
    }

    fn visit_impl_item_type(&mut self, one: &'ast syn::ImplItemType) {
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
        visit::visit_impl_item_type(self, one);
    }

    fn visit_impl_item_const(&mut self, one: &'ast syn::ImplItemConst) {
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
        visit::visit_impl_item_const(self, one);
    }

    fn visit_item_macro(&mut self, one: &'ast syn::ItemMacro) {
        match &one.ident {
            Some(name) if makes_tests(&one.mac) => self.test_macros.push(name.to_string()),
            Some(_) => {}
            None => self.test_of_macro(one),
        }
        visit::visit_item_macro(self, one);
    }

    fn visit_item(&mut self, one: &'ast Item) {
        self.item(one);
        visit::visit_item(self, one);
    }

    fn visit_expr_call(&mut self, one: &'ast syn::ExprCall) {
        let parens = one.paren_token.span;
        let inside = Range {
            start: self.places.range(parens.open()).end,
            end: self.places.start(parens.close()),
        };
        let name = callee(&one.func);
        let call = Call {
            range: Range {
                start: start(&self.places, &one.func).unwrap_or(inside.start),
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
            start: self.places.range(parens.open()).end,
            end: self.places.start(parens.close()),
        };
        let own = self.places.start(one.method.span());
        let call = Call {
            range: Range {
                start: start(&self.places, &one.receiver).unwrap_or(own),
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
                .map_or(0, |first| self.places.start(first.ident.span())),
            end: self.places.range(delimiters.close()).end,
        };
        let inside = Range {
            start: self.places.range(delimiters.open()).end,
            end: self.places.start(delimiters.close()),
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
        let then = self.places.between(braces.open(), braces.close());
        let place = Range {
            start: self.places.range(one.if_token.span).end,
            end: then.start,
        };
        let failing = condition(&one.cond, self.trimmed(place), self.context(), true, 64);
        self.branch(then, Some(failing));
        if let Some((_, otherwise)) = &one.else_branch
            && let Expr::Block(block) = &**otherwise
        {
            let braces = block.block.brace_token.span;
            self.branch(self.places.between(braces.open(), braces.close()), None);
        }
        visit::visit_expr_if(self, one);
    }

    fn visit_expr_match(&mut self, one: &'ast syn::ExprMatch) {
        let braces = one.brace_token.span;
        self.branch(self.places.between(braces.open(), braces.close()), None);
        visit::visit_expr_match(self, one);
    }

    fn visit_item_use(&mut self, one: &'ast syn::ItemUse) {
        let line = self.draft.line(self.places.start(one.use_token.span));
        self.use_tree(line, "", &one.tree);
    }
}

/// Whether a macro writes `#[test]`, and takes the name of the test first.
fn makes_tests(one: &Macro) -> bool {
    let text: String = one.tokens.to_string().split_whitespace().collect();
    let takes_name = text.starts_with("($")
        && text
            .split([',', ')'])
            .next()
            .is_some_and(|first| first.ends_with(":ident"));
    takes_name && (text.contains("#[test]") || text.contains("::test]"))
}

/// The calls and assertions of a macro that stands in a file which does not parse as a whole.
fn fragment(text: &str) -> Option<Draft<'_>> {
    proc_macro2::extra::invalidate_current_thread_spans();
    let mut draft = Draft::new(text);
    super::lexer::lex(&mut draft);
    let expression: Expr = syn::parse_str(text).ok()?;
    let mut reader = Reader::new(draft, text);
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
