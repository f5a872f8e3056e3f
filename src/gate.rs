//! How do arguments become a verdict? The picture of the design as a handful of calls.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crate::{
    checklist,
    checks::{Settings, Tables, claims::Told},
    claims::prose,
    code::parser::Parser,
    error::Error,
    evidence::{
        Evidence, Supplied, change,
        change::{Change, Source},
        claims,
        claims::event::{self, MergeRequest},
        coverage, earlier, file,
        file::Input,
        mutation,
        nearby::{self, Nearby},
        origin,
        origin::Origin,
        receipt, reviews, sarif,
        shelf::Room,
        task, tests,
    },
    finding::{Kind, Side, Unproven},
    limits,
    path::RepoPath,
    policy::{self, Policy},
    report::{self, Report, Results},
    rules::{Catalogue, pack::Pack, packs},
    verdict::{self, Required},
};

/// Which change to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// From the merge base of `base` and `head` to `head`.
    Commits {
        /// The base; the upstream or the default branch where absent.
        base: Option<String>,
        /// The head; `HEAD` where absent.
        head: Option<String>,
    },
    /// The index against a commit.
    Staged {
        /// The commit; `HEAD` where absent.
        base: Option<String>,
    },
    /// The files on disk against a commit.
    Worktree {
        /// The commit; `HEAD` where absent.
        base: Option<String>,
    },
    /// A patch file.
    Patch(PathBuf),
}

/// What the caller gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// Which change.
    pub range: Range,
    /// The repository, or a folder in it.
    pub repository: PathBuf,
    /// The folder from which the patterns of reports are looked up.
    pub folder: PathBuf,
    /// The task file.
    pub task: Option<PathBuf>,
    /// Claims files.
    pub claims: Vec<PathBuf>,
    /// GitHub's event, whose pull request's text is a claim too.
    pub event: Option<PathBuf>,
    /// The merge request as GitLab's variables tell it.
    pub merge_request: Option<MergeRequest>,
    /// Patterns of test reports of the head.
    pub tests: Vec<String>,
    /// Patterns of test reports of the base.
    pub base_tests: Vec<String>,
    /// Receipts of the test runs of the head.
    pub receipts: Vec<PathBuf>,
    /// Patterns of test reports of the new tests, run on the code of the base.
    pub new_on_base: Vec<String>,
    /// Patterns of mutation reports.
    pub mutation: Vec<String>,
    /// A mutation report that was made for this run, and is in no file.
    pub measured: Option<String>,
    /// Patterns of coverage reports.
    pub coverage: Vec<String>,
    /// Exports of the review.
    pub reviews: Vec<PathBuf>,
    /// Results of linters on the head.
    pub sarif: Vec<PathBuf>,
    /// Results of linters on the base.
    pub base_sarif: Vec<PathBuf>,
    /// The JSON report of an earlier run.
    pub earlier: Option<PathBuf>,
    /// The policy file, instead of the base's.
    pub policy: Option<PathBuf>,
    /// Evidence or checks that must be proven.
    pub require: Vec<String>,
    /// Warnings fail the gate too.
    pub strict: bool,
    /// This program, for the processes that parse; looked for beside the running program where absent.
    pub program: Option<PathBuf>,
    /// How much of what is known about code is held in memory. It changes no report.
    pub room: Room,
}

impl Inputs {
    /// A change and nothing else.
    pub fn of(range: Range, repository: impl Into<PathBuf>) -> Self {
        Self {
            range,
            repository: repository.into(),
            folder: PathBuf::from("."),
            task: None,
            claims: Vec::new(),
            event: None,
            merge_request: None,
            tests: Vec::new(),
            base_tests: Vec::new(),
            receipts: Vec::new(),
            new_on_base: Vec::new(),
            mutation: Vec::new(),
            measured: None,
            coverage: Vec::new(),
            reviews: Vec::new(),
            sarif: Vec::new(),
            base_sarif: Vec::new(),
            earlier: None,
            policy: None,
            require: Vec::new(),
            strict: false,
            program: None,
            room: Room::default(),
        }
    }
}

