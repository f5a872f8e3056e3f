//! How are process groups started, limited, waited for and ended where there are groups?
//!
//! A number of a process may be another's as soon as its end was taken note of. So each group has a lock: it is signalled
//! and its end taken note of only under it, and never signalled afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, Once, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, getpgid, kill_process, kill_process_group, waitid,
};
use signal_hook::iterator::Signals;

use super::{
    End, Ended, Limits, Streams, Task,
    guard::{self, Word},
    remains,
};

/// How long the outputs of a command are waited for after its end. Only a process that left its group can hold them open.
const LAST_WORDS: Duration = Duration::from_secs(2);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process group, and whether its leader's end was taken note of.
#[derive(Debug)]
struct Group {
    leader: Pid,
    is_over: Mutex<bool>,
    timed_out: AtomicBool,
}

impl Group {
    fn kill(&self) {
        let is_over = lock(&self.is_over);
        if !*is_over {
            // a group that has ended in the meantime needs no signal
            kill_process_group(self.leader, Signal::KILL).ok();
        }
    }

    /// Waits until the leader has ended, ends the rest of the group, and then lets the number go.
    fn reap(&self, child: &mut Child) -> Option<ExitStatus> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(self.leader), options) {}
        let mut is_over = lock(&self.is_over);
        kill_process_group(self.leader, Signal::KILL).ok();
        *is_over = true;
        child.wait().ok()
    }
}

/// Every group that runs, by a number that is never used twice.
static GROUPS: Mutex<Groups> = Mutex::new(Groups {
    next: 0,
    running: BTreeMap::new(),
});
/// Closed for good when this program is told to stop: nothing is started afterwards.
static STOPPED: RwLock<bool> = RwLock::new(false);

#[derive(Debug)]
struct Groups {
    next: u64,
    running: BTreeMap<u64, Arc<Group>>,
}

/// Keeps a group among those that run.
#[derive(Debug)]
struct Noted {
    number: u64,
    group: Arc<Group>,
}

impl Noted {
    fn new(leader: Pid) -> Self {
        let group = Arc::new(Group {
            leader,
            is_over: Mutex::new(false),
            timed_out: AtomicBool::new(false),
        });
        guard::tell(Word::Begun(leader.as_raw_nonzero().get()));
        let mut groups = lock(&GROUPS);
        let number = groups.next;
        groups.next += 1;
        groups.running.insert(number, Arc::clone(&group));
        Self { number, group }
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        lock(&GROUPS).running.remove(&self.number);
        guard::tell(Word::Ended(self.group.leader.as_raw_nonzero().get()));
    }
}

/// Kills a group by its number.
pub(super) fn kill_group(group: i32) {
    // 1 is the system's first process, and its group everybody's
    if let Some(leader) = Pid::from_raw(group).filter(|_| group > 1) {
        kill_process_group(leader, Signal::KILL).ok();
    }
}

/// The variable that marks everything this program starts: a process that leaves its group keeps its environment.
const MARK: &str = "COUNTERSIGN_RUN";

/// The value of [`MARK`], which no other run has.
pub(super) fn mark() -> &'static str {
    static VALUE: OnceLock<String> = OnceLock::new();
    VALUE.get_or_init(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanoseconds = since.map(|since| since.as_nanos()).unwrap_or_default();
        format!("{}-{nanoseconds}", std::process::id())
    })
}

/// Kills every process of this run that is in none of its groups any more.
pub(super) fn kill_strays() {
    let known: BTreeSet<i32> = lock(&GROUPS)
        .running
        .values()
        .map(|group| group.leader.as_raw_nonzero().get())
        .collect();
    kill_marked(mark(), &known);
}

/// Kills every process of a run but those of some groups, as far as the system shows environments (Linux).
pub(super) fn kill_marked(mark: &str, spared: &BTreeSet<i32>) {
    let wanted = format!("{MARK}={mark}");
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.parse::<i32>().ok());
        let Some(process) = number.and_then(Pid::from_raw) else {
            continue;
        };
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let is_ours = environment
            .split(|byte| *byte == 0)
            .any(|one| one == wanted.as_bytes());
        // of others, threads of the kernel among them, nothing is asked
        let group = is_ours.then(|| getpgid(Some(process)).ok()).flatten();
        if group.is_some_and(|group| !spared.contains(&group.as_raw_nonzero().get())) {
            kill_process(process, Signal::KILL).ok();
        }
    }
}

