//! What do transcripts and receipts show of the commands that ran?
//!
//! A transcript is a log of one session in its order; a receipt proves that one command ran on the judged tree. Neither
//! shows what a script, a pipe or a gap hides, and what is hidden accuses nobody.

use crate::{
    escape,
    evidence::{
        Evidence,
        claims::transcripts::{Command, Outcome, Session},
        commands::{self, Call},
        purpose,
        receipt::Ran,
    },
    limits,
};

/// Commands of all sessions, in order.
pub struct Log<'a> {
    /// The sessions.
    pub sessions: &'a [Session],
    /// Their command lines.
    pub lines: Vec<Line<'a>>,
    /// When something was edited last: the session, and the step in it.
    pub edited: (usize, usize),
}

/// One command line.
pub struct Line<'a> {
    /// The session, and the step in it.
    pub at: (usize, usize),
    session: &'a Session,
    /// The command.
    pub command: &'a Command,
    calls: Vec<(Call, Outcome)>,
}

/// One run of a tool that is asked for.
pub struct Run<'a> {
    /// The line that runs it.
    pub line: &'a Line<'a>,
    /// The tool.
    pub call: &'a Call,
    /// What became of it.
    pub outcome: Outcome,
}

impl<'a> Log<'a> {
    /// Of sessions, one after the other.
    pub fn of(sessions: &'a [Session]) -> Self {
        let mut lines = Vec::new();
        for (number, session) in sessions.iter().enumerate() {
            lines.extend(session.commands.iter().map(|command| Line {
                at: (number, command.step),
                session,
                command,
                calls: commands::ran(&command.text, command.outcome),
            }));
        }
        let edits = sessions.iter().enumerate();
        let edited = edits.filter_map(|(number, session)| Some((number, session.last_edit()?)));
        Self {
            sessions,
            lines,
            edited: edited.max().unwrap_or_default(),
        }
    }

    /// Every run of some tools that was not refused, with whatever arguments.
    pub fn runs(&self, is_meant: impl Fn(&Call) -> bool) -> Vec<Run<'_>> {
        let mut runs = Vec::new();
        for line in &self.lines {
            for (call, outcome) in &line.calls {
                if is_meant(call) && *outcome != Outcome::Refused {
                    let outcome = *outcome;
                    runs.push(Run { line, call, outcome });
                }
            }
        }
        runs
    }

    /// Why there may have been commands that are not listed.
    pub fn gap(&self) -> Option<&str> {
        self.sessions.iter().find_map(|session| session.is_whole().err())
    }

    /// A line after a moment that may have run anything.
    pub fn opaque(&self, after: (usize, usize)) -> Option<&Line<'_>> {
        let mut lines = self.lines.iter().filter(|line| line.at > after);
        lines.find(|line| commands::is_opaque(&line.command.text))
    }
}

impl Line<'_> {
    /// Where it stands.
    pub fn place(&self) -> String {
        format!("{}:{}", escape::line(&self.session.file), self.command.line)
    }

    /// The line as a reader would quote it.
    pub fn quote(&self) -> String {
        let text = escape::line(self.command.text.trim());
        escape::cut(&text, limits::SHOWN_BYTES).into_owned()
    }
}

/// A tool that a receipt shows on the judged tree.
pub struct Recorded<'a> {
    /// The receipt.
    pub ran: &'a Ran,
    /// The tool.
    pub call: Call,
    /// What became of it.
    pub outcome: Outcome,
}

impl Recorded<'_> {
    /// The receipt with its command.
    pub fn place(&self) -> String {
        format!(
            "{}: `{}`",
            escape::line(&self.ran.file),
            escape::line(&self.ran.command)
        )
    }
}

/// What receipts show of some tools on the judged tree.
pub fn recorded<'a>(receipts: &'a [Ran], is_meant: impl Fn(&Call) -> bool) -> Vec<Recorded<'a>> {
    let mut found = Vec::new();
    for ran in receipts.iter().filter(|ran| ran.elsewhere.is_none()) {
        let outcome = match ran.exit_code {
            0 => Outcome::Done,
            code => Outcome::Failed(Some(i32::from(code))),
        };
        let calls = commands::ran(&ran.command, outcome).into_iter();
        let meant = calls.filter(|(call, _)| is_meant(call));
        found.extend(meant.map(|(call, outcome)| Recorded { ran, call, outcome }));
    }
    found
}

