//! How are the tests of a copy built, and what does the compiler say?

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use serde::Deserialize;

use super::{
    Options, Rust,
    messages::Message,
    wrap::{self, Places},
};
use crate::{
    error::Error,
    mutate::{
        Copy,
        process::{End, Ended, Environment, Limits, Task},
    },
};

/// The text of the crate with the switch.
const SWITCH: &str = include_str!("switch.rs");
/// What Cargo may write: some thousand messages of the compiler.
const OUTPUT: usize = 256 * 1024 * 1024;
/// A build that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Where one workspace is built.
pub(super) struct Workshop {
    /// Paths of the run.
    pub(super) places: Places,
    /// The root of the workspace in the copy.
    pub(super) root: PathBuf,
    /// The environment of Cargo.
    environment: Environment,
    /// Arguments that choose packages and features.
    selection: Vec<String>,
    script: PathBuf,
    hosts: OnceLock<Vec<String>>,
}

#[derive(Deserialize)]
struct Line {
    reason: String,
    message: Option<Message>,
    executable: Option<PathBuf>,
    profile: Option<Profile>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
    src_path: PathBuf,
}

impl Target {
    /// How Cargo is asked for it and for nothing that it does not need.
    fn choice(&self) -> Vec<String> {
        let option = match self.kind.first().map(String::as_str) {
            Some(kind @ ("bin" | "test" | "example" | "bench")) => format!("--{kind}"),
            _ => return vec!["--lib".to_owned()],
        };
        vec![option, self.name.clone()]
    }
}

/// A test program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The file that it is made from.
    pub(super) source: PathBuf,
    /// The arguments with which Cargo builds it and not the others.
    pub(super) choice: Vec<String>,
}

/// How many builds there will be that differ little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builds {
    /// One: what would help the next costs a third of this one.
    Once,
    /// Many: the compiler keeps what it found out for the next.
    Many,
}

/// What a build gave.
#[derive(Debug)]
pub(super) struct Built {
    /// It went through.
    pub(super) succeeded: bool,
    /// Errors.
    pub(super) errors: Vec<Message>,
    /// Test programs.
    pub(super) programs: Vec<Program>,
    /// What Cargo itself said.
    pub(super) says: String,
}

impl Workshop {
    /// Prepares the folder of a run: scripts, the compiled switch, and what the project has compiled already.
    ///
    /// # Errors
    /// The compiler is missing, or the folder cannot be written.
    pub(super) fn open(
        engine: &Rust,
        copy: &Copy,
        name: &str,
        project: &super::project::Project,
        packages: &BTreeSet<String>,
    ) -> Result<Self, Error> {
        let places = Places {
            root: copy.beside(name)?,
        };
        for folder in [places.units(), places.started(), places.seen(), places.target()] {
            create(&folder)?;
        }
        let test = places.root.join("test.sh");
        let script = script(&places, wrap::TEST, &test, &engine.options)?;
        let compiler = self::script(&places, wrap::COMPILER, &places.compiler(), &engine.options)?;
        let mut environment = engine.orders.environment.clone();
        environment.set("CARGO_TARGET_DIR", places.target());
        environment.set("RUSTC_WORKSPACE_WRAPPER", &compiler);
        // `Builds` decides
        environment.set("CARGO_INCREMENTAL", "0");
        environment.set("CARGO_TERM_COLOR", "never");
        environment.set("CARGO_TERM_PROGRESS_WHEN", "never");
        let workshop = Self {
            root: project.root.clone(),
            environment,
            selection: selection(&engine.options, packages),
            script,
            places,
            hosts: OnceLock::new(),
        };
        let members = project.packages.iter().map(|one| one.name.clone()).collect();
        let built = engine.target_of(project, copy);
        std::thread::scope(|scope| {
            let seeding = scope.spawn(|| {
                if let Some(built) = &built {
                    super::seed::seed(built, &workshop.places.target(), &members);
                }
            });
            let compiled = workshop.compile_switch();
            // what was not linked is compiled again
            seeding.join().ok();
            compiled
        })?;
        workshop.offer_switch()?;
        Ok(workshop)
    }

