//! Does one hostile file cost the gate no more than that file?
//!
//! The inputs are those measured in the security research (4.4, 4.5), as generators.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

use countersign::{
    code::{
        FileFacts, LanguageId,
        parser::{Parsed, Parser, Source},
    },
    finding::Unproven,
    limits,
};

const GOOD: (&str, LanguageId, &str) = ("good.rs", LanguageId::Rust, "pub fn good() -> u8 { 1 }\n");

fn parser() -> Parser {
    Parser::new(Some(env!("CARGO_BIN_EXE_countersign").into()))
}

fn read(parser: &Parser, files: &[(&str, LanguageId, String)]) -> Vec<Parsed> {
    let load = |index: usize| {
        let (name, language, text) = &files[index];
        Ok(Source {
            name: (*name).to_owned(),
            language: *language,
            bytes: text.clone().into_bytes(),
        })
    };
    parser.read(files.len(), &load)
}

fn good() -> (&'static str, LanguageId, String) {
    (GOOD.0, GOOD.1, GOOD.2.to_owned())
}

fn is_good(parsed: &Parsed) -> bool {
    let named = |facts: &FileFacts| facts.definitions.first().is_some_and(|one| one.name == "good");
    parsed.as_ref().is_ok_and(named)
}

fn why(parsed: &Parsed) -> String {
    match parsed {
        Ok(_) => "parsed".to_owned(),
        Err(Unproven::Unreadable(why)) => why.clone(),
        Err(other) => format!("{other:?}"),
    }
}

fn generics(levels: usize) -> String {
    format!("type T = {}u8{};\n", "A<".repeat(levels), ">".repeat(levels))
}

/// A file, and whether it must end a parser process.
fn killers() -> Vec<(&'static str, LanguageId, String)> {
    vec![
        ("generics.rs", LanguageId::Rust, generics(150_000)),
        (
            "blocks.rs",
            LanguageId::Rust,
            format!("fn f() {}{}", "{".repeat(200_000), "}".repeat(200_000)),
        ),
        (
            "closures.rs",
            LanguageId::Rust,
            format!("fn f() {{ {} 1 }}", "|a| ".repeat(200_000)),
        ),
        ("quadratic.rs", LanguageId::Rust, "|]|<\"<".repeat(8_000)),
        ("blow_up.py", LanguageId::Python, ")(1 *".repeat(6_000)),
        ("quotes.py", LanguageId::Python, "[,\"\"\"".repeat(10_000)),
    ]
}

#[test]
fn a_hostile_file_is_unproven_and_the_others_are_parsed() {
    let mut files = vec![good()];
    for killer in killers() {
        files.push(killer);
        files.push(good());
    }
    let parsed = read(&parser(), &files);
    for ((name, _, _), parsed) in files.iter().zip(&parsed) {
        if *name == GOOD.0 {
            assert!(is_good(parsed), "a good file was lost: {}", why(parsed));
        } else {
            assert!(parsed.is_err(), "{name} parsed; the generator has lost its bite");
            assert!(why(parsed).contains(name), "{}", why(parsed));
        }
    }
    let stopped = parsed
        .iter()
        .filter(|one| why(one).contains("made the parser stop"))
        .count();
    assert!(stopped >= 4, "only {stopped} files ended a process");
}

#[test]
fn a_side_that_is_parsed_after_the_other_is_parsed_as_if_alone() {
    let base = "def f():\n    return 1 + 2\n\n\n".repeat(60);
    let killer = ")(1 *".repeat(6_000);
    let heads = [
        base.replacen("1 + 2", "1 + 2\n        * 3", 5),
        base.replacen("def f", "class C:\n    x = 1\n\n\ndef g", 2),
        base.replacen("return 1 + 2", "return (1 + ", 1),
        base.replacen("return 1 + 2", &killer, 1),
        base.replacen("1", "\"\"\"", 1),
    ];
    let sides = heads.iter().flat_map(|head| [base.clone(), head.clone()]);
    let files: Vec<_> = sides.map(|text| ("a.py", LanguageId::Python, text)).collect();
    let load = |index: usize| {
        let (name, language, text) = &files[index];
        Ok(Source {
            name: (*name).to_owned(),
            language: *language,
            bytes: text.clone().into_bytes(),
        })
    };
    let follows = |index: usize| index % 2 == 1;
    let together = parser().pack(files.len(), &load, &follows, |packed| packed.unpack());
    for (file, together) in files.iter().zip(together) {
        let alone = read(&parser(), std::slice::from_ref(file)).remove(0);
        assert_eq!(why(&together), why(&alone));
        assert_eq!(together.ok(), alone.ok());
    }
}

