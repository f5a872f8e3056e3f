//! What is said to an interpreter that runs tests in children of its own, and what does it answer?
//!
//! Each line is one JSON object. Whatever else the tests write goes elsewhere.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read, Write as _},
    path::PathBuf,
    process::ChildStdin,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::project::Interpreter;
use crate::{
    error::Error,
    mutate::process::{Adopted, Environment, Limits, Running, Streams, Task, adopt},
};

/// The program that runs in the interpreter.
const PROGRAM: &str = include_str!("zygote.py");
/// Bytes kept of what the interpreter complains about.
const COMPLAINTS: usize = 64 * 1024;
/// Bytes of one answer: the names of a million tests fit.
const ANSWER: u64 = 256 * 1024 * 1024;
/// Beyond the time limit of a child, the interpreter must have told of its end by then.
const GRACE: Duration = Duration::from_secs(30);

/// When the interpreter makes children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// After it has collected the tests.
    Collected,
    /// After pytest has read its configuration.
    Configured,
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
    /// Where compiled files go.
    #[serde(skip)]
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
    /// Collect everything, and run what is not named too: a fault may have renamed it.
    pub(super) whole: bool,
    /// The fault.
    pub(super) fault: Option<Edit>,
    /// Seconds by the clock of the wall.
    pub(super) wall: f64,
    /// The same for each test, once it begins; where absent, `wall` is for all.
    pub(super) walls: Vec<f64>,
    /// Seconds of processor time.
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
    Unswapped { key: u64, message: String },
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
    /// Its time was over.
    Timeout,
    /// Nobody wants it any more.
    Stopped,
}

/// The state of an interpreter that waits for orders.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Ready {
    /// The names of the tests.
    #[serde(default)]
    pub(super) tests: Vec<String>,
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

/// What a child told before it ended.
#[derive(Debug)]
pub(super) struct Answer {
    /// The order's number.
    pub(super) key: u64,
    /// The last it told, if it told anything.
    pub(super) said: Option<Event>,
    /// How it ended.
    pub(super) how: How,
    /// The signal or the exit code.
    pub(super) number: i32,
}

/// An interpreter that runs.
pub(super) struct Zygote {
    running: Option<Running>,
    input: ChildStdin,
    events: Receiver<Event>,
    children: BTreeMap<u64, Child>,
}

struct Child {
    group: Option<Adopted>,
    said: Option<Event>,
    until: Instant,
}

impl Zygote {
    /// Starts an interpreter. `home` is where its program goes.
    ///
    /// # Errors
    /// It cannot be started, or its files cannot be written.
    pub(super) fn start(
        interpreter: &Interpreter,
        environment: &Environment,
        setting: &Setting,
        home: &std::path::Path,
    ) -> Result<Self, Error> {
        let cannot = |error: std::io::Error| {
            Error::usage(
                format!("cannot prepare the interpreter: {error}"),
                "name a folder with room in `TMPDIR`",
            )
        };
        let program = home.join("countersign_tests.py");
        let settings = home.join("settings.json");
        fs::create_dir_all(&setting.temp).map_err(cannot)?;
        fs::write(&program, PROGRAM).map_err(cannot)?;
        let text = serde_json::to_vec(setting).map_err(|error| cannot(error.into()))?;
        fs::write(&settings, text).map_err(cannot)?;
        let limits = Limits {
            wall: None,
            cpu: None,
            memory: None,
            output: COMPLAINTS,
        };
        let mut task = Task::new(&interpreter.program, &setting.folder, environment, limits)
            .args(&interpreter.arguments)
            .args([&program, &settings])
            .env("PYTHONPYCACHEPREFIX", &setting.compiled);
        for (name, value) in &interpreter.variables {
            task = task.env(name, value);
        }
        if environment.get("PYTHONHASHSEED").is_none() {
            // the same order of sets in every child
            task = task.env("PYTHONHASHSEED", "0");
        }
        let mut running = task.start(Streams::Piped)?;
        let missing = || {
            Error::usage(
                "the interpreter has no pipes",
                "report this as a fault of this program",
            )
        };
        let input = running.stdin().ok_or_else(missing)?;
        let output = running.stdout().ok_or_else(missing)?;
        let (sender, events) = channel();
        thread::Builder::new()
            .name("answers".to_owned())
            .spawn(move || hear(output, &sender))
            .map_err(cannot)?;
        Ok(Self {
            running: Some(running),
            input,
            events,
            children: BTreeMap::new(),
        })
    }

