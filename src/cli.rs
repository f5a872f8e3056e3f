//! Which command was asked for? One file per command; the only code that names the argument parser.

pub mod check;
pub mod claims;
pub mod completions;
pub mod demo;
pub mod explain;
pub mod man;
pub mod mutate;
pub mod output;
mod progress;
pub mod range;
pub mod record;
pub mod schema;

use clap::{CommandFactory as _, Parser};

use crate::{error::Error, verdict::Exit};

/// What every exit code means, the same for every report format.
const EXIT_CODES: &str = "Exit codes: 0 pass, 1 fail, 2 could not judge (bad arguments, unreadable input, an output \
that cannot be written), 3 unproven (nothing is broken, but something required could not be proven).";

/// What every exit code of `mutate` means.
const MUTATE_EXIT_CODES: &str = "Exit codes: 0 every mutant that was measured was noticed (or there was nothing to \
measure), 1 a mutant survived, 2 could not run, 3 mutants were expected and none or not all were measured. With --shard \
only 0 and 2: `mutate merge` judges.";

/// What a reader of `check --help` tries first.
const EXAMPLES: &str = "Examples:
  countersign check --base origin/main
  countersign check --staged --task task.yaml
  countersign check --claims claims.yaml --tests 'reports/**/*.xml' --report json=verdict.json
";

/// A merge gate for changes written by coding agents: compares what was asked and claimed with what really changed
/// and what the tests really say.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, propagate_version = true, after_help = EXIT_CODES)]
struct Arguments {
    /// When to use colours on standard output.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: output::Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Judge a change: pass, fail or unproven, with the evidence.
    #[command(after_help = format!("{EXAMPLES}\n{EXIT_CODES}"))]
    Check(Box<check::Arguments>),
    /// Show what a text claims, clause by clause, or write a manifest from the real diff.
    Claims(claims::Arguments),
    /// Judge a small change with real faults, made in a temporary repository.
    Demo(demo::Arguments),
    /// Show the page of one check, or list all of them.
    Explain(explain::Arguments),
    /// Measure whether the tests would notice a fault on the changed lines.
    #[command(after_help = MUTATE_EXIT_CODES)]
    Mutate(Box<mutate::Arguments>),
    /// Run a test command and write down what it ran on and which reports it made.
    Record(record::Arguments),
    /// Print the JSON Schema of a file that is read or written, or list them.
    Schema(schema::Arguments),
    /// Print a completion script for a shell.
    Completions(completions::Arguments),
    /// Print the manual page of the program or of one command.
    Man(man::Arguments),
}

/// Runs the program: arguments in, exit code out.
///
/// The code is one of [`Exit`], or for `record` that of the command it ran.
pub fn run() -> u8 {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == crate::code::worker::ARGUMENT)
    {
        return if crate::code::worker::serve() {
            Exit::Pass as u8
        } else {
            Exit::NotJudged as u8
        };
    }
    if let Some(code) = crate::mutate::rust::wrap::serve() {
        return code;
    }
    #[cfg(unix)]
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == crate::mutate::process::GUARD)
    {
        crate::mutate::process::guard();
        return Exit::Pass as u8;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error) as u8,
    };
    let color = arguments.color;
    let done = match arguments.command {
        Command::Record(arguments) => {
            return record::run(&arguments).unwrap_or_else(|error| not_judged(&error));
        }
        Command::Check(arguments) => check::run(&arguments, color),
        Command::Claims(arguments) => claims::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments, color),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Mutate(arguments) => mutate::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    };
    done.map_or_else(|error| not_judged(&error), |exit| exit as u8)
}

fn not_judged(error: &Error) -> u8 {
    output::note(&format!("error: {error}"));
    Exit::NotJudged as u8
}

/// What the parser printed instead of running a command: help that was asked for is no failure.
fn refused(error: &clap::Error) -> Exit {
    match error.print() {
        Ok(()) if !error.use_stderr() => Exit::Pass,
        Ok(()) => Exit::NotJudged,
        Err(cause) => {
            output::note(&format!("error: cannot write `standard output`: {cause}"));
            Exit::NotJudged
        }
    }
}

/// The whole command line, for completions and manual pages.
fn command() -> clap::Command {
    Arguments::command()
}

/// Every command with its one sentence, in the order of the help.
pub fn commands() -> Vec<(String, String)> {
    let commands = command();
    let commands = commands.get_subcommands();
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    commands
        .map(|command| (command.get_name().to_owned(), about(command)))
        .collect()
}

/// The help of a command; `None` where there is no such command.
pub fn help(name: &str) -> Option<String> {
    let mut all = command();
    let command = all.find_subcommand_mut(name)?;
    Some(command.render_long_help().to_string())
}

/// `Ok` for a command that only prints.
fn print(text: &str) -> Result<Exit, Error> {
    output::print(text.as_bytes())?;
    Ok(Exit::Pass)
}