    fn compile_switch(&self) -> Result<(), Error> {
        let source = self.places.root.join("switch.rs");
        write(&source, SWITCH.as_bytes())?;
        let rustc = self
            .environment
            .get("RUSTC")
            .map_or("rustc".into(), ToOwned::to_owned);
        let ended = Task::new(rustc, &self.root, &self.environment, Limits::of(PATIENCE, OUTPUT))
            .env("COUNTERSIGN_CONTROL", self.places.control())
            .args(["--edition", "2021", "--crate-type", "rlib", "-O"])
            .args(["--crate-name", wrap::SWITCH, "-o"])
            .arg(self.places.switch())
            .arg(&source)
            .run()?;
        if ended.succeeded() {
            return Ok(());
        }
        Err(Error::usage(
            format!("rustc cannot compile the switch: {}", tail(&ended)),
            "faults are measured with Rust 1.79 and later",
        ))
    }

    /// Crates that are linked to the project's find the switch among its dependencies; `rustdoc` does too.
    fn offer_switch(&self) -> Result<(), Error> {
        let mut folders = vec![self.places.target().join("debug/deps")];
        if let Ok(entries) = fs::read_dir(self.places.target()) {
            let more = entries.flatten().map(|entry| entry.path().join("debug/deps"));
            folders.extend(more.filter(|folder| folder.is_dir()));
        }
        for folder in folders {
            create(&folder)?;
            let to = folder.join(format!("lib{}.rlib", wrap::SWITCH));
            fs::copy(self.places.switch(), &to).map_err(|cause| Error::Write {
                target: to.display().to_string(),
                cause: cause.to_string(),
            })?;
        }
        Ok(())
    }

    fn cargo(&self, arguments: &[&str], patience: Duration) -> Task {
        Task::new(
            "cargo",
            &self.root,
            &self.environment,
            Limits::of(patience, OUTPUT),
        )
        .args(arguments)
        .args(&self.selection)
    }

    /// Builds the tests; `choice`: the arguments that choose some of them.
    ///
    /// # Errors
    /// Cargo cannot be started.
    pub(super) fn build(&self, builds: Builds, choice: &[String]) -> Result<Built, Error> {
        let mut task = self.cargo(&["test", "--no-run", "--message-format=json"], PATIENCE);
        task = task.args(choice);
        if builds == Builds::Many {
            task = task.env(wrap::INCREMENTAL, "1");
        }
        let ended = task.run()?;
        let mut built = Built {
            succeeded: ended.succeeded(),
            errors: Vec::new(),
            programs: Vec::new(),
            says: tail(&ended),
        };
        for line in ended.stdout.split(|byte| *byte == b'\n') {
            // test programs that print while they are built are no concern of ours
            if let Ok(line) = serde_json::from_slice::<Line>(line) {
                built.take(line);
            }
        }
        Ok(built)
    }

    /// Lets Cargo start every test program; the scripts note how. Examples in documentation are compiled and run.
    ///
    /// # Errors
    /// Cargo cannot be started.
    pub(super) fn rehearse(&self, arguments: &[&str]) -> Result<Ended, Error> {
        let mut all = vec!["test", "--no-fail-fast"];
        all.extend(arguments);
        // the switches look odd to lints, and `rustdoc` is not started by our script
        let flags = self.environment.get("RUSTDOCFLAGS").unwrap_or_default();
        let mut flags = flags.to_owned();
        flags.push(" --cap-lints=allow");
        let mut task = self.cargo(&all, PATIENCE);
        task = task.env("RUST_BACKTRACE", "0").env("RUSTDOCFLAGS", flags);
        for host in self.hosts.get_or_init(|| self.ask_hosts()) {
            let name = host.to_uppercase().replace(['-', '.'], "_");
            task = task.env(format!("CARGO_TARGET_{name}_RUNNER"), &self.script);
        }
        task.run()
    }

