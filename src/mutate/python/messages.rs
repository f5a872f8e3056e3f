//! What is said to an interpreter that runs tests in children of its own, and what does it answer?
//!
//! Each line is one JSON object, as the package in `zygote/` writes and reads it.

use std::{collections::BTreeSet, path::PathBuf};

use serde::{Deserialize, Serialize};

/// When the interpreter makes children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// After it has collected the tests.
    Collected,
    /// Whenever a file in question is about to be imported for the first time.
    Fresh,
    /// Before pytest has read anything.
    Bare,
}

/// What an interpreter is told once.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Setting {
    /// When it makes children.
    pub(super) mode: Mode,
    /// The folder of the project in the copy.
    pub(super) folder: PathBuf,
    /// The root of the copy.
    pub(super) root: PathBuf,
    /// The user's tree, into which paths may lead.
    pub(super) user_root: PathBuf,
    /// The files with faults, in the copy.
    pub(super) files: Vec<PathBuf>,
    /// The files before whose import children are made, by number.
    pub(super) fresh: BTreeSet<usize>,
    /// Where compiled files go.
    pub(super) compiled: PathBuf,
    /// Where children may put what they make.
    pub(super) temp: PathBuf,
}

/// The outermost statement around a fault.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Top {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) line: u32,
}

/// A default value with a fault in it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DefaultValue {
    pub(super) name: String,
    pub(super) text: String,
}

/// A fault, by its place in its file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Edit {
    pub(super) file: usize,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) text: String,
    pub(super) top: Top,
    pub(super) functions: Vec<(String, u32)>,
    pub(super) default: Option<DefaultValue>,
}

/// What a child is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Do {
    /// Run all tests and tell of each.
    Baseline,
    /// Run tests until one fails.
    Run,
    /// Find out whether a file may run again where it stands, and run tests until one fails.
    Examine,
    /// The same in modules that are run again where they stand, whoever has taken something from them: which test is worth running after a fresh import?
    Screen,
}

/// One child.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Order {
    /// Its number.
    pub(super) key: u64,
    /// What it does.
    #[serde(rename = "do")]
    pub(super) what: Do,
    /// Tell which lines run.
    pub(super) lines: bool,
    /// The tests by number, where they are collected already.
    pub(super) tests: Vec<usize>,
    /// The tests by name, where they are not.
    pub(super) names: Vec<String>,
    /// Collect everything, and not only what is named.
    pub(super) whole: bool,
    /// Run what is not named too: a fault may have renamed it.
    pub(super) rest: bool,
    /// The fault.
    pub(super) fault: Option<Edit>,
    /// The file that runs again where it stands, with the fault or without one.
    pub(super) again: Option<usize>,
    /// Seconds by the clock of the wall until the first test begins, or for tests that have no limit of their own.
    pub(super) wall: f64,
    /// The same for each test, once it begins.
    pub(super) walls: Vec<f64>,
    /// Seconds of processor time until the first test begins.
    pub(super) busy: f64,
    /// The same for each test.
    pub(super) busies: Vec<f64>,
    /// Seconds of processor time for all, by which the system ends it.
    pub(super) cpu: Option<u64>,
    /// Bytes of address space beyond what the interpreter has already.
    pub(super) memory: Option<u64>,
}

/// What an interpreter says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// It waits for orders.
    Ready(Ready),
    /// It cannot go on.
    Stopped(Stopped),
    /// A child runs, in a process group of this number.
    Started { key: u64, group: i32 },
    /// A test of a baseline has run.
    Test(Test),
    /// So many bytes the baseline had at most.
    Peak { bytes: u64 },
    /// The last of so many tests failed; none ran if they could not be collected.
    Failed {
        key: u64,
        name: Option<String>,
        ran: usize,
        message: String,
    },
    /// All tests passed.
    Passed { key: u64, ran: usize },
    /// The fault needs a fresh import.
    Unswapped {
        key: u64,
        message: String,
        /// Its import raises an error.
        #[serde(default)]
        raises: bool,
    },
    /// The faulty file does not compile.
    Unviable { key: u64, message: String },
    /// The child could not do what it was told.
    Trouble { key: u64, message: String },
    /// The child and its group have ended.
    Ended { key: u64, how: How, number: i32 },
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    /// After it had told what came of it.
    Told,
    /// By itself, with nothing told.
    Exit,
    /// By a signal.
    Signal,
    /// It kept a processor busy for longer than it may.
    Timeout,
    /// It did not end in time, by the clock of the wall.
    Late,
    /// Nobody wants it any more.
    Stopped,
}

/// The state of an interpreter that waits for orders.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Ready {
    /// The file that is about to be imported; none once all tests are collected, or before anything is.
    #[serde(default)]
    pub(super) stage: Option<usize>,
    /// The names of the tests.
    #[serde(default)]
    pub(super) tests: Vec<String>,
    /// Those that need nothing of pytest but to be called, by number.
    #[serde(default)]
    pub(super) plain: Vec<usize>,
    /// What could not be collected, and why.
    #[serde(default)]
    pub(super) broken: Vec<(String, String)>,
    /// The lines of each file that ran during collection.
    #[serde(default)]
    pub(super) imported: Vec<(usize, Vec<u32>)>,
    /// Files whose module was imported from another place: its name and that place.
    #[serde(default)]
    pub(super) elsewhere: Vec<(usize, String, String)>,
    /// Files that are imported already.
    pub(super) loaded: Vec<usize>,
    /// Its version.
    pub(super) python: String,
    /// Threads beside the first.
    pub(super) threads: usize,
    /// Whether it can make children.
    pub(super) forks: bool,
}

/// Why an interpreter cannot go on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Stopped {
    /// `pytest` or `no pytest`.
    pub(super) why: String,
    /// The exit code of pytest.
    #[serde(default)]
    pub(super) code: i32,
}

/// A test that ran without a fault.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Test {
    /// Its number.
    pub(super) test: usize,
    /// Seconds.
    pub(super) time: f64,
    /// Why it failed.
    pub(super) failure: Option<String>,
    /// It was skipped.
    pub(super) skipped: bool,
    /// The lines of each file that ran.
    #[serde(default)]
    pub(super) lines: Vec<(usize, Vec<u32>)>,
    /// All lines that ran are known.
    #[serde(default)]
    pub(super) whole: bool,
    /// It started other programs.
    #[serde(default)]
    pub(super) starts: bool,
    /// It wrote into the tree or opened a port.
    #[serde(default)]
    pub(super) shares: bool,
}
