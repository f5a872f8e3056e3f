//! How are files parsed that may be hostile? By processes that may die.
//!
//! Results come in the order of the files and do not depend on how the work was shared out: a file that ends a process
//! which had parsed others is tried once more in a fresh one.

use std::{
    ffi::OsStr,
    io::{BufReader, Read as _},
    num::NonZeroUsize,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::{
    facts::FileFacts,
    languages::LanguageId,
    rules::matcher::{Fault, Hunt, Hunted, RuleSet},
    wire::{Packed, Wire},
    worker::{self, ARGUMENT, GREETING, Tag},
};
use crate::{finding::Unproven, limits};

/// Files for which a further process is worth its start, which costs as much as three files of 5 KB.
const FILES_A_PROCESS: usize = 8;

/// A file to parse.
#[derive(Clone, Debug)]
pub struct Source {
    /// What messages call it.
    pub name: String,
    /// Its language.
    pub language: LanguageId,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Facts, or why there are none.
pub type Parsed = Result<FileFacts, Unproven>;

/// A file to hold against rules.
#[derive(Clone, Debug)]
pub struct Quarry {
    /// What messages call it.
    pub name: String,
    /// What is known of it, and which rules are asked.
    pub hunt: Hunt,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One question.
struct Asked {
    /// What messages call it.
    name: String,
    tag: Tag,
    /// What is asked.
    head: Vec<u8>,
    /// The text that it is asked of.
    text: Vec<u8>,
}

/// Starts parser processes when there is something to parse.
#[derive(Clone, Debug)]
pub struct Parser {
    executable: Option<PathBuf>,
    processes: usize,
    /// Deaths after which the rest is left alone.
    deaths: usize,
    /// Processes that wait for the next questions.
    idle: Arc<Mutex<Vec<Process>>>,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Parser {
    /// A parser that starts `executable`, which must be this program; where none is named, the running program if it is
    /// `countersign`, else the `countersign` that was built beside it. The program itself names itself, whatever it is
    /// called; only tests and examples leave it to the search. Where there is none, every file is unproven: a file is
    /// never parsed in this process.
    pub fn new(executable: Option<PathBuf>) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            executable: executable.or_else(found),
            processes: cores.min(limits::PARSERS),
            deaths: limits::PARSER_RESTARTS,
            idle: Arc::default(),
        }
    }

    /// Giving up after so many deaths, at least one and at most [`limits::PARSER_RESTARTS`].
    #[must_use]
    pub fn with_deaths(mut self, deaths: usize) -> Self {
        self.deaths = deaths.clamp(1, limits::PARSER_RESTARTS);
        self
    }

    /// With so many processes at a time, at least one.
    #[must_use]
    pub fn with_processes(mut self, processes: usize) -> Self {
        self.processes = processes.clamp(1, limits::PARSERS);
        self
    }

    /// The facts of `count` files in their order. Each is loaded when a process is free for it, so that no more of
    /// them are held than there are processes.
    pub fn read(
        &self,
        count: usize,
        load: &(dyn Fn(usize) -> Result<Source, Unproven> + Sync),
    ) -> Vec<Parsed> {
        self.pack(count, load, &|_| false, |packed| packed.unpack())
    }

    /// What `keep` makes of the facts of `count` files as they come, in the order of the files; loaded as by
    /// [`Parser::read`]. A file that `follows` the one before it goes to the same process: as the other side of that file it
    /// is parsed in less time.
    pub fn pack<K: Send>(
        &self,
        count: usize,
        load: &(dyn Fn(usize) -> Result<Source, Unproven> + Sync),
        follows: &(dyn Fn(usize) -> bool + Sync),
        keep: impl Fn(Packed) -> K + Sync,
    ) -> Vec<Result<K, Unproven>> {
        let load = |index: usize| {
            let source = load(index)?;
            refuse(&source.name, &source.bytes)?;
            let mut head = Vec::new();
            source.language.write(&mut head);
            Ok(Asked {
                name: source.name,
                tag: Tag::Facts,
                head,
                text: source.bytes,
            })
        };
        self.ask(count, None, &load, follows, &keep)
    }

    /// What rules find in `count` files, in their order; loaded as by [`Parser::read`].
    pub fn hunt(
        &self,
        rules: &RuleSet,
        count: usize,
        load: &(dyn Fn(usize) -> Result<Quarry, Unproven> + Sync),
    ) -> Vec<Result<Hunted, Unproven>> {
        let load = |index: usize| {
            let quarry = load(index)?;
            refuse(&quarry.name, &quarry.bytes)?;
            let mut head = Vec::new();
            quarry.hunt.write(&mut head);
            Ok(Asked {
                name: quarry.name,
                tag: Tag::Hunt,
                head,
                text: quarry.bytes,
            })
        };
        self.ask(count, Some(rules), &load, &|_| false, &std::convert::identity)
    }

    /// Which rules of a list do not compile.
    ///
    /// # Errors
    /// There is no parser process, or the list ends it.
    pub fn faults(&self, name: &str, rules: &RuleSet) -> Result<Vec<Fault>, Unproven> {
        let load = |_: usize| {
            let mut head = Vec::new();
            rules.write(&mut head);
            Ok(Asked {
                name: name.to_owned(),
                tag: Tag::Try,
                head,
                text: Vec::new(),
            })
        };
        let mut answers = self.ask(1, None, &load, &|_| false, &std::convert::identity);
        answers.pop().unwrap_or_else(|| Ok(Vec::new()))
    }

    fn ask<T: Wire, K: Send>(
        &self,
        count: usize,
        rules: Option<&RuleSet>,
        load: &(dyn Fn(usize) -> Result<Asked, Unproven> + Sync),
        follows: &(dyn Fn(usize) -> bool + Sync),
        keep: &(dyn Fn(T) -> K + Sync),
    ) -> Vec<Result<K, Unproven>> {
        let run = Run {
            parser: self,
            rules,
            load,
            follows,
            keep,
            next: Mutex::new(0),
            count,
            deaths: Mutex::new(Vec::new()),
            results: Mutex::new((0..count).map(|_| None).collect()),
        };
        thread::scope(|scope| {
            for _ in 0..self.processes.min(count.div_ceil(FILES_A_PROCESS)) {
                scope.spawn(|| run.work());
            }
        });
        run.finish()
    }

    /// A process that waits, or a new one.
    fn process(&self) -> Result<Process, Unproven> {
        let idle = lock(&self.idle).pop();
        idle.map_or_else(
            || Process::start(self.executable.as_deref()).map_err(Unproven::Unreadable),
            Ok,
        )
    }
}

/// The program to start: this one, or the one that Cargo put beside a test program.
pub fn found() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    if own.file_stem() == Some(OsStr::new("countersign")) {
        return Some(own);
    }
    let folder = own.parent()?;
    let built = if folder.ends_with("deps") || folder.ends_with("examples") {
        folder.parent()?
    } else {
        folder
    };
    let beside = built
        .join("countersign")
        .with_extension(std::env::consts::EXE_EXTENSION);
    beside.is_file().then_some(beside)
}

struct Run<'a, T, K> {
    parser: &'a Parser,
    rules: Option<&'a RuleSet>,
    load: &'a (dyn Fn(usize) -> Result<Asked, Unproven> + Sync),
    follows: &'a (dyn Fn(usize) -> bool + Sync),
    keep: &'a (dyn Fn(T) -> K + Sync),
    next: Mutex<usize>,
    count: usize,
    /// Files that ended a process.
    deaths: Mutex<Vec<usize>>,
    results: Mutex<Vec<Option<Result<K, Unproven>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Wire, K> Run<'_, T, K> {
    fn work(&self) {
        let mut process = None;
        while let Some(indices) = self.claim() {
            for index in indices {
                let result = if self.is_given_up(index) {
                    Err(self.given_up())
                } else {
                    self.one(index, &mut process).map(self.keep)
                };
                if let Some(place) = lock(&self.results).get_mut(index) {
                    *place = Some(result);
                }
            }
        }
        lock(&self.parser.idle).extend(process);
    }

    /// The next file, with those that follow it.
    fn claim(&self) -> Option<Range<usize>> {
        let mut next = lock(&self.next);
        let start = *next;
        if start >= self.count {
            return None;
        }
        let behind = start + 1..self.count;
        *next = start + 1 + behind.take_while(|index| (self.follows)(*index)).count();
        Some(start..*next)
    }

    /// Whether so many files before this one ended a process that the rest is left alone. More deaths may follow; fewer
    /// cannot.
    fn is_given_up(&self, index: usize) -> bool {
        let deaths = lock(&self.deaths);
        deaths.iter().filter(|death| **death < index).count() >= self.parser.deaths
    }

    fn one(&self, index: usize, process: &mut Option<Process>) -> Result<T, Unproven> {
        let asked = (self.load)(index)?;
        for _attempt in 0..2 {
            let mut worker = match process.take() {
                Some(worker) => worker,
                None => self.parser.process()?,
            };
            let fresh = worker.answered == 0;
            if let Some(answer) = worker.ask(&asked, self.rules) {
                *process = Some(worker);
                return answer.map_err(|why| Unproven::Unreadable(format!("`{}` {why}", asked.name)));
            }
            if fresh {
                break;
            }
            // what waits may be worn out as well
            lock(&self.parser.idle).clear();
        }
        lock(&self.deaths).push(index);
        Err(Unproven::Unreadable(format!(
            "`{}` made the parser stop: it needs more time, memory or stack than a file of its size may",
            asked.name
        )))
    }

    fn given_up(&self) -> Unproven {
        Unproven::Unreadable(format!(
            "{} files made the parser stop; the rest was not parsed",
            self.parser.deaths
        ))
    }

    /// The results in order, with everything after too many deaths left out, however the work was shared.
    fn finish(self) -> Vec<Result<K, Unproven>> {
        let given_up = self.given_up();
        let mut deaths = self.deaths.into_inner().unwrap_or_else(PoisonError::into_inner);
        deaths.sort_unstable();
        let last = self
            .parser
            .deaths
            .checked_sub(1)
            .and_then(|last| deaths.get(last))
            .copied();
        let results = self.results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let whole = results.into_iter().enumerate().map(|(index, result)| {
            let given_up_before = last.is_some_and(|last| index > last);
            match result {
                Some(result) if !given_up_before => result,
                Some(_) | None => Err(given_up.clone()),
            }
        });
        whole.collect()
    }
}

