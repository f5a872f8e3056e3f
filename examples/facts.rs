//! Prints what is known about source files, one JSON document a line: `cargo run --example facts -- FILE…`
//! With `--count` it parses every file named on standard input and prints only figures.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{error::Error, fs, io::Read as _, path::PathBuf};

use countersign::{
    code::{
        LanguageId,
        parser::{Parser, Source},
    },
    finding::Unproven,
    path::RepoPath,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let counts = files.first().is_some_and(|first| first.as_os_str() == "--count");
    if counts {
        let mut names = String::new();
        std::io::stdin().read_to_string(&mut names)?;
        files = names.lines().map(PathBuf::from).collect();
    }
    let load = |index: usize| {
        let unknown = |why: String| Unproven::Unreadable(why);
        let file = files
            .get(index)
            .ok_or_else(|| unknown("no such file".to_owned()))?;
        let name = file.display().to_string();
        let path = RepoPath::new(file.file_name().unwrap_or_default().as_encoded_bytes()).map_err(unknown)?;
        Ok(Source {
            language: LanguageId::of(&path)
                .ok_or_else(|| unknown(format!("`{name}` is in no known language")))?,
            bytes: fs::read(file).map_err(|error| unknown(error.to_string()))?,
            name,
        })
    };
    let parsed = Parser::default().read(files.len(), &load);
    let (mut broken, mut tests, mut assertions, mut definitions) = (0, 0, 0, 0);
    for (file, parsed) in files.iter().zip(&parsed) {
        match parsed {
            Ok(facts) if counts => {
                definitions += facts.definitions.len();
                tests += facts.tests.len();
                assertions += facts
                    .tests
                    .iter()
                    .map(|test| test.assertions.len())
                    .sum::<usize>();
                if let Some(first) = facts.errors.first() {
                    broken += 1;
                    println!("{}:{} {}", file.display(), first.line, first.says);
                }
            }
            Ok(facts) => println!("{}", serde_json::to_string(facts)?),
            Err(why) => println!("{}: unproven: {why}", file.display()),
        }
    }
    if counts {
        let unproven = parsed.iter().filter(|one| one.is_err()).count();
        println!(
            "{} files, {unproven} unproven, {broken} with errors, {definitions} definitions, {tests} tests, {assertions} assertions",
            files.len()
        );
    }
    Ok(())
}