/// The same words, in whatever order.
pub fn same_words(call: &Call, other: &Call) -> bool {
    let sorted = |call: &Call| {
        let mut words = call.rest.clone();
        words.sort();
        words
    };
    call.family == other.family && sorted(call) == sorted(other)
}

/// The tools by which a statement such as "it builds" is decided.
pub struct Wanted<'w> {
    /// Whether a tool is meant: its end decides, good or bad.
    pub is_meant: &'w dyn Fn(&Call) -> bool,
    /// Whether a tool proves the same on its way to something else: only its good end says something.
    pub on_the_way: &'w dyn Fn(&Call) -> bool,
    /// A warning counts as a bad end, so only a tool that minds warnings proves anything.
    pub strict: bool,
}

impl Wanted<'_> {
    fn concerns(&self, call: &Call) -> bool {
        (self.is_meant)(call) || (self.on_the_way)(call)
    }

    fn is_proof(&self, call: &Call) -> bool {
        self.concerns(call) && (!self.strict || purpose::fails_on_warnings(call))
    }
}

/// What the log shows of some tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One of them ended well on what is judged: how it ran.
    Well(String),
    /// The last of them failed: how, and where that is shown.
    Badly {
        /// The command, and how it ended.
        says: String,
        /// Where, with the line as it was run.
        shown: String,
    },
    /// They ran, and what is shown leaves it open.
    Open(String),
    /// Nothing of the kind is shown.
    Never,
}

/// How the last of some tools ended, by receipts of the judged tree and by the transcripts.
pub fn ending(evidence: &Evidence, wanted: &Wanted<'_>) -> Ending {
    let log = Log::of(evidence.sessions().unwrap_or_default());
    match (
        by_receipts(evidence.recorded(), wanted),
        by_sessions(&log, wanted),
    ) {
        (Ending::Never, Ending::Never) => elsewhere(evidence.recorded(), wanted),
        (Ending::Never, one) | (one, Ending::Never) => one,
        (Ending::Well(good), Ending::Badly { says, .. })
        | (Ending::Badly { says, .. }, Ending::Well(good)) => Ending::Open(format!("{good}, and {says}")),
        (good @ Ending::Well(_), _) | (_, good @ Ending::Well(_)) => good,
        (told, _) => told,
    }
}

fn by_receipts(receipts: &[Ran], wanted: &Wanted<'_>) -> Ending {
    let here = recorded(receipts, |call| wanted.concerns(call));
    let is_good = |one: &&Recorded<'_>| one.outcome == Outcome::Done && wanted.is_proof(&one.call);
    let mended = |bad: &Recorded<'_>| {
        let mut all = here.iter();
        all.any(|other| other.outcome == Outcome::Done && same_words(&other.call, &bad.call))
    };
    let is_bad = |one: &&Recorded<'_>| {
        let failed = matches!(one.outcome, Outcome::Failed(_)) && (wanted.is_meant)(&one.call);
        failed && !mended(one)
    };
    let says = |bad: &Recorded<'_>| {
        let command = escape::line(&bad.ran.command);
        format!("`{command}` ended with exit code {}", bad.ran.exit_code)
    };
    match (here.iter().find(is_good), here.iter().rfind(is_bad)) {
        (Some(good), None) => Ending::Well(format!("it ended well as recorded in {}", good.place())),
        (None, Some(bad)) => Ending::Badly {
            says: says(bad),
            shown: bad.place(),
        },
        (Some(good), Some(bad)) => Ending::Open(format!(
            "it ended well as recorded in {}, and {}",
            good.place(),
            says(bad)
        )),
        (None, None) => here.last().map_or(Ending::Never, |last| {
            Ending::Open(format!(
                "{} is recorded, and {}",
                last.place(),
                unsaid(wanted, last.outcome)
            ))
        }),
    }
}

/// What a run that is no proof leaves open.
fn unsaid(wanted: &Wanted<'_>, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done if wanted.strict => "it ends well with warnings too",
        Outcome::Done => "files were edited after it",
        Outcome::Failed(_) => "it may have failed at something else",
        Outcome::Refused | Outcome::Unknown => "its own exit code is not told",
    }
}

