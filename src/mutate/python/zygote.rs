//! How does an interpreter live that runs tests in children of its own?
//!
//! It is told what to run and answers in lines. Whatever else the tests write goes elsewhere.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read, Write as _},
    path::Path,
    process::ChildStdin,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use super::{
    messages::{Event, How, Order, Ready, Setting, Stopped},
    project::Interpreter,
};
use crate::{
    error::Error,
    mutate::process::{Adopted, Environment, Limits, Running, Streams, Task, adopt},
};

/// What the interpreter is started with.
const LAUNCH: &str = include_str!("zygote/launch.py");
/// The package that runs in it: names that no project has.
const PACKAGE: &str = "_countersign";
/// Its files.
const FILES: &[(&str, &str)] = &[
    ("__init__.py", include_str!("zygote/__init__.py")),
    ("again.py", include_str!("zygote/again.py")),
    ("caches.py", include_str!("zygote/caches.py")),
    ("children.py", include_str!("zygote/children.py")),
    ("deeds.py", include_str!("zygote/deeds.py")),
    ("faults.py", include_str!("zygote/faults.py")),
    ("importers.py", include_str!("zygote/importers.py")),
    ("limits.py", include_str!("zygote/limits.py")),
    ("lines.py", include_str!("zygote/lines.py")),
    ("loading.py", include_str!("zygote/loading.py")),
    ("main.py", include_str!("zygote/main.py")),
    ("plain.py", include_str!("zygote/plain.py")),
    ("plugin.py", include_str!("zygote/plugin.py")),
    ("tree.py", include_str!("zygote/tree.py")),
    ("words.py", include_str!("zygote/words.py")),
];
/// Bytes kept of what the interpreter complains about.
const COMPLAINTS: usize = 64 * 1024;
/// Bytes of one answer: the names of a million tests fit.
const ANSWER: u64 = 256 * 1024 * 1024;
/// Beyond the time limit of a child, the interpreter must have told of its end by then.
const GRACE: Duration = Duration::from_secs(30);

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
        home: &Path,
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
        write_program(&program, &home.join(PACKAGE)).map_err(cannot)?;
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
            // until it knows where: nothing that is compiled goes into the project's environment
            .arg("-B")
            .args([&program, &settings]);
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

    /// Lets it go on from where it makes children, to where it does so next.
    pub(super) fn go_on(&mut self) {
        self.say(br#"{"do": "go_on"}"#.to_vec());
    }

    fn say(&mut self, mut text: Vec<u8>) {
        text.push(b'\n');
        // an interpreter that is gone is noticed by its silence
        self.input.write_all(&text).and_then(|()| self.input.flush()).ok();
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
        if let Ok(text) = serde_json::to_vec(order) {
            self.say(text);
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

/// Writes the package and what starts it.
fn write_program(launch: &Path, package: &Path) -> std::io::Result<()> {
    fs::create_dir_all(package)?;
    fs::write(launch, LAUNCH)?;
    FILES
        .iter()
        .try_for_each(|(name, text)| fs::write(package.join(name), text))
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
