//! Do token streams see every change of meaning and no change of form?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use countersign::{
    code::{
        FileFacts, LanguageId,
        parser::{Parser, Source},
    },
    evidence::{
        Evidence,
        change::{
            Mode,
            memory::{self, Files},
        },
    },
    finding::{Side, Unproven},
    path::RepoPath,
};

fn parser() -> Parser {
    Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()))
}

fn parse(language: LanguageId, text: &str) -> FileFacts {
    let load = |_| {
        Ok(Source {
            name: "a".to_owned(),
            language,
            bytes: text.as_bytes().to_vec(),
        })
    };
    parser().read(1, &load).remove(0).unwrap()
}

use LanguageId::{Go, Java, JavaScript, Python, Rust, TypeScript};

const SAME: &[(LanguageId, &str, &str)] = &[
    (
        Rust,
        "fn f(){g(1);}",
        "// note\nfn f() {\n    /* a /* b */ c */ g( 1 );\n}\n",
    ),
    (Rust, "type A = Vec<Vec<u8>>;", "type A = Vec< Vec<u8> >;"),
    (
        Rust,
        "fn broken( { let x = ;",
        "fn broken( {\n  let x = ; // note",
    ),
    (Rust, "#!/bin/run\nfn f() {}", "fn f() {}"),
    (
        Python,
        "def f(a):\n  return g(a)\n",
        "def f( a ):  # note\n\n        return g(a)\n",
    ),
    (Python, "x = [1,\n  2]\n", "x = [1, 2]\n"),
    (
        JavaScript,
        "const a = () => b(1)",
        "const a = () =>\n  b( 1 ) // note\n",
    ),
    (TypeScript, "let a: number = 1;", "let a : number = /* n */ 1 ;"),
    (
        Go,
        "package a\nfunc f() { g(1) }\n",
        "package a\n\n// note\nfunc f() {\n\tg(1)\n}\n",
    ),
    (
        Java,
        "class A { int f() { return 1; } }",
        "/** doc */\nclass A {\n  int f() { return 1; }\n}\n",
    ),
];

const DIFFERENT: &[(LanguageId, &str, &str)] = &[
    (Rust, "fn f() { g(1); }", "fn f() { g(2); }"),
    (Rust, "fn f() { g(\"a  b\"); }", "fn f() { g(\"a b\"); }"),
    (Rust, "fn f() { g(\"// a\"); }", "fn f() { g(\"// b\"); }"),
    (Rust, "fn broken( { let x = ;", "fn broken( { let y = ;"),
    (Rust, "fn f() { g('a') }", "fn f() { g('b') }"),
    (Python, "if a:\n  b()\n  c()\n", "if a:\n  b()\nc()\n"),
    (
        Python,
        "for a in b:\n  if a:\n    c()\n  else:\n    d()\n",
        "for a in b:\n  if a:\n    c()\nelse:\n  d()\n",
    ),
    (Python, "f()\n(g())\n", "f()(g())\n"),
    (Python, "x = 'a  b'\n", "x = 'a b'\n"),
    (Python, "x = f'a {b}'\n", "x = f'a {c}'\n"),
    (
        JavaScript,
        "function f() { return\n1 }",
        "function f() { return 1 }",
    ),
    (JavaScript, "a = `x  ${b} y`", "a = `x ${b} y`"),
    (JavaScript, "a = /x/g", "a = /y/g"),
    (TypeScript, "let a: number", "let a: string"),
    (Go, "package a\nvar s = `x  y`\n", "package a\nvar s = `x y`\n"),
    (Java, "class A { char c = 'a'; }", "class A { char c = 'b'; }"),
    (
        Java,
        "class A { String s = \"\"\"\n  a\n  \"\"\"; }",
        "class A { String s = \"\"\"\n  b\n  \"\"\"; }",
    ),
];

#[test]
fn form_and_comments_leave_no_trace() {
    for (language, one, other) in SAME {
        let (one_facts, other_facts) = (parse(*language, one), parse(*language, other));
        let same = one_facts.tokens.are_those_of(&other_facts.tokens);
        assert!(same, "{one:?} and {other:?}");
    }
}

#[test]
fn a_change_of_meaning_is_a_change_of_tokens() {
    for (language, one, other) in DIFFERENT {
        let (one_facts, other_facts) = (parse(*language, one), parse(*language, other));
        let same = one_facts.tokens.are_those_of(&other_facts.tokens);
        assert!(!same, "{one:?} and {other:?}");
    }
}