/// Judges a change by everything that was given.
///
/// # Errors
/// There is no verdict: bad arguments, unreadable or invalid input.
pub fn judge(inputs: &Inputs) -> Result<Report, Error> {
    let mut read = Vec::new();
    let origin = Origin::of(&inputs.repository);
    let (built_in, found) = beside(built_in, || change_of(inputs, &mut read));
    let ((words, tables), (change, state)) = (built_in?, found?);
    let (policy, place) = policy_of(inputs, &change, &words, &mut read)?;
    let required = required(inputs, &policy, &words)?;
    let evidence = evidence_of(
        inputs,
        &policy,
        &origin,
        Evidence::of(change)
            .with_state(state)
            .with_parser(Parser::new(inputs.program.clone()))
            .with_room(inputs.room),
        &mut read,
    )?;
    nothing_to_judge(&evidence)?;
    let house = house(&policy, place.as_deref(), &evidence, &words, &mut read)?;
    let settings = Settings::of(policy, tables).with_house(house);
    rules_exist(&settings, place.as_deref())?;
    approvals_exist(inputs, &settings, &evidence, place.as_deref())?;
    grades_can_be_met(&settings, place.as_deref(), &words)?;
    let told = Told::of(&evidence, &settings);
    let checklist = checklist::run(&evidence, &settings, &told, &words);
    let missing: Vec<(Kind, Unproven)> = Kind::ALL
        .iter()
        .filter_map(|kind| Some((*kind, evidence.missing(*kind)?)))
        .collect();
    let sum = verdict::judge(&checklist.items, &missing, &required);
    read.sort();
    let results = Results { checklist, told, sum };
    Ok(report::compose(
        &evidence, &settings, place, results, &words, read,
    ))
}

/// The tables that are part of this program. Reading them takes as long as reading a commit of a few files.
fn built_in() -> Result<(Catalogue, Tables), Error> {
    let (words, tables) = beside(Catalogue::built_in, Tables::built_in);
    Ok((words?, tables?))
}

/// Does two things at a time, the first in a thread of its own.
fn beside<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let started = thread::Builder::new().spawn_scoped(scope, &first);
        let second = second();
        // without a thread it is done afterwards
        let done = started.ok().and_then(|thread| thread.join().ok());
        (done.unwrap_or_else(&first), second)
    })
}

/// The change that the inputs mean, without any judgement.
///
/// # Errors
/// There is no such change.
pub fn change(inputs: &Inputs) -> Result<Change, Error> {
    change_of(inputs, &mut Vec::new()).map(|(change, _)| change)
}

/// The change that the inputs mean and what the policy of its base says, without any judgement.
///
/// # Errors
/// There is no such change, or the policy is invalid.
pub fn change_and_settings(inputs: &Inputs) -> Result<(Change, Settings), Error> {
    let mut read = Vec::new();
    let (words, tables) = built_in()?;
    let (change, _) = change_of(inputs, &mut read)?;
    let (policy, _) = policy_of(inputs, &change, &words, &mut read)?;
    Ok((change, Settings::of(policy, tables)))
}

type Found = (Change, Supplied<crate::evidence::state::State>);

fn change_of(inputs: &Inputs, read: &mut Vec<Input>) -> Result<Found, Error> {
    let folder = inputs.repository.as_path();
    let no_state = Err(Unproven::NotSupplied(Kind::State));
    match &inputs.range {
        Range::Commits { base, head } => Ok((
            change::git::range(folder, base.as_deref(), head.as_deref())?,
            no_state,
        )),
        Range::Staged { base } => {
            change::worktree::staged(folder, base.as_deref()).map(|(change, state)| (change, Ok(state)))
        }
        Range::Worktree { base } => {
            change::worktree::worktree(folder, base.as_deref()).map(|(change, state)| (change, Ok(state)))
        }
        Range::Patch(file) => {
            let (change, input) = change::patch::read(file)?;
            read.push(input);
            Ok((change, no_state))
        }
    }
}

