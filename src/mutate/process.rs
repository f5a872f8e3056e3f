//! How does a command of the project run, so that it can neither stay behind nor take the machine with it?
//!
//! Every command leads a process group of its own, has the environment that it is given and no more, and ends with its
//! whole group: at its own end, at its time limit, when it is dropped, when this program is told to stop, and, by a guard,
//! when this program is killed.

mod adopted;
mod environment;
#[cfg(unix)]
mod guard;
mod limits;
mod remains;
#[cfg(unix)]
mod unix;

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout},
    time::Duration,
};

pub use self::{
    adopted::{Adopted, adopt},
    environment::Environment,
    limits::Limits,
    remains::Scratch,
};
use crate::error::Error;

/// The argument that makes the program the guard of another run.
#[cfg(unix)]
pub use guard::{ARGUMENT as GUARD, serve as guard};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// Its time was over, and its group was killed.
    Timeout,
}

/// A command that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub end: End,
    /// The beginning of its standard output; empty where somebody else read it.
    pub stdout: Vec<u8>,
    /// The beginning of its standard error.
    pub stderr: Vec<u8>,
    /// It wrote more than is kept of one of them.
    pub is_cut: bool,
    /// How long it ran, by the clock of the wall.
    pub time: Duration,
}

impl Ended {
    /// Whether it ended by itself with 0.
    pub fn succeeded(&self) -> bool {
        self.end == End::Code(0)
    }
}

/// A command that is to be run.
#[derive(Clone, Debug)]
pub struct Task {
    program: OsString,
    arguments: Vec<OsString>,
    folder: PathBuf,
    environment: Environment,
    limits: Limits,
}

impl Task {
    /// A program in a folder, with this environment and these limits.
    pub fn new(
        program: impl AsRef<OsStr>,
        folder: impl AsRef<Path>,
        environment: &Environment,
        limits: Limits,
    ) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            folder: folder.as_ref().to_owned(),
            environment: environment.clone(),
            limits,
        }
    }

    /// With one argument more.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments
            .extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.set(name, value);
        self
    }

    /// Without a variable of the environment.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.environment.remove(name);
        self
    }

    /// Runs it to its end, without input.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run(self) -> Result<Ended, Error> {
        self.start(Streams::Kept).map(Running::wait)
    }

    /// Starts it.
    ///
    /// # Errors
    /// It cannot be started, or this program is being ended.
    pub fn start(self, streams: Streams) -> Result<Running, Error> {
        let name = self.program.to_string_lossy().into_owned();
        #[cfg(unix)]
        let started = unix::start(self, streams);
        #[cfg(not(unix))]
        let started = {
            let _ = streams;
            Err(std::io::Error::other(
                "faults are measured on Linux and macOS only",
            ))
        };
        started.map_err(|error| {
            Error::usage(
                format!("cannot run `{name}`: {error}"),
                "check that it is installed and that `PATH` names its folder",
            )
        })
    }
}

/// Who reads what a command writes on its standard output, and writes what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Streams {
    /// No input; both outputs are kept, as far as the limit allows.
    Kept,
    /// The caller, through [`Running::stdin`] and [`Running::stdout`]; standard error is kept.
    Piped,
}

/// A command that runs. Dropping it ends its group.
#[derive(Debug)]
pub struct Running {
    #[cfg(unix)]
    inner: unix::Running,
}

#[cfg(unix)]
impl Running {
    /// Its standard input, once; for [`Streams::Piped`].
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.inner.stdin()
    }

    /// Its standard output, once; for [`Streams::Piped`].
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout()
    }

    /// The number of its group, which is that of its first process.
    pub fn group(&self) -> i32 {
        self.inner.group()
    }

    /// Kills its group; [`Running::wait`] then tells of the signal.
    pub fn kill(&self) {
        self.inner.kill();
    }

    /// Waits for its end, and ends what is left of its group.
    pub fn wait(self) -> Ended {
        self.inner.wait()
    }
}

