//! What the library finds, for what is found here to be held against.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use tree_sitter::{QueryCursor, StreamingIterator as _};

use super::*;
use crate::code::{
    languages::{self, LanguageId},
    rules::{
        file::File,
        matcher::{Hunt, Lines},
    },
};

/// The captures of each match, by name and place.
type Matches = BTreeSet<Vec<(String, usize, usize)>>;

/// None where there are more ways to match than are tried.
fn here(query: &Query, file: &File<'_>, range: Option<&Range<usize>>) -> Option<Matches> {
    let root = file.root().unwrap().unwrap();
    let found = matches(query, root, file, range, usize::MAX).unwrap();
    if found.overrun {
        return None;
    }
    let place = |(name, node): (&str, Node<'_>)| (name.to_owned(), node.start_byte(), node.end_byte());
    let each = found.matches.into_iter();
    Some(each.map(|one| one.into_iter().map(place).collect()).collect())
}

/// By the library: its patterns, the texts of its captures; our own predicates are asked by what is above.
fn by_library(
    text: &str,
    query: &Query,
    compiled: &tree_sitter::Query,
    tree: &tree_sitter::Tree,
    file: &File<'_>,
    range: Option<&Range<usize>>,
) -> Matches {
    let mut by_place = BTreeMap::new();
    for node in file.root().unwrap().unwrap().inside(None) {
        let key = (node.start_byte(), node.end_byte(), node.kind());
        by_place.entry(key).or_insert_with(Vec::new).push(node);
    }
    let mut cursor = QueryCursor::new();
    cursor.set_byte_range(range.cloned().unwrap_or(0..usize::MAX));
    let mut all = cursor.matches(compiled, tree.root_node(), text.as_bytes());
    let mut found = Matches::new();
    while let Some(one) = all.next() {
        let names = compiled.capture_names();
        let mut captured: Vec<(u16, Node<'_>)> = Vec::new();
        let mut places = Vec::new();
        for capture in one.captures() {
            let (name, node) = (names[capture.index as usize], capture.node);
            let own = query.captures.iter().position(|own| own == name).unwrap();
            let same = &by_place[&(node.start_byte(), node.end_byte(), node.kind())];
            captured.push((u16::try_from(own).unwrap(), same[0]));
            places.push((name.to_owned(), node.start_byte(), node.end_byte()));
        }
        let pattern = &query.patterns[one.pattern_index];
        let mut own = pattern.tests.iter().filter(|test| matches!(test, Test::Own(..)));
        if own.all(|test| test.holds(&captured, file)) {
            found.insert(places);
        }
    }
    found
}

fn hunt(language: LanguageId) -> Hunt {
    Hunt {
        language: Some(language),
        added: vec![Lines {
            first: 1,
            last: u32::MAX - 1,
        }],
        comments: Vec::new(),
        strings: Vec::new(),
        docstrings: Vec::new(),
        rules: Vec::new(),
    }
}

/// A query, read twice.
pub(crate) struct Both {
    text: String,
    own: Query,
    library: tree_sitter::Query,
}

/// Reads a query twice.
pub(crate) fn both(text: &str, language: LanguageId) -> Both {
    let grammar = languages::grammar(language).unwrap();
    Both {
        text: text.to_owned(),
        own: Query::read(text, language, grammar).unwrap_or_else(|why| panic!("{}: {text}", why.problem)),
        library: tree_sitter::Query::new(&(grammar.language)(), text).unwrap(),
    }
}

/// Holds queries against a text; how many matches there are.
pub(crate) fn hold(language: LanguageId, queries: &[Both], text: &str) -> usize {
    let grammar = languages::grammar(language).unwrap();
    let hunt = hunt(language);
    let file = File::new(text, &hunt, &|| false);
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&(grammar.language)()).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let mut count = 0;
    let third = text.len() / 3;
    let part = third..third + third / 4;
    for both in queries {
        let by_library = |range| by_library(text, &both.own, &both.library, &tree, &file, range);
        let all = by_library(None);
        let (Some(found), Some(near)) = (here(&both.own, &file, None), here(&both.own, &file, Some(&part)))
        else {
            let (bytes, query) = (text.len(), &both.text);
            eprintln!("too many ways to match in {bytes} bytes of {language:?}: {query}");
            continue;
        };
        assert_eq!(found, all, "{language:?} {}\n{text}", both.text);
        // the library may stop at the end of a range inside a row
        assert!(near.is_subset(&all), "{language:?} {}\n{text}", both.text);
        assert!(
            near.is_superset(&by_library(Some(&part))),
            "{language:?} {}\n{text}",
            both.text
        );
        count += all.len();
    }
    count
}

/// What the packs use little or not at all.
#[test]
fn rows_gaps_and_repetitions_are_those_of_the_library() {
    let text =
        "f(a, b, a)\n# one\n# two\nx = [1, 'a', 2]\nif a:\n    return\nelse:\n    pass\ndef g(): return 1\n";
    let queries = [
        "(argument_list (identifier) @x (identifier) @y)",
        "(argument_list . (identifier) @x)",
        "(argument_list (identifier) @x .)",
        "(argument_list (identifier) @x . (identifier) @y)",
        "(argument_list _ @x . _ @y)",
        "(argument_list \"(\" . (identifier) @x)",
        "(argument_list (identifier)* @x)",
        "(argument_list (identifier)+ @x \",\" @y)",
        "(list [(integer) (string)]+ @x)",
        "(list (integer)? @x . (string) @y)",
        "(list (string)? @x (integer) @y)",
        "(list . (string)? @x . (integer) @y)",
        "(module (comment)+ @x)",
        "(module (comment)* @x . (expression_statement) @y)",
        "(module ((comment) @x . (comment) @y)+)",
        "((comment) @x . (comment) @y)",
        "((comment) @x (expression_statement) @y)",
        "(if_statement !alternative) @x",
        "(if_statement condition: (_) @x consequence: (_) @y)",
        "[(return_statement) (pass_statement)] @x",
        "(block [(return_statement) @x (pass_statement) @y])",
        "(_ (identifier) @x) @y",
        "(function_definition name: (identifier) @x body: (block (return_statement (integer) @y)))",
        "((call function: (identifier) @f arguments: (argument_list (identifier) @x)) (#eq? @f \"f\"))",
        "((identifier) @x (#any-of? @x \"a\" \"b\"))",
        "((identifier) @x (#not-any-of? @x \"a\" \"b\"))",
        "(argument_list (identifier)+ @x (#any-eq? @x \"b\"))",
        "((call function: (_) @f arguments: (argument_list (identifier) @x)) (#eq? @f @x))",
        "((identifier) @x (#not-match? @x \"^[ab]$\"))",
        "(ERROR) @x",
        "(MISSING) @x",
    ];
    let grammar = languages::grammar(LanguageId::Python).unwrap();
    for query in queries {
        let Ok(library) = tree_sitter::Query::new(&(grammar.language)(), query) else {
            panic!("the library refuses {query}");
        };
        let own = Query::read(query, LanguageId::Python, grammar)
            .unwrap_or_else(|why| panic!("{}: {query}", why.problem));
        let text_of = query.to_owned();
        let both = Both {
            text: text_of,
            own,
            library,
        };
        for text in [text, "f(a, , b\nclass\nif :", "f(\n# c\na)\n"] {
            let hunt = hunt(LanguageId::Python);
            let file = File::new(text, &hunt, &|| false);
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&(grammar.language)()).unwrap();
            let tree = parser.parse(text, None).unwrap();
            let wanted = by_library(text, &both.own, &both.library, &tree, &file, None);
            assert_eq!(here(&both.own, &file, None), Some(wanted), "{query}\n{text}");
        }
    }
}