    /// Waits until it takes orders; `None` if it stopped or said nothing in time, for [`Zygote::complaint`] to explain.
    pub(super) fn ready(&self, patience: Duration) -> Result<Ready, Option<Stopped>> {
        match self.events.recv_timeout(patience) {
            Ok(Event::Ready(ready)) => Ok(ready),
            Ok(Event::Stopped(stopped)) => Err(Some(stopped)),
            Ok(
                Event::Started { .. }
                | Event::Test(_)
                | Event::Peak { .. }
                | Event::Failed { .. }
                | Event::Passed { .. }
                | Event::Unswapped { .. }
                | Event::Unviable { .. }
                | Event::Trouble { .. }
                | Event::Ended { .. },
            )
            | Err(_) => Err(None),
        }
    }

    /// Ends it and gives the end of what it wrote to standard error.
    pub(super) fn complaint(mut self) -> String {
        let Some(running) = self.running.take() else {
            return String::new();
        };
        running.kill();
        let ended = running.wait();
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let from = lines.len().saturating_sub(LAST_LINES);
        lines.get(from..).unwrap_or_default().join("\n")
    }

    /// How many children run.
    pub(super) fn busy(&self) -> usize {
        self.children.len()
    }

    /// Gives an order. Whether it was heard shows in the next answer.
    pub(super) fn order(&mut self, order: &Order) {
        let until =
            Instant::now() + Duration::from_secs_f64(order.wall + order.walls.iter().sum::<f64>()) + GRACE;
        let child = Child {
            group: None,
            said: None,
            until,
        };
        self.children.insert(order.key, child);
        if let Ok(mut text) = serde_json::to_vec(order) {
            text.push(b'\n');
            // an interpreter that is gone is noticed by its silence
            self.input.write_all(&text).and_then(|()| self.input.flush()).ok();
        }
    }

    /// Waits for the end of a child; tests of a baseline are told on the way. `None` if the interpreter is gone.
    pub(super) fn answer(&mut self, mut tell: impl FnMut(Event)) -> Option<Answer> {
        loop {
            let until = self.children.values().map(|child| child.until).min()?;
            let wait = until.saturating_duration_since(Instant::now());
            let event = match self.events.recv_timeout(wait) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    self.children.clear();
                    return None;
                }
            };
            match event {
                Event::Started { key, group } => {
                    if let Some(child) = self.children.get_mut(&key) {
                        child.group = Some(adopt(group));
                    }
                }
                Event::Ended { key, how, number } => {
                    let Some(child) = self.children.remove(&key) else {
                        continue;
                    };
                    if let Some(group) = child.group {
                        group.release();
                    }
                    return Some(Answer {
                        key,
                        said: child.said,
                        how,
                        number,
                    });
                }
                Event::Failed { key, .. }
                | Event::Passed { key, .. }
                | Event::Unswapped { key, .. }
                | Event::Unviable { key, .. }
                | Event::Trouble { key, .. } => {
                    if let Some(child) = self.children.get_mut(&key) {
                        child.said = Some(event);
                    }
                }
                Event::Test(_) | Event::Peak { .. } => tell(event),
                Event::Ready(_) | Event::Stopped(_) => {}
            }
        }
    }
}

/// Lines of a complaint that are shown.
const LAST_LINES: usize = 12;

/// Reads answers until there are no more. One that is not understood ends it: nothing after it can be trusted.
fn hear(output: impl Read, sender: &Sender<Event>) {
    let mut lines = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let read = lines.by_ref().take(ANSWER).read_until(b'\n', &mut line);
        if read.is_err() || !line.ends_with(b"\n") {
            return;
        }
        let Ok(event) = serde_json::from_slice(&line) else {
            return;
        };
        if sender.send(event).is_err() {
            return;
        }
    }
}