fn policy_of(
    inputs: &Inputs,
    change: &Change,
    words: &Catalogue,
    read: &mut Vec<Input>,
) -> Result<(Policy, Option<String>), Error> {
    let known = words.ids();
    if let Some(path) = &inputs.policy {
        let bytes = file::read(path, limits::CONFIG_BYTES as u64)?;
        let name = file::shown(path);
        read.push(Input::of("policy", name.clone(), &bytes));
        return Ok((Policy::parse(&name, &bytes, &known)?, Some(name)));
    }
    let unreadable = |why: Unproven| {
        Error::invalid(
            "policy",
            policy::FILE,
            format!("of the base cannot be read: {why}"),
        )
    };
    let path =
        RepoPath::new(policy::FILE).map_err(|problem| Error::invalid("policy", policy::FILE, problem))?;
    let version = match change.entry(Side::Base, &path) {
        Ok(Some(version)) => version,
        // a patch knows no base
        Ok(None) | Err(Unproven::Insufficient(_) | Unproven::NotSupplied(_)) => {
            return Ok((Policy::default(), None));
        }
        Err(why) => return Err(unreadable(why)),
    };
    let bytes = change.bytes(&version).map_err(unreadable)?;
    let name = format!("{} of the base", policy::FILE);
    read.push(Input::of("policy", name.clone(), &bytes));
    Ok((Policy::parse(&name, &bytes, &known)?, Some(name)))
}

/// The packs of rules that the policy names, from the base tree: the author may not edit the judge.
fn house(
    policy: &Policy,
    place: Option<&str>,
    evidence: &Evidence,
    words: &Catalogue,
    read: &mut Vec<Input>,
) -> Result<Vec<Arc<Pack>>, Error> {
    let wrong = |name: &str, why: String| {
        Error::invalid(
            "policy",
            place.unwrap_or(policy::FILE),
            format!("rules: `{name}` {why}"),
        )
    };
    let mut packs = Vec::new();
    for name in &policy.rules {
        let path = RepoPath::new(name).map_err(|why| wrong(name, format!("is no path: {why}")))?;
        let found = evidence.change.entry(Side::Base, &path);
        let found = found.map_err(|why| wrong(name, format!("cannot be read from the base: {why}")))?;
        let version = found
            .filter(|version| version.mode.is_file())
            .ok_or_else(|| wrong(name, "is no file of the base".to_owned()))?;
        let bytes = evidence.change.bytes(&version);
        let bytes = bytes.map_err(|why| wrong(name, format!("cannot be read from the base: {why}")))?;
        read.push(Input::of("rules", format!("{name} of the base"), &bytes));
        packs.push(Arc::new(packs::read(name, &bytes, words, evidence.parser())?));
    }
    Ok(packs)
}

/// A rule with a typing error would change no level, and nobody would notice; of two with one name nobody knows which
/// is meant.
fn rules_exist(settings: &Settings, place: Option<&str>) -> Result<(), Error> {
    let policy = &settings.policy;
    let named = policy.rule_levels.iter().map(|one| &one.rule);
    let waived = policy.waivers.iter().filter_map(|waiver| waiver.rule.as_ref());
    let mut named = named.chain(waived).peekable();
    if named.peek().is_none() && settings.house.is_empty() {
        return Ok(());
    }
    let built_in = packs::all()?;
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for pack in built_in.iter().chain(&settings.house) {
        for rule in &pack.rules {
            if !known.insert(&rule.id) {
                let problem = format!("rule `{}`: there is one of that name already", rule.id);
                return Err(Error::invalid("rules", &pack.name, problem));
            }
        }
    }
    match named.find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let problem = policy::unknown("rule", name, known.iter().copied());
            let help = "`countersign rules list` lists them";
            Err(Error::invalid(
                "policy",
                place.unwrap_or(policy::FILE),
                format!("{problem}; {help}"),
            ))
        }
    }
}

