//! `countersign claims template`: writes a claims manifest from the real diff.

use std::path::PathBuf;

use super::{output, range};
use crate::{
    checks::Settings,
    claims::template,
    error::Error,
    gate::{self, Inputs},
    policy::Policy,
    verdict::Exit,
};

/// What to do with claims.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a manifest with what can be claimed about a change, for its author to keep, correct and complete.
    Template(Template),
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
/// There is no such change, or the file cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    match &arguments.command {
        Command::Template(arguments) => template(arguments),
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
