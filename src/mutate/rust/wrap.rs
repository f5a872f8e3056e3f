//! What does this program do when Cargo starts it in place of the compiler or of a test?
//!
//! Cargo is told to start a two-line script for each, which starts this program with a hidden argument and the folder
//! of the run.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use super::examples::MARK;
use serde::{Deserialize, Serialize};

/// Stands for the compiler: `__rustc FOLDER RUSTC ARGUMENTS…`.
pub const COMPILER: &str = "__rustc";
/// Stands for a test: `__test FOLDER PROGRAM ARGUMENTS…`.
pub const TEST: &str = "__test";

/// Set where a test builds something: nothing is noted there, and lints are what they are.
pub(super) const NESTED: &str = "__COUNTERSIGN_NESTED";
/// Set for builds after which others follow that differ little. Cargo does not hear of it: to Cargo these would be other
/// programs, with other names.
pub(super) const INCREMENTAL: &str = "__COUNTERSIGN_INCREMENTAL";
/// The name of the crate with the switch.
pub(super) const SWITCH: &str = "__countersign";
/// Exit code where the real program cannot be started.
const LOST: u8 = 127;

/// How the compiler was started for one crate.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Unit {
    /// Its arguments.
    pub(super) arguments: Vec<String>,
}

impl Unit {
    fn after(&self, option: &str) -> impl Iterator<Item = &str> {
        let pairs = self.arguments.iter().zip(self.arguments.iter().skip(1));
        pairs
            .filter(move |(first, _)| *first == option)
            .map(|(_, second)| second.as_str())
    }

    fn codegen(&self, name: &str) -> Option<&str> {
        self.after("-C")
            .find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
    }

    /// The stem of what it makes: the name of the crate and the hash that Cargo gives it.
    pub(super) fn name(&self) -> Option<String> {
        let name = self.after("--crate-name").next()?;
        Some(format!("{name}{}", self.codegen("extra-filename")?))
    }

    /// Whether it is a test with the harness of the standard library.
    pub(super) fn has_harness(&self) -> bool {
        self.arguments.iter().any(|argument| argument == "--test")
    }

    /// Where it lists the files that it was made from.
    pub(super) fn list(&self) -> Option<PathBuf> {
        let folder = self.after("--out-dir").next()?;
        Some(Path::new(folder).join(format!("{}.d", self.name()?)))
    }

    /// The arguments on which depends what is set for `#[cfg(…)]`.
    pub(super) fn settings(&self) -> Vec<String> {
        let mut kept = Vec::new();
        for (first, second) in self.arguments.iter().zip(self.arguments.iter().skip(1)) {
            let matters = match first.as_str() {
                "--cfg" | "--target" => true,
                "-C" => ["opt-level", "debug-assertions", "panic", "target-"]
                    .iter()
                    .any(|name| second.starts_with(name)),
                _ => false,
            };
            if matters {
                kept.extend([first.clone(), second.clone()]);
            }
        }
        kept.extend(self.has_harness().then(|| "--test".to_owned()));
        kept
    }
}

/// How Cargo would have started a test program.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Started {
    /// The program; for an example in documentation our copy of it.
    pub(super) program: PathBuf,
    /// Its arguments.
    pub(super) arguments: Vec<String>,
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Its environment.
    pub(super) environment: BTreeMap<String, String>,
    /// An example in documentation.
    pub(super) example: bool,
    /// Several examples, with a harness that names them.
    pub(super) harness: bool,
    /// How an example ended without a mutant; `None` for a signal and for what was not run.
    pub(super) code: Option<i32>,
    /// How long an example ran, in milliseconds.
    pub(super) time: u64,
}

impl Started {
    /// The number under which an example is noted.
    pub(super) fn number(&self) -> &str {
        let stem = self.program.file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or_default()
    }
}

/// The paths inside the folder of a run.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The folder.
    pub(super) root: PathBuf,
}

impl Places {
    /// Where each [`Unit`] is noted.
    pub(super) fn units(&self) -> PathBuf {
        self.root.join("units")
    }

    /// Where each [`Started`] is noted.
    pub(super) fn started(&self) -> PathBuf {
        self.root.join("started")
    }

    /// Where compiled things go.
    pub(super) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Where processes with a cleared environment look.
    pub(super) fn control(&self) -> PathBuf {
        self.root.join("control")
    }

    /// What test processes saw.
    pub(super) fn seen(&self) -> PathBuf {
        self.root.join("seen")
    }

    /// The script that stands for the compiler.
    pub(super) fn compiler(&self) -> PathBuf {
        self.root.join("rustc.sh")
    }

    /// The compiled switch.
    pub(super) fn switch(&self) -> PathBuf {
        self.root.join(format!("lib{SWITCH}.rlib"))
    }
}