#[test]
fn small_attacks_that_abort_a_common_stack_are_parsed() {
    let files = [
        ("generics.rs", LanguageId::Rust, generics(265)),
        (
            "parens.rs",
            LanguageId::Rust,
            format!("fn f() {{ {}1{} }}", "(".repeat(3_000), ")".repeat(3_000)),
        ),
        (
            "go.go",
            LanguageId::Go,
            format!("package a\nfunc f() {{ {} }}", "{[".repeat(5_000)),
        ),
    ];
    for (file, parsed) in files.iter().zip(read(&parser(), &files)) {
        assert!(parsed.is_ok(), "{}: {}", file.0, why(&parsed));
    }
}

#[test]
fn too_many_deaths_leave_the_rest_alone_however_the_work_is_shared() {
    const DEATHS: usize = 3;
    let bad = || ("bad.rs", LanguageId::Rust, generics(150_000));
    let mut files = vec![good()];
    files.extend(std::iter::repeat_with(bad).take(DEATHS));
    files.extend([good(), bad(), good()]);
    let one = read(&parser().with_deaths(DEATHS).with_processes(1), &files);
    let four = read(&parser().with_deaths(DEATHS).with_processes(4), &files);
    let told = |parsed: &[Parsed]| parsed.iter().map(why).collect::<Vec<_>>();
    assert_eq!(told(&one), told(&four));
    assert!(is_good(&one[0]));
    assert!(why(&one[DEATHS]).contains("made the parser stop: "));
    assert!(why(&one[DEATHS + 1]).contains("the rest was not parsed"));
}

#[test]
fn the_size_limit_holds_at_below_and_above() {
    let sized = |bytes: usize| {
        let text = format!("// {}\n{}", "x".repeat(bytes - GOOD.2.len() - 4), GOOD.2);
        assert_eq!(text.len(), bytes);
        (GOOD.0, GOOD.1, text)
    };
    let most = limits::SYNTAX_BYTES;
    let parsed = read(&parser(), &[sized(most - 1), sized(most), sized(most + 1)]);
    assert!(is_good(&parsed[0]) && is_good(&parsed[1]));
    assert!(
        why(&parsed[2]).starts_with("limit-syntax-bytes"),
        "{}",
        why(&parsed[2])
    );
}

#[test]
fn what_is_no_text_is_not_parsed() {
    let files = [
        ("nul.py", LanguageId::Python, "x = 1\0\n".to_owned()),
        ("noise.ts", LanguageId::TypeScript, "\u{1}\u{2}ab".repeat(100)),
    ];
    for parsed in read(&parser(), &files) {
        assert!(why(&parsed).ends_with("is not text"), "{}", why(&parsed));
    }
}

#[test]
fn nesting_has_a_limit_of_its_own() {
    let nested = |levels: usize| {
        let text = format!("x = {}1{}\n", "[".repeat(levels), "]".repeat(levels));
        ("deep.py", LanguageId::Python, text)
    };
    let parsed = read(&parser(), &[nested(2_000), nested(limits::SYNTAX_DEPTH + 1)]);
    assert!(parsed[0].is_ok(), "{}", why(&parsed[0]));
    assert!(why(&parsed[1]).contains("nests deeper"), "{}", why(&parsed[1]));
}

#[test]
fn without_its_program_nothing_is_parsed_and_nothing_passes() {
    for program in ["/nowhere/countersign", "/bin/cat", "/bin/true"] {
        let parsed = read(&Parser::new(Some(program.into())), &[good()]);
        assert!(why(&parsed[0]).contains("parser process"), "{}", why(&parsed[0]));
        assert!(
            !why(&parsed[0]).contains("/bin"),
            "no absolute path reaches a report"
        );
    }
}

#[test]
fn the_order_of_results_is_that_of_the_files() {
    let names: Vec<String> = (0..200).map(|index| format!("f{index}")).collect();
    let load = |index: usize| {
        Ok(Source {
            name: names[index].clone(),
            language: LanguageId::Rust,
            bytes: format!("fn {}() {{}}\n", names[index]).into_bytes(),
        })
    };
    for processes in [1, 2, 5] {
        let parsed = parser().with_processes(processes).read(names.len(), &load);
        let found: Vec<String> = parsed
            .into_iter()
            .map(|one| one.unwrap().definitions[0].name.clone())
            .collect();
        assert_eq!(found, names);
    }
}

#[test]
fn a_file_that_cannot_be_loaded_costs_only_itself() {
    let load = |index: usize| {
        if index == 1 {
            return Err(Unproven::Insufficient("gone".to_owned()));
        }
        Ok(Source {
            name: GOOD.0.to_owned(),
            language: GOOD.1,
            bytes: GOOD.2.as_bytes().to_vec(),
        })
    };
    let parsed = parser().read(3, &load);
    assert!(is_good(&parsed[0]) && is_good(&parsed[2]));
    assert_eq!(parsed[1], Err(Unproven::Insufficient("gone".to_owned())));
}