#[test]
fn what_is_no_query_says_where() {
    let grammar = languages::grammar(LanguageId::Python).unwrap();
    for (text, row, problem) in [
        ("(call", 0, "a node or the name of a field is missing"),
        ("(call)\n(nothing) @x", 1, "no node `nothing`"),
        ("(call nothing: (_))", 0, "no field `nothing`"),
        ("(call)\n\n\"(", 2, "a text has no end"),
        ("((call) @x (#eq? @y \"a\"))", 0, "no capture `@y`"),
        ("((call) @x (#likes? @x))", 0, "no predicate `#likes?`"),
        ("((call) @x (#eq? @x))", 0, "one more argument"),
        ("(expression) @x", 0, "stands for several nodes"),
        ("[(call)? (identifier)] @x", 0, "may be nothing"),
        ("(#eq? \"a\" \"b\")", 0, "a capture first"),
        ("(call) @x\n(#eq? @x \"b\")", 1, "outside of a pattern"),
        ("]", 0, "is missing"),
        ("", 0, ""),
    ] {
        match Query::read(text, LanguageId::Python, grammar) {
            Err(unread) => {
                assert!(unread.problem.contains(problem), "{text}: {}", unread.problem);
                assert_eq!(unread.row, row, "{text}");
            }
            Ok(query) => assert!(problem.is_empty() && query.patterns.is_empty(), "{text}"),
        }
    }
    let deep = "(call ".repeat(5_000);
    assert!(Query::read(&deep, LanguageId::Python, grammar).is_err());
}