#[cfg(not(unix))]
impl Running {
    /// None.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        None
    }

    /// None.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        None
    }

    /// None.
    pub fn group(&self) -> i32 {
        0
    }

    /// Nothing.
    pub fn kill(&self) {}

    /// Nothing ran.
    pub fn wait(self) -> Ended {
        Ended {
            end: End::Timeout,
            stdout: Vec::new(),
            stderr: Vec::new(),
            is_cut: false,
            time: Duration::ZERO,
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        time::Instant,
    };

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn shell(script: &str, limits: Limits) -> Task {
        let environment = Environment::of(
            [("PATH".into(), std::env::var_os("PATH").unwrap_or_default())].into_iter(),
            &[],
        );
        Task::new("sh", "/", &environment, limits).args(["-c", script])
    }

    fn patient(script: &str) -> Task {
        shell(script, Limits::of(SECOND * 30, 1_000))
    }

    fn is_alive(process: i32) -> bool {
        let pid = rustix::process::Pid::from_raw(process).unwrap();
        // a killed orphan that nobody has reaped yet is dead all the same
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let is_zombie = state
            .rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('Z'));
        rustix::process::test_kill_process(pid).is_ok() && !is_zombie
    }

    fn dies(process: i32) -> bool {
        let until = Instant::now() + SECOND * 10;
        while is_alive(process) {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    fn vanishes(folder: &Path) -> bool {
        let until = Instant::now() + SECOND * 10;
        while folder.exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        !folder.exists()
    }

    fn number(text: &[u8]) -> i32 {
        String::from_utf8_lossy(text).trim().parse().unwrap()
    }

    #[test]
    fn both_outputs_and_the_code_are_kept() {
        let ended = patient("echo one; echo two >&2; exit 7").run().unwrap();
        assert_eq!(ended.end, End::Code(7));
        assert_eq!(
            (&ended.stdout[..], &ended.stderr[..]),
            (&b"one\n"[..], &b"two\n"[..])
        );
        assert!(!ended.is_cut);
    }

    #[test]
    fn output_beyond_the_limit_is_thrown_away_and_does_not_stop_the_command() {
        let script = "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; exit 3";
        let ended = patient(script).run().unwrap();
        assert_eq!(ended.end, End::Code(3));
        assert_eq!(ended.stdout.len(), 1_000);
        assert!(ended.is_cut);
    }

    #[test]
    fn the_time_limit_ends_the_whole_group() {
        let limits = Limits::of(Duration::from_millis(200), 100);
        let ended = shell("sleep 1000 & echo $!; wait", limits).run().unwrap();
        assert_eq!(ended.end, End::Timeout);
        assert!(dies(number(&ended.stdout)), "the child of the command lives on");
        assert!(ended.time < SECOND * 20);
    }

    #[test]
    fn a_child_that_outlives_the_command_is_ended_with_it() {
        let ended = patient("sleep 1000 & echo $!").run().unwrap();
        assert_eq!(ended.end, End::Code(0));
        assert!(ended.time < SECOND * 20, "the pipe of the child was waited for");
        assert!(dies(number(&ended.stdout)));
    }

    #[test]
    fn a_command_that_is_dropped_is_ended() {
        let mut running = patient("sleep 1000 & echo $!; wait")
            .start(Streams::Piped)
            .unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout().unwrap())
            .read_line(&mut line)
            .unwrap();
        drop(running);
        assert!(dies(number(line.as_bytes())));
    }

    #[test]
    fn the_caller_may_talk_with_a_command() {
        let mut running = patient("read word; echo \"$word back\"; exit 4")
            .start(Streams::Piped)
            .unwrap();
        running.stdin().unwrap().write_all(b"there\n").unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "there back\n");
        assert_eq!(running.wait().end, End::Code(4));
    }

    #[test]
    fn a_signal_is_no_exit_code() {
        assert_eq!(patient("kill -9 $$").run().unwrap().end, End::Signal(9));
    }

    #[test]
    fn a_command_has_no_input_and_only_the_variables_it_is_given() {
        let ended = patient("cat; env | cut -d= -f1 | sort | tr '\\n' ' '")
            .env("NAMED", "x")
            .run()
            .unwrap();
        let names = String::from_utf8(ended.stdout).unwrap();
        let own = ["COUNTERSIGN_RUN", "NAMED", "OLDPWD", "PATH", "PWD", "SHLVL", "_"];
        assert!(
            names.split_whitespace().all(|name| own.contains(&name)),
            "{names}"
        );
        assert!(names.contains("NAMED"), "{names}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_a_command_is_limited() {
        let limits = Limits::of(SECOND * 30, 1_000).with_memory(64 << 20);
        let ended = shell(
            "sleep 0.2; x=$(head -c 200000000 /dev/zero | tr '\\0' a); echo done",
            limits,
        )
        .run()
        .unwrap();
        assert_ne!((ended.end, &ended.stdout[..]), (End::Code(0), &b"done\n"[..]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_processor_time_of_a_command_is_limited() {
        let limits = Limits::of(SECOND * 60, 10).with_cpu(1);
        let ended = shell("while :; do :; done", limits).run().unwrap();
        assert!(matches!(ended.end, End::Signal(_)), "{ended:?}");
    }

    #[test]
    fn an_adopted_group_is_ended_when_it_is_let_go() {
        let mut running = patient("setsid sh -c 'echo $$; exec sleep 1000' & wait")
            .start(Streams::Piped)
            .unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout().unwrap())
            .read_line(&mut line)
            .unwrap();
        let child = number(line.as_bytes());
        drop(adopt(child));
        assert!(dies(child));
    }

    /// What the test below runs: a process that starts another, makes a folder and says so.
    #[test]
    fn told_to_stop() {
        if std::env::var_os("COUNTERSIGN_TEST_STOP").is_none() {
            return;
        }
        let scratch = Scratch::new().unwrap();
        let mut running = patient("sleep 1000 & echo $!; wait")
            .start(Streams::Piped)
            .unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout().unwrap())
            .read_line(&mut line)
            .unwrap();
        println!("\nready {} {}", line.trim(), scratch.path().display());
        running.wait();
    }

    #[test]
    fn a_run_that_is_told_to_stop_leaves_nothing_behind() {
        use rustix::process::{Pid, Signal, kill_process};
        use std::os::unix::process::ExitStatusExt as _;
        // the last one cannot be caught: the guard clears up, if the program is there to be one
        let is_guarded = crate::code::parser::found().is_some();
        let signals = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT, Signal::KILL];
        for signal in signals
            .into_iter()
            .filter(|signal| is_guarded || *signal != Signal::KILL)
        {
            let own = std::env::current_exe().unwrap();
            let mut child = std::process::Command::new(own)
                .args(["--exact", "mutate::process::tests::told_to_stop", "--nocapture"])
                .env("COUNTERSIGN_TEST_STOP", "1")
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            let output = BufReader::new(child.stdout.take().unwrap());
            let mut lines = output.lines().map(Result::unwrap);
            let ready = lines.find(|line| line.starts_with("ready ")).unwrap();
            let mut words = ready.split(' ').skip(1);
            let (process, folder) = (words.next().unwrap(), words.next().unwrap());
            assert!(Path::new(folder).is_dir());
            let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
            kill_process(pid, signal).unwrap();
            let status = child.wait().unwrap();
            assert_eq!(status.signal(), Some(signal.as_raw()), "{status}");
            assert!(dies(number(process.as_bytes())), "{signal:?}");
            assert!(vanishes(Path::new(folder)), "{signal:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_left_its_group_is_ended_with_the_scratch_folder() {
        let scratch = Scratch::new().unwrap();
        let script = "setsid sh -c 'echo $$ > number; exec sleep 1000 > /dev/null 2>&1' & while ! [ -s number ]; do sleep 0.01; done";
        let mut task = patient(script);
        task.folder = scratch.path().to_owned();
        assert!(task.run().unwrap().succeeded());
        let process = number(&std::fs::read(scratch.path().join("number")).unwrap());
        assert!(is_alive(process), "it was in no group of ours");
        drop(scratch);
        assert!(dies(process));
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_with_its_name() {
        let environment = Environment::of([].into_iter(), &[]);
        let task = Task::new("no-such-program", "/", &environment, Limits::of(SECOND, 10));
        assert!(task.run().unwrap_err().to_string().contains("`no-such-program`"));
    }
}
