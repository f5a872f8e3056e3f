//! `countersign rules`: lists the rules over added code, and runs their examples.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use super::output;
use crate::{
    code::parser::Parser,
    error::Error,
    evidence::file,
    limits,
    rules::{
        Catalogue, examples,
        pack::{Language, Pack},
        packs,
    },
    verdict::Exit,
};

/// What to do with rules.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the rules: id, languages, level and what they say.
    List(List),
    /// Run the examples of the rules: each is caught, missed, quiet or noisy.
    Test(Test),
}

#[derive(Debug, clap::Args)]
struct List {
    /// A pack of your own; the built-in ones where absent.
    #[arg(long, value_name = "FILE")]
    pack: Vec<PathBuf>,
    /// Only rules for this language.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Test {
    /// Packs of your own; the built-in ones where absent.
    #[arg(value_name = "PACK")]
    packs: Vec<PathBuf>,
    /// Only rules whose id begins so.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Show the examples that did what they should too.
    #[arg(long)]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// A pack is refused, or standard output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    match &arguments.command {
        Command::List(list) => self::list(list),
        Command::Test(test) => self::test(test),
    }
}

/// The packs that were named, or the built-in ones; each whole and with queries that compile.
fn load(paths: &[PathBuf], parser: &Parser) -> Result<Vec<Arc<Pack>>, Error> {
    let words = Catalogue::built_in()?;
    if paths.is_empty() {
        for built_in in &packs::BUILT_IN {
            let pack = built_in.pack()?;
            pack.validate(built_in.text.as_bytes(), &packs::known(&words))?;
            packs::compile(&pack, built_in.text.as_bytes(), parser)?;
        }
        return packs::all();
    }
    let read = paths.iter().map(|path| {
        let bytes = file::read(path, limits::PACK_BYTES as u64)?;
        packs::read(&file::shown(path), &bytes, &words, parser).map(Arc::new)
    });
    read.collect()
}

fn list(arguments: &List) -> Result<Exit, Error> {
    let packs = load(&arguments.pack, &Parser::default())?;
    let is_wanted = |language: &Language| {
        let wanted = arguments.language.as_deref();
        wanted.is_none_or(|wanted| wanted == language.name())
    };
    let rules = || packs.iter().flat_map(|pack| &pack.rules);
    let width = rules().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules().filter(|rule| rule.languages.iter().any(is_wanted)) {
        let languages: Vec<&str> = rule.languages.iter().map(|one| one.name()).collect();
        let level = rule.level.to_string();
        let _ = writeln!(
            text,
            "{:width$}  {level:4}  {:10}  {}",
            rule.id,
            languages.join(","),
            rule.says
        );
    }
    super::print(&text)
}

fn test(arguments: &Test) -> Result<Exit, Error> {
    let parser = Parser::default();
    let packs = load(&arguments.packs, &parser)?;
    let (mut text, mut right, mut wrong) = (String::new(), 0_usize, 0_usize);
    for pack in packs {
        let mut pack = Pack::clone(&pack);
        let begins = |id: &str| arguments.rule.as_ref().is_none_or(|start| id.starts_with(start));
        pack.rules.retain(|rule| begins(&rule.id));
        for ran in examples::run(&pack, &parser) {
            if let examples::Became::Refused(why) = &ran.became {
                let kind = if ran.is_bad { "bad" } else { "good" };
                let problem = format!("rule `{}`: {kind} example {}: {why}", ran.rule, ran.number);
                return Err(Error::invalid("rules", &pack.name, problem));
            }
            if ran.became.is_right() {
                right += 1;
            } else {
                wrong += 1;
            }
            if arguments.all || !ran.became.is_right() {
                let kind = if ran.is_bad { "bad" } else { "good" };
                let _ = writeln!(text, "{}: {kind} {}: {}", ran.rule, ran.number, ran.became);
            }
        }
    }
    let _ = writeln!(text, "{right} examples do what they should, {wrong} do not");
    output::print(text.as_bytes())?;
    Ok(if wrong == 0 { Exit::Pass } else { Exit::Fail })
}