/// What must be proven: what the policy and the caller require by name, and every evidence the caller handed in.
fn required(inputs: &Inputs, policy: &Policy, words: &Catalogue) -> Result<Required, Error> {
    let mut required = Required {
        strict: policy.strict || inputs.strict,
        ..Required::default()
    };
    for name in policy.require.iter().chain(&inputs.require) {
        match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
            Some(kind) => {
                required.kinds.insert(kind);
            }
            None if words.get(name).is_some() => {
                required.checks.insert(name.clone());
            }
            None => {
                let known = words
                    .all()
                    .map(|rule| rule.id.as_str())
                    .chain(Kind::ALL.iter().map(|kind| kind.name()));
                let problem = policy::unknown("evidence or check", name, known);
                return Err(Error::usage(
                    format!("--require: {problem}"),
                    "`countersign explain` lists every check",
                ));
            }
        }
    }
    let named = [
        (Kind::Task, inputs.task.is_some()),
        (Kind::Claims, !inputs.claims.is_empty()),
        (
            Kind::Tests,
            !inputs.tests.is_empty() || !policy.tests.reports.is_empty(),
        ),
        (
            Kind::BaseTests,
            !inputs.base_tests.is_empty() || !policy.tests.base_reports.is_empty(),
        ),
        (Kind::NewOnBase, !inputs.new_on_base.is_empty()),
        (
            Kind::Mutation,
            !inputs.mutation.is_empty() || inputs.measured.is_some(),
        ),
        (Kind::Coverage, !inputs.coverage.is_empty()),
        (Kind::Earlier, inputs.earlier.is_some()),
        (Kind::Reviews, !inputs.reviews.is_empty()),
        (Kind::Sarif, !inputs.sarif.is_empty()),
    ];
    required.kinds.extend(
        named
            .into_iter()
            .filter(|(_, named)| *named)
            .map(|(kind, _)| kind),
    );
    Ok(required)
}

fn evidence_of(
    inputs: &Inputs,
    policy: &Policy,
    origin: &Origin,
    mut evidence: Evidence,
    read: &mut Vec<Input>,
) -> Result<Evidence, Error> {
    let folder = inputs.folder.as_path();
    if let Some(path) = &inputs.task {
        let (task, input) = task::read(path)?;
        read.push(input);
        evidence = evidence.with_task(Ok(task));
    } else if let Some(task) = &policy.task {
        evidence = evidence.with_task(Ok(task.clone()));
    }
    evidence = claimed(inputs, evidence, read)?;
    let (brought, held) = receipts(inputs, origin, &evidence, read)?;
    if let Some(mut run) = tests_of(folder, "tests", &inputs.tests, &policy.tests.reports, read)? {
        refuse_committed(folder, origin, &evidence, &mut run);
        if !inputs.receipts.is_empty() {
            let problems = brought.iter().map(|held| origin::committed(&held.input));
            run.problems.extend(problems.map(tests::Problem::Unreadable));
            let beside = beside_reports(inputs, origin, read);
            receipt::bind(&mut run, &held, &evidence.change, &beside);
        }
        evidence = evidence.with_tests(Ok(run));
    } else if held
        .iter()
        .chain(&brought)
        .all(|held| held.receipt.reports.is_empty())
    {
        evidence = look_nearby(inputs, origin, evidence, read)?;
    } else {
        return Err(Error::usage(
            "a receipt was given, and no test report that it could be about",
            "name the reports too: `--tests GLOB`",
        ));
    }
    let beside = beside_reports(inputs, origin, read);
    let recorded = receipt::ran(&held, &evidence.change, &beside);
    evidence = evidence.with_recorded(recorded);
    if let Some(mut run) = tests_of(
        folder,
        "base-tests",
        &inputs.base_tests,
        &policy.tests.base_reports,
        read,
    )? {
        refuse_committed(folder, origin, &evidence, &mut run);
        evidence = evidence.with_base_tests(Ok(run));
    }
    if let Some(mut run) = tests_of(folder, "new-on-base", &inputs.new_on_base, &[], read)? {
        refuse_committed(folder, origin, &evidence, &mut run);
        evidence = evidence.with_new_on_base(Ok(run));
    }
    if !inputs.coverage.is_empty() {
        let coverage = coverage::read::run(folder, &inputs.coverage)?.and_then(|coverage| {
            let mut refused = committed(folder, origin, &evidence, &coverage.inputs).into_iter();
            refused
                .next()
                .map_or(Ok(coverage), |why| Err(Unproven::Unreadable(why)))
        });
        read.extend(
            coverage
                .iter()
                .flat_map(|coverage| coverage.inputs.iter().cloned()),
        );
        evidence = evidence.with_coverage(coverage);
    }
    if !inputs.reviews.is_empty() {
        let reviews = reviews::Reviews::read(&inputs.reviews)?;
        read.extend(reviews.inputs.iter().cloned());
        evidence = evidence.with_reviews(Some(reviews));
    }
    let head = linted("sarif", &inputs.sarif, read)?;
    let base = linted("base-sarif", &inputs.base_sarif, read)?;
    evidence = evidence.with_sarif(head, base);
    if let Some(path) = &inputs.earlier {
        let (earlier, input) = earlier::read(path)?;
        read.push(input);
        evidence = evidence.with_earlier(Ok(earlier));
    }
    if let Some(run) = mutated(inputs, origin, &evidence, read)? {
        evidence = evidence.with_mutation(Ok(run));
    }
    Ok(placed(inputs, origin, evidence, read))
}

