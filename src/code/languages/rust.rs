//! What are definitions, tests and assertions in Rust?
//!
//! `syn` reads what it accepts, exactly; the grammar stands in for files that `syn` refuses. Both fill the same draft;
//! tokens, comments and strings come from one lexer, so that both sides of a change can be compared.

mod lexer;
mod syntax;

use std::sync::OnceLock;

use crate::code::{
    assemble::{Test, Tests},
    assertions::{
        Name, Names,
        Rule::{Begins, Called, Compare, Condition, Equal, Fail, Matcher, Snapshot, Truth},
    },
    draft::{Decorator, Definition, Draft},
    expressions::text,
    facts::{DefinitionKind, Import, Marker, MarkerKind, ParseError, TestKind, Visibility},
    tree::{Before, Grammar, Node},
};

pub(super) static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_rust::LANGUAGE.into(),
    queries: &[
        include_str!("rust/definitions.scm"),
        include_str!("rust/tests.scm"),
        include_str!("rust/assertions.scm"),
        include_str!("rust/imports.scm"),
    ],
    names: &NAMES,
    atoms: &[],
    blocks: &[],
    docstrings: false,
    imports,
    visibility,
    compiled: OnceLock::new(),
};

static NAMES: Names = Names {
    assertions: ASSERTIONS,
    house: &["assert"],
    handles: &[],
    receivers: &[],
    message_first: false,
};

const ASSERTIONS: &[Name] = &[
    ("", "assert_eq!", Equal),
    ("", "debug_assert_eq!", Equal),
    ("", "prop_assert_eq!", Equal),
    ("", "assert_str_eq!", Equal),
    ("", "assert_ne!", Compare),
    ("", "debug_assert_ne!", Compare),
    ("", "prop_assert_ne!", Compare),
    ("", "assert_matches!", Compare),
    ("", "assert_contains!", Compare),
    ("", "assert_ok_eq!", Equal),
    ("", "assert_err!", Truth),
    ("", "assert_ok!", Truth),
    ("", "assert_some!", Truth),
    ("", "assert_none!", Truth),
    ("", "assert!", Condition),
    ("", "debug_assert!", Condition),
    ("", "prop_assert!", Condition),
    ("", "assert_that!", Matcher),
    ("", "expect_that!", Matcher),
    ("", "verify_that!", Matcher),
    ("", "assert_snapshot!", Snapshot),
    ("", "assert_debug_snapshot!", Snapshot),
    ("", "assert_yaml_snapshot!", Snapshot),
    ("", "assert_json_snapshot!", Snapshot),
    ("", "assert_ron_snapshot!", Snapshot),
    ("", "assert_toml_snapshot!", Snapshot),
    ("", "assert_csv_snapshot!", Snapshot),
    ("", "assert_compact_debug_snapshot!", Snapshot),
    ("", "assert_data_eq!", Snapshot),
    ("", "assert_cmd_snapshot!", Snapshot),
    ("", "panic!", Fail),
    ("", "unreachable!", Fail),
    ("", "assert().success", Truth),
    ("", "assert().failure", Truth),
    ("", "assert().code", Compare),
    ("", "success().stdout", Compare),
    ("", "success().stderr", Compare),
    ("", "failure().stdout", Compare),
    ("", "failure().stderr", Compare),
    ("", "assert_hits", Called),
    ("", "assert", Begins),
];

/// `use a::b;` and `mod a;`, as far as they are one path.
fn imports(node: Node<'_>, source: &str, line: u32) -> Vec<Import> {
    let is_inline = node.child_by_field_name("body").is_some();
    let path = ["argument", "name"]
        .iter()
        .find_map(|name| node.child_by_field_name(name));
    let path = path.map(|path| text(path, source).to_owned());
    let one = |path: String| Import {
        line,
        relative: node.kind() == "mod_item",
        path,
        name: None,
        alias: None,
    };
    path.filter(|path| !is_inline && !path.contains('{'))
        .into_iter()
        .map(one)
        .collect()
}

fn visibility(node: Node<'_>, _: &str, source: &str) -> Visibility {
    let word = node
        .named_children()
        .find(|child| child.kind() == "visibility_modifier")
        .map_or("", |child| source.get(child.byte_range()).unwrap_or_default());
    match word {
        "pub" => Visibility::Public,
        "" => Visibility::Private,
        _ => Visibility::Restricted,
    }
}

