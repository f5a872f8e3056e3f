//! `countersign claims`: shows what a text was read as, restates it, or writes a manifest from the real diff.

use std::{fmt::Write as _, path::PathBuf};

use super::{output, range};
use crate::{
    checks::Settings,
    claims::{plain, prose, prose::Told, template},
    error::Error,
    escape,
    evidence::{
        claims,
        claims::{Claims, Rank, document::Document},
    },
    gate::{self, Inputs},
    policy::Policy,
    verdict::Exit,
};

/// What to do with claims.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a manifest with what can be claimed about a change, for its author to keep, correct and complete.
    Template(Template),
}

/// Which texts, and how to show them.
#[derive(Debug, clap::Args)]
struct Show {
    /// The texts or manifests to read: what each clause is taken for.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Also show the clauses that were left alone, and why.
    #[arg(long)]
    explain: bool,
    /// Restate the texts as terse status lines, apart from the commentary.
    #[arg(long, conflicts_with = "explain")]
    plain: bool,
}

/// Of which change, and where to.
#[derive(Debug, clap::Args)]
struct Template {
    #[command(flatten)]
    range: range::Arguments,
    /// The file to write; it must not exist. Standard output where absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// There is no such change, a text cannot be read, or the file cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    match &arguments.command {
        Some(Command::Template(arguments)) => template(arguments),
        None => show(&arguments.show),
    }
}

fn template(arguments: &Template) -> Result<Exit, Error> {
    if let Some(path) = &arguments.output {
        output::refuse_existing(path)?;
    }
    let change = gate::change(&Inputs::of(arguments.range.range(), arguments.range.repo.clone()))?;
    let kinds = Settings::new(Policy::default())?.kinds;
    let text = template::write(&change, &kinds);
    match &arguments.output {
        Some(path) => output::create(path, text.as_bytes())?,
        None => output::print(text.as_bytes())?,
    }
    Ok(Exit::Pass)
}

fn show(arguments: &Show) -> Result<Exit, Error> {
    let all = claims::read(&arguments.files)?;
    let templates = prose::Templates::default();
    let read = |document| (document, prose::read(document, &templates));
    let texts: Vec<(&Document, Vec<Told>)> = all.documents.iter().map(read).collect();
    let text = if arguments.plain {
        let known = prose::extracted(all.clone(), &[], &templates);
        plain::restate(&known.claims, &texts)
    } else {
        listing(&all, &texts, arguments.explain)
    };
    output::print(text.as_bytes())?;
    Ok(Exit::Pass)
}

/// Every clause that became a claim and, where asked for, every one that did not.
fn listing(all: &Claims, texts: &[(&Document, Vec<Told>)], explain: bool) -> String {
    let mut out = String::new();
    let (mut claimed, mut left) = (0, 0);
    for claim in all.claims.iter().filter(|claim| claim.rank == Rank::Manifest) {
        claimed += 1;
        let _ = writeln!(out, "{}: {}", claim.place(), plain::said(claim));
    }
    for (place, (document, told)) in texts.iter().enumerate() {
        for one in told {
            let claims = prose::claims(document, place, std::slice::from_ref(one));
            let at = shown_place(document, one);
            for claim in &claims {
                claimed += 1;
                let note = claim
                    .mild()
                    .map(|why| format!(" (never held against anybody: {why})"));
                let _ = writeln!(out, "{at}: {}{}", plain::said(claim), note.unwrap_or_default());
                let _ = writeln!(out, "    {}", escape::line(&one.quote));
            }
            if let Err(why) = &one.became {
                left += 1;
                if explain {
                    let _ = writeln!(out, "{at}: left alone: {}", why.says());
                    let _ = writeln!(out, "    {}", escape::line(&one.quote));
                }
            }
        }
    }
    let hint = if explain || left == 0 {
        ""
    } else {
        "; `--explain` shows them"
    };
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (claims, clauses) = (plural(claimed, "claim"), plural(left, "clause"));
    let _ = writeln!(out, "{claims}; {clauses} left alone{hint}");
    out
}

fn shown_place(document: &Document, told: &Told) -> String {
    let name = escape::line(document.name());
    if told.is_title {
        return format!("{name}:title");
    }
    let (line, column) = prose::place(&document.body, &told.clause.range);
    format!("{name}:{}:{column}", document.line(line))
}