/// Runs this program in place of another, if its arguments say so; the exit code.
pub fn serve() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    let what = arguments.next()?;
    let compiler = what == COMPILER;
    if !compiler && what != TEST {
        return None;
    }
    let places = Places {
        root: PathBuf::from(arguments.next()?),
    };
    let program = arguments.next()?;
    let rest: Vec<OsString> = arguments.collect();
    let code = if compiler {
        compile(&places, &program, rest)
    } else {
        test(&places, &program, &rest)
    };
    Some(code.unwrap_or(LOST))
}

fn texts(arguments: &[OsString]) -> Vec<String> {
    arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect()
}

fn compile(places: &Places, program: &OsString, mut arguments: Vec<OsString>) -> io::Result<u8> {
    let unit = Unit {
        arguments: texts(&arguments),
    };
    let nested = std::env::var_os(NESTED).is_some();
    if let Some(name) = unit.name() {
        if !nested {
            fs::write(places.units().join(&name), serde_json::to_vec(&unit)?)?;
        }
        arguments.push("--extern".into());
        let mut named = OsString::from(format!("{SWITCH}="));
        named.push(places.switch());
        arguments.push(named);
        if std::env::var_os(INCREMENTAL).is_some() {
            let mut kept = OsString::from("-Cincremental=");
            kept.push(places.root.join("incremental"));
            arguments.push(kept);
        }
        // backtraces keep their lines; nobody debugs these programs
        if unit
            .codegen("debuginfo")
            .is_some_and(|kind| kind == "2" || kind == "full")
        {
            arguments.push("-Cdebuginfo=line-tables-only".into());
        }
        // crates that use the project's and are built elsewhere find it too
        let mut beside = OsString::from("dependency=");
        beside.push(&places.root);
        arguments.extend(["-L".into(), beside]);
        // without it every warning that the project denies would make a mutant unviable
        if (!nested || is_of_the_copy(places))
            && !unit.arguments.iter().any(|one| one.starts_with("--cap-lints"))
        {
            arguments.push("--cap-lints=allow".into());
        }
    }
    end(Command::new(program).args(arguments))
}

/// Whether a crate that a test builds is one of those with switches; what lints say of others may be what is tested.
fn is_of_the_copy(places: &Places) -> bool {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let tree = places.root.parent().map(|folder| folder.join("tree"));
    match (folder, tree) {
        (Some(folder), Some(tree)) => {
            folder.starts_with(tree) && !folder.components().any(|part| part.as_os_str() == "target")
        }
        _ => false,
    }
}

/// Hands over to another program; where that is impossible, waits for it.
fn end(command: &mut Command) -> io::Result<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        Err(command.exec())
    }
    #[cfg(not(unix))]
    {
        let code = command.status()?.code();
        Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(LOST))
    }
}

fn test(places: &Places, program: &OsString, arguments: &[OsString]) -> io::Result<u8> {
    let program = Path::new(program);
    let number = std::process::id();
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut started = Started {
        program: program.to_owned(),
        arguments: texts(arguments),
        folder: std::env::current_dir()?,
        environment: environment.collect(),
        example: !program.starts_with(places.target()),
        harness: false,
        code: None,
        time: 0,
    };
    let mut code = 0;
    if started.example {
        started.program = places.started().join(format!("{number}.program"));
        fs::copy(program, &started.program)?;
        let seen = places.seen().join(format!("example-{number}"));
        let began = Instant::now();
        let output = Command::new(&started.program)
            .args(arguments)
            .env(SWITCH.to_uppercase(), format!("see {}", seen.display()))
            .stderr(Stdio::inherit())
            .output()?;
        started.time = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        started.code = output.status.code();
        started.harness = output.stdout.starts_with(b"\nrunning ");
        io::stdout().write_all(&output.stdout)?;
        code = if started.harness {
            let code = started.code.and_then(|code| u8::try_from(code).ok());
            code.unwrap_or(LOST)
        } else {
            writeln!(io::stderr(), "\n{MARK}{number}")?;
            1
        };
    }
    let note = places.started().join(format!("{number}.json"));
    fs::write(note, serde_json::to_vec(&started)?)?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(arguments: &str) -> Unit {
        Unit {
            arguments: arguments.split(' ').map(ToOwned::to_owned).collect(),
        }
    }

    #[test]
    fn a_crate_is_known_by_the_arguments_of_the_compiler() {
        let unit = unit(
            "--crate-name fee --edition=2021 src/lib.rs --test --cfg feature=\"std\" -C debuginfo=2 -C extra-filename=-1f -C panic=abort --out-dir /t/deps",
        );
        assert_eq!(unit.name().as_deref(), Some("fee-1f"));
        assert!(unit.has_harness());
        assert_eq!(unit.list().as_deref(), Some(Path::new("/t/deps/fee-1f.d")));
        assert_eq!(
            unit.settings(),
            ["--cfg", "feature=\"std\"", "-C", "panic=abort", "--test"]
        );
    }

    #[test]
    fn a_question_to_the_compiler_is_no_crate() {
        assert_eq!(
            unit("- --crate-name ___ --print=file-names --crate-type bin").name(),
            None
        );
        assert_eq!(unit("-vV").name(), None);
    }
}