/// The mutation run that was given, or made for this judgement. Comes last: it must know where all evidence lies.
fn mutated(
    inputs: &Inputs,
    origin: &Origin,
    evidence: &Evidence,
    read: &mut Vec<Input>,
) -> Result<Option<mutation::MutationRun>, Error> {
    if inputs.mutation.is_empty() && inputs.measured.is_none() {
        return Ok(None);
    }
    let mut run = mutation::read::run(&inputs.folder, "mutation", &inputs.mutation)?;
    if let Some(text) = &inputs.measured {
        run.read("mutation", "countersign mutate", text.as_bytes());
    }
    let reports: Vec<Input> = run.reports.iter().map(|report| report.input.clone()).collect();
    let refused = committed(&inputs.folder, origin, evidence, &reports);
    run.problems.extend(refused);
    run.own_places = on_disk(inputs, origin, &reports).collect();
    read.extend(reports);
    let named = [&inputs.task, &inputs.policy, &inputs.earlier]
        .into_iter()
        .flatten();
    let named = named.filter_map(|path| origin.path(path));
    run.evidence_places = named.chain(on_disk(inputs, origin, read)).collect();
    Ok(Some(run))
}

/// What the author says: what was given, else what the messages of the commits claim.
fn claimed(inputs: &Inputs, evidence: Evidence, read: &mut Vec<Input>) -> Result<Evidence, Error> {
    let mut given = claims::read(&inputs.claims)?;
    if let Some(path) = &inputs.event {
        let (text, input) = event::github(path)?;
        given.documents.extend(text);
        given.inputs.push(input);
    }
    if let Some((text, input)) = inputs.merge_request.as_ref().and_then(event::gitlab) {
        given.documents.push(text);
        given.inputs.push(input);
    }
    read.extend(given.inputs.iter().cloned());
    let beside = prose::beside(&given, &evidence.change);
    // an event of something else than a pull request says nothing, and nobody gave more
    if inputs.claims.is_empty() && given.documents.is_empty() {
        // templates are for texts of pull requests
        let messages = prose::extracted(given, &beside, &prose::Templates::default());
        return Ok(evidence.with_messages(messages));
    }
    let claims = prose::extracted(given, &beside, &prose::Templates::of(&evidence.change));
    Ok(evidence.with_claims(Ok(claims)))
}

