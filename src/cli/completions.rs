//! `countersign completions SHELL`: the only file that names the completion generator.

use clap_complete::Shell;

use super::output;
use crate::{error::Error, verdict::Exit};

/// For which shell.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Prints a completion script.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let mut command = super::command();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "countersign", &mut script);
    output::print(&script)?;
    Ok(Exit::Pass)
}