/// Files that are not worth a process: too large, or no text.
fn refuse(name: &str, bytes: &[u8]) -> Result<(), Unproven> {
    if bytes.len() > limits::SYNTAX_BYTES {
        let limit = limits::SYNTAX_BYTES;
        let why = format!(
            "limit-syntax-bytes: `{name}` has {} bytes; the limit is {limit}",
            bytes.len()
        );
        return Err(Unproven::Unreadable(why));
    }
    let odd = |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c);
    let strange = bytes.iter().filter(odd).count() + invalid(bytes);
    if bytes.contains(&0) || strange * 5 > bytes.len() {
        return Err(Unproven::Unreadable(format!("`{name}` is not text")));
    }
    Ok(())
}

/// Bytes that are not UTF-8.
fn invalid(bytes: &[u8]) -> usize {
    // nearly every file is in order, and this question is quicker
    if std::str::from_utf8(bytes).is_ok() {
        return 0;
    }
    bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum()
}

/// One parser process.
#[derive(Debug)]
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What is written and read passes through it.
    buffer: Vec<u8>,
    answered: usize,
    /// Which rules it was told.
    told: Option<u64>,
}

impl Process {
    fn start(executable: Option<&Path>) -> Result<Self, String> {
        let none = || "there is no parser process: `countersign` itself was not found".to_owned();
        let executable = executable.ok_or_else(none)?;
        let cannot = |why: String| format!("the parser process `{}` {why}", name(executable));
        let mut child = Command::new(executable)
            .arg(ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| cannot(format!("does not start: {error}")))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(cannot("has no pipes".to_owned()));
        };
        let mut process = Self {
            child,
            input,
            output: BufReader::new(output),
            buffer: Vec::new(),
            answered: 0,
            told: None,
        };
        let mut greeting = vec![0; GREETING.len()];
        let greeted = process.output.read_exact(&mut greeting);
        if greeted.is_err() || greeting != GREETING {
            return Err(cannot("is another program or another version".to_owned()));
        }
        Ok(process)
    }

    /// The answer, or `None` where the process ended over it.
    fn ask<T: Wire>(&mut self, asked: &Asked, rules: Option<&RuleSet>) -> Option<Result<T, String>> {
        if let Some(rules) = rules
            && self.told != Some(rules.key())
        {
            let mut all = Vec::new();
            rules.write(&mut all);
            self.question::<Vec<Fault>>(Tag::Rules, [&all, &[]])?.ok()?;
            self.told = Some(rules.key());
        }
        let answer = self.question(asked.tag, [&asked.head, &asked.text])?;
        if asked.tag == Tag::Try {
            self.told = None;
        }
        self.answered += 1;
        Some(answer)
    }

    fn question<T: Wire>(&mut self, tag: Tag, parts: [&[u8]; 2]) -> Option<Result<T, String>> {
        worker::write_question(&mut self.input, &mut self.buffer, tag, parts).ok()?;
        worker::read_answer(&mut self.output, &mut self.buffer).ok()
    }
}

/// A program without its folder: reports show no absolute paths.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    crate::escape::line(&name.to_string_lossy()).into_owned()
}

impl Drop for Process {
    fn drop(&mut self) {
        // it may have ended already; either way it must not outlive the gate or stay a zombie
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