/// Reports at the places where runners put them, where nobody named any.
fn look_nearby(
    inputs: &Inputs,
    origin: &Origin,
    mut evidence: Evidence,
    read: &mut Vec<Input>,
) -> Result<Evidence, Error> {
    let own = [&inputs.task, &inputs.policy, &inputs.earlier]
        .into_iter()
        .flatten();
    let own = own.chain(&inputs.claims).filter_map(|path| origin.path(path));
    let beside: Vec<RepoPath> = own.chain(on_disk(inputs, origin, read)).collect();
    Ok(match nearby::look(origin, &evidence.change, &beside)? {
        Nearby::Nothing => evidence,
        Nearby::PassedOver(why) => evidence.with_tests(Err(why)),
        Nearby::Fresh(run, paths) => {
            read.extend(run.reports.iter().map(|report| report.input.clone()));
            if matches!(inputs.range, Range::Worktree { .. } | Range::Staged { .. }) {
                evidence.change = evidence.change.without(&paths);
            }
            evidence.with_tests(Ok(*run))
        }
    })
}

/// Why some reports are no evidence: the judged commit holds them itself.
fn committed<'i>(
    folder: &Path,
    origin: &Origin,
    evidence: &Evidence,
    inputs: impl IntoIterator<Item = &'i Input>,
) -> Vec<String> {
    let inputs = inputs.into_iter();
    let held = inputs.filter(|input| origin.is_committed(&evidence.change, folder, input));
    held.map(origin::committed).collect()
}

fn refuse_committed(folder: &Path, origin: &Origin, evidence: &Evidence, run: &mut tests::TestRun) {
    let reports = run.reports.iter().map(|report| &report.input);
    let problems = committed(folder, origin, evidence, reports).into_iter();
    run.problems.extend(problems.map(tests::Problem::Unreadable));
}

/// What linters found, where their results were given.
fn linted(
    role: &'static str,
    paths: &[PathBuf],
    read: &mut Vec<Input>,
) -> Result<Option<sarif::Sarif>, Error> {
    if paths.is_empty() {
        return Ok(None);
    }
    let sarif = sarif::Sarif::read(role, paths)?;
    read.extend(sarif.inputs.iter().cloned());
    Ok(Some(sarif))
}

/// The receipts that were given: those that the change brings along, which prove nothing, and the others.
fn receipts(
    inputs: &Inputs,
    origin: &Origin,
    evidence: &Evidence,
    read: &mut Vec<Input>,
) -> Result<(Vec<receipt::Held>, Vec<receipt::Held>), Error> {
    let (committed, held): (Vec<_>, Vec<_>) = receipt::read(&inputs.receipts)?
        .into_iter()
        .partition(|held| origin.is_committed(&evidence.change, Path::new(""), &held.input));
    read.extend(committed.iter().chain(&held).map(|held| held.input.clone()));
    Ok((committed, held))
}

/// Files of the judge and evidence in the working tree: a command that was recorded beside them ran on the same tree.
fn beside_reports(inputs: &Inputs, origin: &Origin, read: &[Input]) -> Vec<RepoPath> {
    let own = [&inputs.task, &inputs.policy, &inputs.earlier];
    let own = own.into_iter().flatten().filter_map(|path| origin.path(path));
    own.chain(on_disk(inputs, origin, read)).collect()
}

/// Where the files that were read as evidence lie in the working tree.
fn on_disk<'a>(
    inputs: &'a Inputs,
    origin: &'a Origin,
    read: &'a [Input],
) -> impl Iterator<Item = RepoPath> + 'a {
    let places = read.iter().flat_map(|input| {
        [
            origin.path(&inputs.folder.join(&input.file)),
            origin.path(Path::new(&input.file)),
        ]
    });
    places.flatten()
}