    /// Asks nextest for the tests.
    ///
    /// # Errors
    /// Cargo cannot be started.
    pub(super) fn nextest(&self) -> Result<Ended, Error> {
        self.cargo(&["nextest", "list", "--message-format", "json"], PATIENCE)
            .run()
    }

    /// The triples that test programs are built for here.
    fn ask_hosts(&self) -> Vec<String> {
        let ended = Task::new(
            "rustc",
            &self.root,
            &self.environment,
            Limits::of(PATIENCE, OUTPUT),
        )
        .arg("-vV")
        .run();
        let text = ended.map(|ended| String::from_utf8_lossy(&ended.stdout).into_owned());
        let text = text.unwrap_or_default();
        text.lines()
            .filter_map(|line| line.strip_prefix("host: "))
            .map(ToOwned::to_owned)
            .collect()
    }

    /// What is set for `#[cfg(…)]` in one run of the compiler.
    pub(super) fn settings(&self, unit: &wrap::Unit) -> super::conditions::Settings {
        let ended = Task::new(
            "rustc",
            &self.root,
            &self.environment,
            Limits::of(PATIENCE, OUTPUT),
        )
        .args(["--print", "cfg"])
        .args(unit.settings())
        .run();
        let text = ended.map(|ended| String::from_utf8_lossy(&ended.stdout).into_owned());
        text.unwrap_or_default().lines().map(ToOwned::to_owned).collect()
    }
}

impl Built {
    fn take(&mut self, line: Line) {
        match (line.reason.as_str(), line.message, line.executable, line.target) {
            ("compiler-message", Some(message), _, _) if message.is_error() => {
                self.errors.push(message);
            }
            ("compiler-artifact", _, Some(path), Some(target))
                if line.profile.is_some_and(|one| one.test) =>
            {
                self.programs.push(Program {
                    path,
                    choice: target.choice(),
                    source: target.src_path,
                });
            }
            _ => {}
        }
    }
}

/// The end of what a command said on its standard error.
pub(super) fn tail(ended: &Ended) -> String {
    let text = String::from_utf8_lossy(&ended.stderr);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let last = lines.get(lines.len().saturating_sub(12)..).unwrap_or_default();
    let ending = match ended.end {
        End::Timeout => " (it took too long)",
        End::Code(_) | End::Signal(_) => "",
    };
    format!("{}{ending}", last.join("\n"))
}

fn selection(options: &Options, packages: &BTreeSet<String>) -> Vec<String> {
    let mut arguments: Vec<String> = packages
        .iter()
        .flat_map(|name| ["--package".to_owned(), name.clone()])
        .collect();
    if !options.features.is_empty() {
        arguments.extend(["--features".to_owned(), options.features.join(",")]);
    }
    arguments.extend(options.all_features.then(|| "--all-features".to_owned()));
    arguments.extend(
        options
            .no_default_features
            .then(|| "--no-default-features".to_owned()),
    );
    arguments
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|cause| Error::Write {
        target: path.display().to_string(),
        cause: cause.to_string(),
    })
}

fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|cause| Error::Write {
        target: folder.display().to_string(),
        cause: cause.to_string(),
    })
}

/// Cargo wants the path of a program and adds arguments of its own: a script puts ours before them.
fn script(places: &Places, argument: &str, path: &Path, options: &Options) -> Result<PathBuf, Error> {
    let program = options.program()?;
    let quoted = |path: &Path| format!("'{}'", path.display().to_string().replace('\'', "'\\''"));
    let text = format!(
        "#!/bin/sh\nexec {} {argument} {} \"$@\"\n",
        quoted(&program),
        quoted(&places.root)
    );
    write(path, text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|cause| Error::Write {
            target: path.display().to_string(),
            cause: cause.to_string(),
        })?;
    }
    Ok(path.to_owned())
}
