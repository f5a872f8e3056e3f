//! Which command was asked for? One file per command; the only code that names the argument parser.

pub mod check;
pub mod output;

use clap::Parser;

use crate::verdict::Exit;

/// A merge gate for changes written by coding agents: compares what was asked and claimed with what really changed
/// and what the tests really say.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Judge a change: pass, fail or unproven, with the evidence.
    Check(check::Arguments),
}

/// Runs the program: arguments in, exit code out.
pub fn run() -> Exit {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == crate::code::worker::ARGUMENT)
    {
        return if crate::code::worker::serve() {
            Exit::Pass
        } else {
            Exit::NotJudged
        };
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked = !error.use_stderr();
            return if error.print().is_ok() && asked {
                Exit::Pass
            } else {
                Exit::NotJudged
            };
        }
    };
    let done = match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        output::note(&format!("error: {error}"));
        Exit::NotJudged
    })
}