/// Fills a draft.
///
/// # Errors
/// As [`Grammar::draft`].
pub(crate) fn draft<'s>(
    text: &'s str,
    before: &mut Before,
    out_of_time: &dyn Fn() -> bool,
) -> Result<Draft<'s>, String> {
    let mut lexed = Draft::new(text);
    lexer::lex(&mut lexed);
    let refused = match syntax::read(text, lexed) {
        Ok(draft) => return Ok(draft),
        Err(refused) => refused,
    };
    let (lexed, error) = *refused;
    let mut draft = GRAMMAR.draft(text, before, out_of_time)?;
    let found = std::mem::take(&mut draft.errors);
    draft.errors = std::iter::once(error).chain(found).collect();
    draft.errors.sort_by_key(|one: &ParseError| one.line);
    draft.errors.dedup_by_key(|one| one.line);
    draft.tokens = lexed.tokens;
    draft.comments = lexed.comments;
    draft.strings = lexed.strings;
    draft.docstrings = lexed.docstrings;
    syntax::complete_macros(&mut draft);
    Ok(draft)
}

/// The tests of a file.
pub(crate) fn tests(draft: &Draft<'_>) -> Tests {
    let mut modules: Vec<&Definition> = Vec::new();
    let mut tests = Vec::new();
    for definition in &draft.definitions {
        modules.retain(|one| one.range.end > definition.range.start);
        if definition.kind == DefinitionKind::Module {
            modules.push(definition);
        }
        if definition.kind == DefinitionKind::Function
            && let Some(kind) = kind(definition)
        {
            tests.push(test(definition, kind, &modules, draft));
        }
    }
    Tests {
        tests,
        markers: Vec::new(),
    }
}

/// Attributes that make a test: `#[test]`, `#[tokio::test]`, `#[rstest]`, …
fn kind(definition: &Definition) -> Option<TestKind> {
    definition.body?;
    definition.decorators.iter().find_map(|one| match one.last() {
        "test" | "rstest" | "test_case" | "wasm_bindgen_test" | "cargo_test" | "sqlx_test"
        | "traced_test" | "googletest" | "gtest" | "test_matrix" | "apply" => Some(TestKind::Case),
        "quickcheck" | "proptest" | "property_test" => Some(TestKind::Property),
        _ => None,
    })
}

fn test(definition: &Definition, kind: TestKind, modules: &[&Definition], draft: &Draft<'_>) -> Test {
    let named = |name: &str| definition.decorators.iter().find(|one| one.last() == name);
    let inherited = modules.iter().flat_map(|module| module.decorators.iter());
    let inherited = inherited.filter_map(|one| marker(one, draft, true));
    let own = definition
        .decorators
        .iter()
        .filter_map(|one| marker(one, draft, false));
    let tables = ["test_case", "case", "cases", "values", "test_matrix", "apply"];
    let in_parameters =
        definition.decorators.iter().any(|one| one.last() == "rstest") && !definition.parameters.is_empty();
    Test {
        name: definition.name.clone(),
        title: None,
        groups: modules.iter().map(|module| module.name.clone()).collect(),
        kind: if named("proptest!").is_some() {
            TestKind::Property
        } else {
            kind
        },
        parametrised: in_parameters || tables.iter().any(|name| named(name).is_some()),
        dynamic: false,
        range: definition.whole(),
        name_at: definition.name_at,
        body: definition.body.unwrap_or_default(),
        markers: inherited.chain(own).collect(),
        expects_exception: named("should_panic").is_some(),
    }
}

fn marker(decorator: &Decorator, draft: &Draft<'_>, inherited: bool) -> Option<Marker> {
    let words = || decorator.inside.split(|c: char| !c.is_alphanumeric() && c != '_');
    let conditional = match decorator.last() {
        "ignore" => false,
        "cfg_attr" if words().any(|word| word == "ignore") => true,
        // `#[cfg(test)]` switches nothing that a test run would see
        "cfg" if decorator.inside.trim() != "test" => true,
        _ => return None,
    };
    Some(Marker {
        kind: MarkerKind::Skip,
        name: decorator.name.clone(),
        line: draft.line(decorator.at),
        reason: if decorator.last() == "cfg" {
            Some(decorator.inside.clone())
        } else {
            quoted(&decorator.inside)
        },
        conditional,
        inherited,
    })
}