/// Signals that end a program that does nothing about them.
const ENDING: &[i32] = &[
    signal_hook::consts::SIGHUP,
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGQUIT,
    signal_hook::consts::SIGTERM,
];

/// Sees to it that a signal which ends this program ends everything it started first.
///
/// # Errors
/// Signals cannot be received.
pub(super) fn listen() -> io::Result<()> {
    static LISTENING: Once = Once::new();
    let mut done = Ok(());
    LISTENING.call_once(|| done = start_listening());
    done
}

fn start_listening() -> io::Result<()> {
    let mut signals = Signals::new(ENDING)?;
    let listener = thread::Builder::new().name("signals".to_owned());
    listener.spawn(move || {
        if let Some(signal) = signals.forever().next() {
            clear();
            // as if nobody had listened, so that the caller sees why this program ended
            if signal_hook::low_level::emulate_default_handler(signal).is_err() {
                std::process::abort();
            }
        }
    })?;
    Ok(())
}

/// Ends every group and removes every folder; nothing can be started afterwards.
fn clear() {
    *STOPPED.write().unwrap_or_else(PoisonError::into_inner) = true;
    for group in lock(&GROUPS).running.values() {
        group.kill();
    }
    kill_strays();
    remains::remove_all();
}

/// Groups with a time limit, the first to end first.
static DEADLINES: Mutex<BTreeMap<(Instant, u64), Arc<Group>>> = Mutex::new(BTreeMap::new());
static NEW_DEADLINE: Condvar = Condvar::new();

/// Takes its deadline away when the command has ended.
#[derive(Debug)]
struct Deadline((Instant, u64));

impl Deadline {
    fn set(noted: &Noted, after: Duration) -> io::Result<Self> {
        static WATCHING: Once = Once::new();
        let mut done = Ok(());
        WATCHING.call_once(|| {
            let watch = thread::Builder::new().name("deadlines".to_owned());
            done = watch.spawn(watch_deadlines).map(drop);
        });
        done?;
        let key = (Instant::now() + after, noted.number);
        let mut deadlines = lock(&DEADLINES);
        let is_first = deadlines.keys().next().is_none_or(|first| key < *first);
        deadlines.insert(key, Arc::clone(&noted.group));
        if is_first {
            NEW_DEADLINE.notify_one();
        }
        Ok(Self(key))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        lock(&DEADLINES).remove(&self.0);
    }
}

fn watch_deadlines() {
    let mut deadlines = lock(&DEADLINES);
    loop {
        let now = Instant::now();
        while let Some(first) = deadlines.first_entry().filter(|first| first.key().0 <= now) {
            let group = first.remove();
            group.timed_out.store(true, Ordering::SeqCst);
            group.kill();
        }
        let next = deadlines
            .keys()
            .next()
            .map(|(next, _)| next.saturating_duration_since(now));
        deadlines = match next {
            Some(rest) => {
                let waited = NEW_DEADLINE.wait_timeout(deadlines, rest);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => NEW_DEADLINE
                .wait(deadlines)
                .unwrap_or_else(PoisonError::into_inner),
        };
    }
}

/// A command that runs.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    noted: Noted,
    deadline: Option<Deadline>,
    began: Instant,
    stdout: Option<Kept>,
    stderr: Option<Kept>,
}

pub(super) fn start(task: Task, streams: Streams) -> io::Result<super::Running> {
    listen()?;
    let is_piped = streams == Streams::Piped;
    let is_heard = task.limits.output > 0;
    let pipe = |wanted: bool| if wanted { Stdio::piped() } else { Stdio::null() };
    let mut command = Command::new(&task.program);
    command
        .args(&task.arguments)
        .current_dir(&task.folder)
        .env_clear()
        .envs(task.environment.iter())
        .env(MARK, mark())
        .process_group(0)
        .stdin(pipe(is_piped))
        .stdout(pipe(is_piped || is_heard))
        .stderr(pipe(is_heard));
    let began = Instant::now();
    let (child, noted) = spawn(&mut command)?;
    limit(noted.group.leader, task.limits);
    let mut inner = Running {
        child,
        noted,
        deadline: None,
        began,
        stdout: None,
        stderr: None,
    };
    // from here on an error ends the group again
    let most = task.limits.output;
    let stderr: Option<ChildStderr> = inner.child.stderr.take();
    inner.stderr = stderr.map(|stderr| Kept::of(stderr, most)).transpose()?;
    if !is_piped {
        inner.stdout = inner.stdout().map(|stdout| Kept::of(stdout, most)).transpose()?;
    }
    inner.deadline = task
        .limits
        .wall
        .map(|wall| Deadline::set(&inner.noted, wall))
        .transpose()?;
    Ok(super::Running { inner })
}

