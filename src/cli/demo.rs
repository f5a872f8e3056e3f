//! `countersign demo`: the main job on a small change with real faults.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::Parser;

use super::{
    check,
    output::{self, Color},
};
use crate::{demo, error::Error, verdict::Exit};

const INTRO: &str = "An agent was asked to charge more for heavy parcels. It says that all tests pass, that the \
documentation is updated,\nthat nothing else was touched and that nothing new is needed. This is what its commit, \
the tests and the mutants say:\n\n";

/// Where to make it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ends with 0 when the demo came out as it must, which is: `verdict: fail`.")]
pub struct Arguments {
    /// Make it in this folder, which must be new or empty, and keep it.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// `check` alone, so that the demo runs what it tells the reader to run.
#[derive(Debug, Parser)]
struct CheckOnly {
    #[command(flatten)]
    check: check::Arguments,
}

/// Makes the demo, judges it and shows how to repeat it.
///
/// # Errors
/// The folder cannot be used, or the demo does not come out as it must.
pub fn run(arguments: &Arguments, color: Color) -> Result<Exit, Error> {
    let temporary;
    let folder = match &arguments.keep {
        Some(folder) => {
            take(folder)?;
            folder.as_path()
        }
        None => {
            temporary = tempfile::tempdir().map_err(|error| unwritable(&env::temp_dir(), &error))?;
            temporary.path()
        }
    };
    demo::lay_out(folder)?;
    output::print(INTRO.as_bytes())?;
    let came_out = judge(folder, color)?;
    output::print(by_hand(arguments.keep.as_deref()).as_bytes())?;
    if came_out == Exit::Fail {
        return Ok(Exit::Pass);
    }
    Err(Error::usage(
        "the demo did not come out as `fail`: a fault of this program",
        "please report it with the output above",
    ))
}

/// Runs the main job from inside the folder, as a reader would.
fn judge(folder: &Path, color: Color) -> Result<Exit, Error> {
    let from = env::current_dir().map_err(|error| unwritable(Path::new("."), &error))?;
    let words = demo::CHECK.iter().copied();
    let parsed = CheckOnly::try_parse_from(words)
        .map_err(|error| Error::usage(error.to_string(), "a fault of this program"))?;
    env::set_current_dir(folder).map_err(|error| unwritable(folder, &error))?;
    let came_out = check::run(&parsed.check, color);
    // a temporary folder can be removed only from outside on some systems
    env::set_current_dir(&from).map_err(|error| unwritable(&from, &error))?;
    came_out
}

/// Takes a folder that is new or empty.
fn take(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut inside = fs::read_dir(folder).map_err(|error| unwritable(folder, &error))?;
    if inside.next().is_none() {
        return Ok(());
    }
    Err(Error::usage(
        format!("`{}` is not empty", folder.display()),
        "name a folder that does not exist yet",
    ))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Error {
    Error::Write {
        target: folder.display().to_string(),
        cause: error.to_string(),
    }
}

fn by_hand(kept: Option<&Path>) -> String {
    let first = match kept {
        Some(folder) => format!("  cd {}\n", folder.display()),
        None => "  countersign demo --keep parcel-demo\n  cd parcel-demo\n".to_owned(),
    };
    let check = demo::CHECK.join(" ").replace(" --", " \\\n    --");
    format!(
        "\nTo repeat it by hand:\n{first}  git -C {} diff main agent\n  countersign {check}\n",
        demo::REPOSITORY
    )
}