/// A receipt of such a tool that is not about the judged tree.
fn elsewhere(receipts: &[Ran], wanted: &Wanted<'_>) -> Ending {
    let found = receipts.iter().find_map(|ran| {
        let why = ran.elsewhere.as_ref()?;
        let calls = commands::ran(&ran.command, Outcome::Unknown);
        let meant = calls.iter().any(|(call, _)| wanted.concerns(call));
        meant.then(|| format!("{} records it, and {why}", escape::line(&ran.file)))
    });
    found.map_or(Ending::Never, Ending::Open)
}

fn by_sessions(log: &Log<'_>, wanted: &Wanted<'_>) -> Ending {
    let runs = log.runs(|call| wanted.concerns(call));
    let later = |run: &Run<'_>| {
        let mut all = runs.iter();
        all.any(|other| other.line.at > run.line.at && same_words(other.call, run.call))
    };
    let is_bad = |run: &&Run<'_>| {
        matches!(run.outcome, Outcome::Failed(_)) && (wanted.is_meant)(run.call) && !later(run)
    };
    let bad = runs.iter().rfind(is_bad);
    let is_good = |run: &&Run<'_>| {
        let undone = bad.is_some_and(|bad| run.line.at < bad.line.at && same_words(run.call, bad.call));
        run.outcome == Outcome::Done && run.line.at > log.edited && wanted.is_proof(run.call) && !undone
    };
    let good = runs.iter().rfind(is_good);
    match (bad, good) {
        (Some(bad), good) if good.is_none() || bad.line.at > log.edited => failed(log, bad, &runs, good),
        (_, Some(good)) => Ending::Well(format!(
            "`{}` ended well at {}",
            good.line.quote(),
            good.line.place()
        )),
        (_, None) => runs.last().map_or(Ending::Never, |last| {
            Ending::Open(format!(
                "`{}` ran at {}, and {}",
                last.line.quote(),
                last.line.place(),
                unsaid(wanted, last.outcome)
            ))
        }),
    }
}