/// Starts a command and takes note of its group, unless this program is being ended.
fn spawn(command: &mut Command) -> io::Result<(Child, Noted)> {
    let stopped = STOPPED.read().unwrap_or_else(PoisonError::into_inner);
    if *stopped {
        return Err(io::Error::other("this program is being ended"));
    }
    let child = command.spawn()?;
    let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let leader = leader.ok_or_else(|| io::Error::other("the process has no number"))?;
    Ok((child, Noted::new(leader)))
}

/// Sets the limits of a process that has just begun. One that cannot be set is left to the limit of the time.
#[cfg(target_os = "linux")]
fn limit(process: Pid, limits: Limits) {
    use rustix::process::{Resource, Rlimit, prlimit};
    let set = |resource: Resource, most: Option<u64>| {
        let limit = Rlimit {
            current: most,
            maximum: most,
        };
        if most.is_some() {
            prlimit(Some(process), resource, limit).ok();
        }
    };
    set(Resource::As, limits.memory);
    set(Resource::Cpu, limits.cpu);
    set(Resource::Core, Some(0));
}

#[cfg(not(target_os = "linux"))]
fn limit(_: Pid, _: Limits) {}

impl Running {
    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(super) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub(super) fn group(&self) -> i32 {
        self.noted.group.leader.as_raw_nonzero().get()
    }

    pub(super) fn kill(&self) {
        self.noted.group.kill();
    }

    pub(super) fn wait(mut self) -> Ended {
        let status = self.noted.group.reap(&mut self.child);
        let time = self.began.elapsed();
        let (stdout, more) = self.stdout.take().map(Kept::finish).unwrap_or_default();
        let (stderr, still) = self.stderr.take().map(Kept::finish).unwrap_or_default();
        let timed_out = self.noted.group.timed_out.load(Ordering::SeqCst);
        Ended {
            end: end(status, timed_out),
            stdout,
            stderr,
            is_cut: more || still,
            time,
        }
    }
}

fn end(status: Option<ExitStatus>, timed_out: bool) -> End {
    let code = status.and_then(|status| status.code());
    let signal = status.and_then(|status| status.signal());
    match (code, signal) {
        // it may end by itself in the moment in which its time is over
        (Some(code), _) => End::Code(code),
        (None, _) if timed_out => End::Timeout,
        (None, signal) => End::Signal(signal.unwrap_or_default()),
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.deadline = None;
        let is_over = *lock(&self.noted.group.is_over);
        if !is_over {
            self.noted.group.kill();
            self.noted.group.reap(&mut self.child);
        }
    }
}

/// The beginning of what a command writes, read by a thread that outlives neither the command nor its group.
#[derive(Debug)]
struct Kept {
    bytes: Arc<Mutex<(Vec<u8>, bool)>>,
    is_done: std::sync::mpsc::Receiver<()>,
}

impl Kept {
    fn of(mut stream: impl Read + Send + 'static, most: usize) -> io::Result<Self> {
        let bytes = Arc::new(Mutex::new((Vec::new(), false)));
        let (done, is_done) = std::sync::mpsc::channel();
        let shared = Arc::clone(&bytes);
        thread::Builder::new().spawn(move || {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(count) = stream.read(&mut buffer) {
                if count == 0 {
                    break;
                }
                let (kept, is_cut) = &mut *lock(&shared);
                let room = most.saturating_sub(kept.len()).min(count);
                kept.extend(buffer.get(..room).unwrap_or_default());
                *is_cut |= room < count;
            }
            // nobody may be waiting any more
            done.send(()).ok();
        })?;
        Ok(Self { bytes, is_done })
    }

    /// What was written, and whether there was more.
    fn finish(self) -> (Vec<u8>, bool) {
        self.is_done.recv_timeout(LAST_WORDS).ok();
        std::mem::take(&mut *lock(&self.bytes))
    }
}

/// A group that a command of ours made.
#[derive(Debug)]
pub(super) struct Adopted {
    noted: Option<Noted>,
}

impl Adopted {
    pub(super) fn new(group: i32) -> Self {
        let leader = Pid::from_raw(group).filter(|_| group > 1);
        Self {
            noted: leader.map(Noted::new),
        }
    }

    pub(super) fn release(mut self) {
        self.noted = None;
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        if let Some(noted) = &self.noted {
            noted.group.kill();
        }
    }
}
