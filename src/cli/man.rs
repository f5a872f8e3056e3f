//! `countersign man [COMMAND]`: the only file that names the manual page generator.

use super::output;
use crate::{error::Error, policy, verdict::Exit};

/// Of which command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The command; the whole program where absent.
    command: Option<String>,
}

/// Prints a manual page.
///
/// # Errors
/// There is no such command, or standard output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let page = match &arguments.command {
        None => super::command(),
        Some(name) => page_of(name)?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| Error::Write {
            target: "manual page".to_owned(),
            cause: error.to_string(),
        })?;
    output::print(&text)?;
    Ok(Exit::Pass)
}

fn page_of(name: &str) -> Result<clap::Command, Error> {
    let mut all = super::command();
    all.build();
    let found = all.get_subcommands().find(|command| command.get_name() == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
        Error::usage(
            policy::unknown("command", name, names.iter().copied()),
            format!("choose from {}", names.join(", ")),
        )
    })
}