#[test]
fn every_token_has_its_line_and_can_be_searched() {
    let facts = parse(Python, "import a\n\ndef b():\n    # a\n    return a + 'a'\n");
    assert_eq!(facts.tokens.hashes().count(), facts.tokens.lines().count());
    assert_eq!(facts.tokens.lines_of("a").collect::<Vec<_>>(), [1, 5, 5]);
    assert!(facts.tokens.lines().is_sorted());
}

#[test]
fn what_does_not_parse_says_so_and_keeps_what_can_be_read() {
    let broken = [
        (Rust, "fn good() {}\nfn bad( {\n"),
        (Python, "def good(): pass\ndef bad(:\n"),
        (JavaScript, "function good() {}\nfunction bad( {\n"),
        (TypeScript, "function good() {}\nlet x: = 1;\n"),
        (Go, "package a\nfunc good() {}\nfunc bad( {\n"),
        (Java, "class A { void good() {} }\nclass B { void bad( }\n"),
    ];
    for (language, text) in broken {
        let facts = parse(language, text);
        assert!(!facts.parses(), "{text:?} parses");
        assert!(
            facts.definitions.iter().any(|one| one.name == "good"),
            "{text:?}: {facts:?}"
        );
    }
    assert!(parse(Rust, "").parses());
}

#[test]
fn syn_accepts_what_the_grammar_does_not_know() {
    let facts = parse(Rust, "#[test]\nfn a() { assert_eq!(run(), str![\"x\"]); }\n");
    assert!(facts.parses(), "{:?}", facts.errors);
    assert_eq!(facts.tests[0].assertions.len(), 1);
}

#[test]
fn equal_bodies_have_equal_hashes_whatever_their_names_and_form() {
    let one = parse(
        Python,
        "def test_a():\n    assert f() == 1\n\ndef test_b():\n      # moved\n      assert f()  == 1\n",
    );
    assert_eq!(one.tests[0].body, one.tests[1].body);
    assert_eq!(one.tests[0].assertions[0].hash, one.tests[1].assertions[0].hash);
}

fn files(list: &[(&str, &str)]) -> Files {
    let one = |(path, text): &(&str, &str)| {
        (
            RepoPath::new(path).unwrap(),
            (Mode::File, text.as_bytes().to_vec()),
        )
    };
    list.iter().map(one).collect()
}

#[test]
fn a_check_reaches_both_sides_of_a_changed_file() {
    let before = files(&[
        ("src/a.rs", "pub fn old() {}\n"),
        ("gone.py", "def gone(): pass\n"),
        ("README.md", "a\n"),
        ("same.go", "package a\nfunc same() {}\n"),
    ]);
    let after = files(&[
        ("src/a.rs", "pub fn new() {}\n"),
        ("fresh.js", "function fresh() {}\n"),
        ("README.md", "b\n"),
        ("same.go", "package a\nfunc same() {}\n"),
        ("nul.ts", "let a = 1;\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\n"),
    ]);
    let evidence = Evidence::of(memory::change(before, after)).with_parser(parser());
    let path = |text: &str| RepoPath::new(text).unwrap();
    let name = |path_text: &str, side: Side| -> Result<String, Unproven> {
        let facts = evidence.code(&path(path_text), side)?;
        Ok(facts.definitions[0].name.clone())
    };
    assert_eq!(name("src/a.rs", Side::Base).unwrap(), "old");
    assert_eq!(name("src/a.rs", Side::Head).unwrap(), "new");
    assert_eq!(name("gone.py", Side::Base).unwrap(), "gone");
    assert!(name("gone.py", Side::Head).is_err());
    assert!(name("README.md", Side::Head).is_err());
    assert!(name("same.go", Side::Head).is_err(), "it did not change");
    assert!(matches!(name("nul.ts", Side::Head), Err(Unproven::Unreadable(_))));
    let changed: Vec<String> = evidence
        .changed_code()
        .map(|both| both.file.path().to_string())
        .collect();
    assert_eq!(changed, ["fresh.js", "gone.py", "nul.ts", "src/a.rs"]);
    let both = evidence
        .changed_code()
        .find(|both| both.file.path() == &path("gone.py"))
        .unwrap();
    assert!(both.after().unwrap().is_none() && both.before().unwrap().is_some());
    let more: Vec<_> = evidence
        .code_of(Side::Head, &[path("same.go"), path("missing.go")])
        .collect();
    assert_eq!(more[0].as_ref().unwrap().definitions[0].name, "same");
    assert!(more[1].is_err());
}
