//! How often do the rules over added code fire on code as it stands, as if every line of it were added?
//!
//! ```text
//! cargo run --example noise -- [--show RULE]… [--pack FILE]… [--files N] FOLDER…
//! ```
//!
//! Prints for each rule its hits in production and in test code, the lines of its languages, and hits per 10,000 lines;
//! `--show` prints the places of a rule with their lines, `--show all` those of every rule. Twins, levels of a policy and
//! comments that silence are not asked. Files are judged in parts of `--files` neighbours (1,000), so that a guard that asks other
//! files sees those of its part.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use countersign::{
    code::{LanguageId, parser::Parser},
    evidence::{
        Evidence,
        change::{Mode, memory},
    },
    finding::Level,
    kinds::Kinds,
    path::RepoPath,
    policy::Paths,
    rules::{
        Catalogue,
        pack::{self, Language, Pack, Role, Rule},
        packs,
        sightings::{self, Asked, Sighting},
    },
};

type Failure = Box<dyn Error>;

struct Arguments {
    show: Vec<String>,
    packs: Vec<PathBuf>,
    files: usize,
    folders: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, Failure> {
    let mut found = Arguments {
        show: Vec::new(),
        packs: Vec::new(),
        files: 1_000,
        folders: Vec::new(),
    };
    let mut given = std::env::args().skip(1);
    while let Some(one) = given.next() {
        match one.as_str() {
            "--show" => found.show.extend(given.next()),
            "--pack" => found.packs.extend(given.next().map(PathBuf::from)),
            "--files" => found.files = given.next().unwrap_or_default().parse()?,
            _ => found.folders.push(PathBuf::from(one)),
        }
    }
    if found.folders.is_empty() {
        return Err("name a folder".into());
    }
    Ok(found)
}

fn packs_of(paths: &[PathBuf], parser: &Parser) -> Result<Vec<Arc<Pack>>, Failure> {
    if paths.is_empty() {
        return Ok(packs::all()?);
    }
    let words = Catalogue::built_in()?;
    let read = paths.iter().map(|path| {
        let name = path.display().to_string();
        Ok(Arc::new(packs::read(&name, &fs::read(path)?, &words, parser)?))
    });
    read.collect()
}

/// The files below a folder that are in a language that is read, in order.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() || path.ends_with(".git") || path.ends_with("target") {
            continue;
        }
        if path.is_dir() {
            sources(&path, found)?;
        } else if name_below(&path, folder).is_some_and(|name| LanguageId::of(&name).is_some()) {
            found.push(path);
        }
    }
    Ok(())
}

fn name_below(path: &Path, folder: &Path) -> Option<RepoPath> {
    let below = path.strip_prefix(folder).ok()?;
    RepoPath::new(below.as_os_str().as_encoded_bytes()).ok()
}

#[derive(Default)]
struct Count {
    production: usize,
    tests: usize,
}

#[derive(Default)]
struct Tally {
    lines: BTreeMap<LanguageId, usize>,
    hits: BTreeMap<String, Count>,
    unknown: Vec<String>,
}

fn main() -> Result<(), Failure> {
    let arguments = arguments()?;
    let parser = Parser::default();
    let packs = packs_of(&arguments.packs, &parser)?;
    let mut tally = Tally::default();
    for folder in &arguments.folders {
        let mut files = Vec::new();
        sources(folder, &mut files)?;
        for part in files.chunks(arguments.files.max(1)) {
            look(folder, part, &packs, &parser, &arguments.show, &mut tally)?;
        }
    }
    print(&packs, &tally);
    Ok(())
}

fn look(
    folder: &Path,
    part: &[PathBuf],
    packs: &[Arc<Pack>],
    parser: &Parser,
    show: &[String],
    tally: &mut Tally,
) -> Result<(), Failure> {
    let kinds = Kinds::new(&Paths::default());
    let mut texts = BTreeMap::new();
    for path in part {
        if let Some(name) = name_below(path, folder)
            && kinds.is_hand_written(&name)
        {
            let bytes = fs::read(path)?;
            let lines = String::from_utf8_lossy(&bytes).lines().count();
            if let Some(language) = LanguageId::of(&name) {
                *tally.lines.entry(language).or_default() += lines;
            }
            texts.insert(name, (Mode::File, bytes));
        }
    }
    let change = memory::change(memory::Files::new(), texts.clone());
    let evidence = Evidence::of(change).with_parser(parser.clone());
    let asked = Asked {
        packs,
        kinds: &kinds,
        wanted: &|rule, _, role| sightings::weighs(rule, role),
    };
    let sightings = sightings::of(&evidence, asked);
    tally
        .unknown
        .extend(sightings.unknown.iter().map(ToString::to_string));
    for sighting in sightings.found {
        let Some(rule) = packs
            .get(sighting.pack)
            .and_then(|pack| pack.rules.get(sighting.rule))
        else {
            continue;
        };
        let count = tally.hits.entry(rule.id.clone()).or_default();
        match sighting.role {
            Role::Production => count.production += 1,
            Role::Test => count.tests += 1,
        }
        if show.iter().any(|wanted| *wanted == rule.id || wanted == "all") {
            let text = texts
                .get(&sighting.path)
                .map(|(_, bytes)| String::from_utf8_lossy(bytes));
            let line = text
                .as_deref()
                .and_then(|text| text.lines().nth(sighting.line.saturating_sub(1) as usize));
            let place = folder.join(sighting.path.as_path());
            println!(
                "{} {} {}:{}: {}",
                rule.id,
                level(rule, &sighting),
                place.display(),
                sighting.line,
                line.unwrap_or_default().trim()
            );
        }
    }
    Ok(())
}

fn level(rule: &Rule, sighting: &Sighting) -> Level {
    rule.level_in(sighting.role).min(pack::most(&sighting.hit))
}

fn print(packs: &[Arc<Pack>], tally: &Tally) {
    for (language, lines) in &tally.lines {
        println!("{lines:>9} lines of {}", language.name());
    }
    println!(
        "{:32} {:>5} {:>10} {:>6} {:>9} {:>10}",
        "rule", "level", "production", "tests", "lines", "per 10,000"
    );
    for rule in packs.iter().flat_map(|pack| &pack.rules) {
        let all = rule.languages.contains(&Language::Any);
        let grammars = rule.grammars();
        let own = tally
            .lines
            .iter()
            .filter(|(language, _)| all || grammars.contains(language));
        let lines: usize = own.map(|(_, lines)| lines).sum();
        let none = Count::default();
        let count = tally.hits.get(&rule.id).unwrap_or(&none);
        let hits = count.production + count.tests;
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let rate = hits as f64 * 10_000.0 / lines.max(1) as f64;
        let level = rule.level.to_string();
        println!(
            "{:32} {level:>5} {:>10} {:>6} {lines:>9} {rate:>10.2}",
            rule.id, count.production, count.tests
        );
    }
    println!("{} files could not be looked at", tally.unknown.len());
    for why in tally.unknown.iter().take(10) {
        eprintln!("  {why}");
    }
}