/// What the last run shows, which failed: nothing where a later step may have mended it.
fn failed(log: &Log<'_>, last: &Run<'_>, runs: &[Run<'_>], good: Option<&Run<'_>>) -> Ending {
    let (quote, place) = (last.line.quote(), last.line.place());
    if let Some(good) = good {
        let other = good.line.quote();
        return Ending::Open(format!("`{quote}` failed at {place}, and `{other}` ended well"));
    }
    let unclear = |run: &&Run<'_>| run.line.at > last.line.at && run.outcome == Outcome::Unknown;
    if let Some(later) = runs.iter().find(unclear) {
        let (later, at) = (later.line.quote(), later.line.place());
        return Ending::Open(format!(
            "`{quote}` failed at {place}, and how `{later}` ended at {at} is not told"
        ));
    }
    if log.edited > last.line.at {
        return Ending::Open(format!(
            "`{quote}` failed at {place}, and files were edited after it"
        ));
    }
    if let Some(later) = log.opaque(last.line.at) {
        let later = later.quote();
        return Ending::Open(format!(
            "`{quote}` failed at {place}, and `{later}` may have run it again"
        ));
    }
    if let Some(why) = log.gap() {
        return Ending::Open(format!(
            "`{quote}` failed at {place}; whether it ran again is not known: {why}"
        ));
    }
    let says = match last.outcome {
        Outcome::Failed(Some(code)) => format!("`{quote}` ended with exit code {code}"),
        Outcome::Failed(None) | Outcome::Done | Outcome::Refused | Outcome::Unknown => {
            format!("`{quote}` failed")
        }
    };
    Ending::Badly {
        says,
        shown: format!("{place}: `{quote}`"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::evidence::{
        claims::transcripts::{Agent, Edit, Kind},
        purpose::Purpose,
    };

    /// A session of steps: `edit PATH`, or a command and what became of it.
    pub(crate) fn session(steps: &[(&str, Outcome)]) -> Session {
        let mut session = Session {
            agent: Agent::Claude,
            file: "session.jsonl".to_owned(),
            final_message: None,
            edits: Vec::new(),
            commands: Vec::new(),
            truncated: None,
            gap: None,
        };
        for (step, (text, outcome)) in (1..).zip(steps) {
            let line = u32::try_from(step).unwrap();
            match text.strip_prefix("edit ") {
                Some(path) => session.edits.push(Edit {
                    step,
                    line,
                    path: path.to_owned(),
                    kind: Kind::Edited,
                    outcome: *outcome,
                }),
                None => session.commands.push(Command {
                    step,
                    line,
                    text: (*text).to_owned(),
                    folder: None,
                    outcome: *outcome,
                }),
            }
        }
        session
    }

    #[test]
    fn the_last_run_decides_where_nothing_hides_another() {
        let (done, red) = (Outcome::Done, Outcome::Failed(Some(101)));
        let edit = ("edit src/a.rs", done);
        let table: &[(&[(&str, Outcome)], &str)] = &[
            (&[edit, ("cargo build", done)], "well"),
            (&[edit, ("cargo test", done)], "well"),
            (&[edit, ("cargo build", red), edit, ("cargo build", done)], "well"),
            (&[edit, ("cargo build", red)], "badly"),
            (&[edit, ("cargo build", done), ("cargo build", red)], "badly"),
            (&[edit, ("cargo build", red), ("npm run build", done)], "open"),
            (
                &[edit, ("cargo build --all", red), edit, ("cargo build", done)],
                "well",
            ),
            (
                &[edit, ("cargo build", red), ("cargo build -p a | tail", done)],
                "open",
            ),
            (&[edit, ("npm run build", done), ("cargo build", red)], "open"),
            (&[edit, ("cargo build", red), edit], "open"),
            (&[edit, ("cargo build", red), ("make", done)], "open"),
            (&[edit, ("cargo build | tail", done)], "open"),
            (&[("cargo build", done), edit], "open"),
            (&[edit, ("cargo test", red)], "open"),
            (&[edit, ("ls", done)], "never"),
        ];
        let is_build = |call: &Call| Purpose::of(call) == Some(Purpose::Build);
        for (steps, name) in table {
            let sessions = [session(steps)];
            let wanted = Wanted {
                is_meant: &is_build,
                on_the_way: &purpose::builds_on_the_way,
                strict: false,
            };
            let told = by_sessions(&Log::of(&sessions), &wanted);
            assert_eq!(short(&told), *name, "{steps:?}: {told:?}");
        }
    }

    fn short(ending: &Ending) -> &'static str {
        match ending {
            Ending::Well(_) => "well",
            Ending::Badly { .. } => "badly",
            Ending::Open(_) => "open",
            Ending::Never => "never",
        }
    }

    #[test]
    fn receipts_of_the_judged_tree_decide_and_others_do_not() {
        let receipt = |command: &str, exit_code: u8, elsewhere: Option<&str>| Ran {
            file: "r.json".to_owned(),
            command: command.to_owned(),
            exit_code,
            elsewhere: elsewhere.map(str::to_owned),
        };
        let is_build = |call: &Call| Purpose::of(call) == Some(Purpose::Build);
        for (receipts, strict, name) in [
            (vec![receipt("cargo build", 0, None)], false, "well"),
            (vec![receipt("cargo build", 101, None)], false, "badly"),
            (
                vec![receipt("cargo build", 101, None), receipt("cargo build", 0, None)],
                false,
                "well",
            ),
            (
                vec![receipt("npm run build", 1, None), receipt("cargo build", 0, None)],
                false,
                "open",
            ),
            (vec![receipt("cargo test", 0, None)], false, "well"),
            (vec![receipt("cargo test", 101, None)], false, "open"),
            (vec![receipt("cargo build", 0, None)], true, "open"),
            (vec![receipt("cargo build", 101, None)], true, "badly"),
            (vec![receipt("go build ./...", 0, None)], true, "well"),
            (
                vec![receipt("cargo build", 101, Some("it ran on another tree"))],
                false,
                "never",
            ),
            (vec![receipt("cargo fmt", 0, None)], false, "never"),
        ] {
            let wanted = Wanted {
                is_meant: &is_build,
                on_the_way: &purpose::builds_on_the_way,
                strict,
            };
            let told = by_receipts(&receipts, &wanted);
            assert_eq!(short(&told), name, "{receipts:?} {strict}: {told:?}");
        }
        let wanted = Wanted {
            is_meant: &is_build,
            on_the_way: &|_| false,
            strict: false,
        };
        let moved = [receipt("cargo build", 101, Some("it ran on another tree"))];
        assert_eq!(short(&elsewhere(&moved, &wanted)), "open");
    }
}