/// The last string in the text of an attribute.
fn quoted(inside: &str) -> Option<String> {
    let end = inside.rfind('"')?;
    let before = inside.get(..end)?;
    let start = before.rfind('"')? + 1;
    before.get(start..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, str::FromStr as _};

    use proc_macro2::{TokenStream, TokenTree};

    use super::*;
    use crate::code::{assemble, facts::FileFacts};

    /// The sources of this program: real code with every habit of its authors.
    fn corpus() -> Vec<(String, String)> {
        let mut found = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("src"), root.join("tests"), root.join("benches")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && path.file_name().unwrap() != "cases" {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
                }
            }
        }
        found
    }

    /// The tokens of the compiler's lexer as ours cuts them: lifetimes whole, documentation left out.
    fn reference(stream: TokenStream, words: &mut Vec<String>) {
        let mut rest = stream.into_iter().peekable();
        while let Some(token) = rest.next() {
            match token {
                TokenTree::Group(group) => {
                    let span = group.span();
                    let source = span.source_text().unwrap_or_default();
                    let bracketed = source.chars().next().zip(source.chars().last());
                    let (open, close) = bracketed.unwrap_or_default();
                    words.push(open.to_string());
                    reference(group.stream(), words);
                    words.push(close.to_string());
                }
                TokenTree::Punct(sign) if sign.as_char() == '\'' => {
                    let name = rest.next().unwrap();
                    words.push(format!("'{name}"));
                }
                TokenTree::Punct(sign) => {
                    let documents = sign.span().source_text().is_some_and(|text| text.len() > 1);
                    if documents {
                        if matches!(rest.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!') {
                            rest.next();
                        }
                        rest.next();
                    } else {
                        words.push(sign.as_char().to_string());
                    }
                }
                TokenTree::Ident(name) => words.push(name.to_string()),
                TokenTree::Literal(literal) => words.push(literal.to_string()),
            }
        }
    }

    #[test]
    fn the_lexer_agrees_with_that_of_the_compiler() {
        let samples = [
            (
                "lifetimes",
                "fn f<'a>(x: &'a str, c: char) -> &'a str { let _ = 'b'; let _ = '\\''; 'l: loop { break 'l; } x }",
            ),
            (
                "numbers",
                "const A: f64 = 1.0e-3 + 2. + 0x1f as f64 + 1_000u32 as f64; fn g(t: (u8, (u8, u8))) { t.1.0; 0..1; 1..=2; 1.max(2); }",
            ),
            (
                "strings",
                "const S: &[u8] = b\"a\\\"b\"; const R: &str = r#\"x \"y\" // z\"#; const C: u8 = b'\\''; const D: &str = \"a\\\n b\"; fn r#fn() {}",
            ),
            ("comments", "/* a /* b */ c */ /// doc\nfn f() {} // end"),
            ("letters", "fn ünï() { let ß = 'ü'; }"),
        ];
        let named = samples.map(|(name, text)| (name.to_owned(), text.to_owned()));
        for (name, text) in corpus().into_iter().chain(named) {
            proc_macro2::extra::invalidate_current_thread_spans();
            let Ok(stream) = TokenStream::from_str(&text) else {
                continue;
            };
            let mut expected = Vec::new();
            reference(stream, &mut expected);
            let mut draft = Draft::new(&text);
            lexer::lex(&mut draft);
            let found: Vec<&str> = draft
                .tokens
                .iter()
                .map(|token| draft.slice(token.range))
                .collect();
            let differs = found
                .iter()
                .zip(&expected)
                .position(|(ours, theirs)| *ours != theirs.as_str());
            let at = differs.unwrap_or(0);
            let near = |words: &[String]| {
                words
                    .iter()
                    .skip(at.saturating_sub(3))
                    .take(8)
                    .cloned()
                    .collect::<Vec<_>>()
            };
            assert!(
                differs.is_none() && found.len() == expected.len(),
                "{name}: {:?} and {:?}",
                near(&found.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()),
                near(&expected)
            );
        }
    }

    fn facts(draft: &Draft<'_>) -> FileFacts {
        assemble::facts(draft, tests(draft), "::")
    }

    /// What both parsers must agree on: definitions and tests, by name and place. Macros hide items from the grammar.
    fn shape(facts: &FileFacts) -> Vec<String> {
        let definitions = facts.definitions.iter().map(|one| {
            format!(
                "{:?} {} {} {:?} {:?}",
                one.kind, one.qualified, one.header, one.visibility, one.body
            )
        });
        let tests = facts.tests.iter().map(|one| {
            let asserted = one.assertions.iter();
            let asserted: Vec<_> = asserted
                .map(|one| (&one.name, one.strength, &one.expected, one.conditional))
                .collect();
            format!("test {} {:?} {asserted:?}", one.name, one.groups)
        });
        definitions.chain(tests).collect()
    }

    #[test]
    fn the_grammar_stands_in_for_syn() {
        let mut compared = 0;
        for (name, text) in corpus() {
            let mut lexed = Draft::new(&text);
            lexer::lex(&mut lexed);
            let Ok(exact) = syntax::read(&text, lexed.clone()) else {
                continue;
            };
            let mut rough = GRAMMAR.draft(&text, &mut Before::default(), &|| false).unwrap();
            if !rough.errors.is_empty() || text.contains("proptest!") || text.contains("macro_rules!") {
                continue;
            }
            rough.tokens = lexed.tokens;
            syntax::complete_macros(&mut rough);
            assert_eq!(shape(&facts(&exact)), shape(&facts(&rough)), "{name}");
            compared += 1;
        }
        assert!(compared > 20, "only {compared} files were compared");
    }
}