/// Tells the judge's own files and the evidence on disk from the work.
fn placed(inputs: &Inputs, origin: &Origin, mut evidence: Evidence, read: &[Input]) -> Evidence {
    let own = [("task", &inputs.task), ("policy", &inputs.policy)];
    let own = own
        .into_iter()
        .filter_map(|(what, path)| Some((what, origin.path(path.as_ref()?)?)));
    let own: Vec<_> = own.collect();
    if matches!(inputs.range, Range::Worktree { .. } | Range::Staged { .. }) {
        let mut beside: Vec<RepoPath> = own.iter().map(|(_, path)| path.clone()).collect();
        beside.extend(on_disk(inputs, origin, read));
        evidence.change = evidence.change.without(&beside);
    }
    evidence.with_judge(own)
}

fn tests_of(
    folder: &Path,
    role: &'static str,
    named: &[String],
    policy: &[String],
    read: &mut Vec<Input>,
) -> Result<Option<tests::TestRun>, Error> {
    let patterns = if named.is_empty() { policy } else { named };
    if patterns.is_empty() {
        return Ok(None);
    }
    let run = tests::read::run(folder, role, patterns)?;
    read.extend(run.reports.iter().map(|report| report.input.clone()));
    Ok(Some(run))
}

/// Only test reports have a grade: a check that does not look at them can never meet one.
fn grades_can_be_met(settings: &Settings, policy: Option<&str>, words: &Catalogue) -> Result<(), Error> {
    let looks = |id: &str| {
        words
            .get(id)
            .is_some_and(|rule| rule.needs.contains(&Kind::Tests))
    };
    let mut asked = settings.policy.grades.0.keys();
    match asked.find(|id| !looks(id)) {
        None => Ok(()),
        Some(id) => {
            let problem =
                format!("grades: `{id}` does not judge by test reports, and nothing else has a grade");
            Err(Error::invalid("policy", policy.unwrap_or(policy::FILE), problem))
        }
    }
}

/// An approval with a typing error approves nothing, and nobody would notice.
fn approvals_exist(
    inputs: &Inputs,
    settings: &Settings,
    evidence: &Evidence,
    policy: Option<&str>,
) -> Result<(), Error> {
    let task = evidence.task().ok();
    let task_file = inputs.task.as_deref().map(file::shown);
    let in_task = task
        .iter()
        .flat_map(|task| &task.approve)
        .map(|id| match &task_file {
            Some(file) => ("task", file.as_str(), id),
            None => ("policy", policy.unwrap_or(policy::FILE), id),
        });
    let in_policy = settings.policy.approve.iter();
    let in_policy = in_policy.map(|id| ("policy", policy.unwrap_or(policy::FILE), id));
    for (kind, file, id) in in_policy.chain(in_task) {
        if !settings.risks.can_be_approved(id) {
            let problem = policy::unknown("class of risk", id, settings.risks.approvable());
            let help = "`countersign explain claims-omission` lists them";
            return Err(Error::invalid(kind, file, format!("approve: {problem}; {help}")));
        }
    }
    Ok(())
}

/// An empty change about which nobody says or asks anything is a mistake of the caller, not a pass.
fn nothing_to_judge(evidence: &Evidence) -> Result<(), Error> {
    if !evidence.change.is_empty() || evidence.task().is_ok() || evidence.claims().is_ok() {
        return Ok(());
    }
    let other = match evidence.change.source() {
        Source::Range { .. } => "name another range with `--base` and `--head`",
        Source::Staged { .. } => {
            "stage something (`git add`), or judge what is on disk with `--worktree` or commits with `--base`"
        }
        Source::Worktree { .. } => {
            "nothing is edited: judge commits with `--base` (`--base HEAD~1` for the last one)"
        }
        Source::Patch { .. } | Source::Memory => {
            "give a patch that changes something (`git diff BASE > FILE`)"
        }
    };
    Err(Error::repository(
        format!("nothing changed in {}", evidence.change.source()),
        format!("{other}; or pass `--task` or `--claims` to have an empty change judged"),
    ))
}
