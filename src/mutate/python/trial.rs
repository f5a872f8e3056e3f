//! Do the tests notice a fault? Those that reach it run, the cheapest first, until one fails.
//!
//! A test that fails is believed once it has passed in the same company without the fault: some tests need others to run
//! before them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use super::{
    sites::Site,
    suite::Suite,
    zygote::{Answer, Do, Edit, Event, How, Order, Zygote},
};
use crate::{
    evidence::mutation::Status,
    mutate::{Mutant, Outcome, Progress},
};

/// A test with a fault may take this many times what it takes without.
const SLOWER: f64 = 10.0;

/// A fault that is to be measured.
pub(super) struct Case<'m> {
    /// It.
    pub(super) mutant: &'m Mutant,
    /// The number of its file.
    pub(super) file: usize,
    /// Its place.
    pub(super) site: Site,
    /// What is changed.
    pub(super) edit: Edit,
    /// The tests that run the place.
    pub(super) reaching: BTreeSet<usize>,
}

/// What becomes of faults.
pub(super) struct Trial<'s> {
    suite: &'s Suite,
    jobs: usize,
    /// Seconds that each test has at least.
    least: f64,
    /// Seconds that a fresh import and collection may take.
    collection: f64,
    kills: Vec<u32>,
    trust: Vec<Trust>,
    next: u64,
    /// What became of each case that is done.
    pub(super) outcomes: BTreeMap<usize, Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Unknown,
    Trusted,
    /// It fails without a fault when it does not run among all others.
    Shaky,
}

/// One child.
#[derive(Clone, Debug)]
struct Job {
    case: usize,
    tests: Vec<usize>,
    goal: Goal,
    reach: Reach,
}

/// Which tests a child runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Those that are chosen.
    Chosen,
    /// After a fresh import: the most promising alone, because collecting the others takes longer than running them.
    Few,
    /// After a fresh import: those that are chosen, and whatever else there is now.
    All,
}

/// Tests that are collected alone after a fresh import.
const FEW: usize = 24;

#[derive(Clone, Debug)]
enum Goal {
    /// Does a test fail?
    Try,
    /// Do the same tests pass without the fault? The last of them failed with this message.
    Confirm(String),
}

/// How a fault gets into the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Into functions that exist.
    Swap,
    /// By importing its file afresh.
    Import,
}

/// What a child found out.
enum Told {
    Passed,
    Failed {
        name: Option<String>,
        ran: usize,
        message: String,
    },
    Broken(String),
    Timeout,
    Ended(String),
    Unswapped,
    Unviable(String),
    Nothing(String),
}

impl Told {
    /// Whether a few tests suffice to know it. That the others pass, they cannot say; and names that are gone end pytest.
    const fn is_verdict_of_few(&self) -> bool {
        match self {
            Self::Failed { .. } | Self::Timeout | Self::Unviable(_) => true,
            Self::Passed | Self::Broken(_) | Self::Ended(_) | Self::Unswapped | Self::Nothing(_) => false,
        }
    }

    fn of(answer: Answer) -> Self {
        match (answer.said, answer.how) {
            (Some(Event::Passed { .. }), _) => Self::Passed,
            (Some(Event::Failed { ran: 0, message, .. }), _) => Self::Broken(message),
            (
                Some(Event::Failed {
                    name, ran, message, ..
                }),
                _,
            ) => Self::Failed { name, ran, message },
            (Some(Event::Unswapped { .. }), _) => Self::Unswapped,
            (Some(Event::Unviable { message, .. }), _) => Self::Unviable(message),
            (Some(Event::Trouble { message, .. }), _) => Self::Nothing(message),
            (_, How::Timeout) => Self::Timeout,
            (_, How::Signal) => Self::Ended(format!("its process ended by signal {}", answer.number)),
            (_, How::Exit) if answer.number != 0 => {
                Self::Ended(format!("its process ended with exit code {}", answer.number))
            }
            (_, How::Exit | How::Told | How::Stopped) => {
                Self::Nothing("the process of its tests ended before they did".to_owned())
            }
        }
    }
}

impl<'s> Trial<'s> {
    /// Over the tests of a project.
    pub(super) fn new(suite: &'s Suite, jobs: usize, least: Duration, collection: Duration) -> Self {
        let least = least.as_secs_f64();
        Self {
            suite,
            jobs: jobs.max(1),
            least,
            collection: (collection.as_secs_f64() * SLOWER).max(least),
            kills: vec![0; suite.tests.len()],
            trust: vec![Trust::Unknown; suite.tests.len()],
            next: 16,
            outcomes: BTreeMap::new(),
        }
    }

    /// Measures faults that are put into functions. Gives those that cannot be.
    pub(super) fn swap(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        which: &[usize],
        progress: &dyn Progress,
    ) -> Vec<usize> {
        let mut queue: VecDeque<Job> = which.iter().map(|case| Job::attempt(*case)).collect();
        let mut running: BTreeMap<u64, Job> = BTreeMap::new();
        let mut unswapped = Vec::new();
        loop {
            while zygote.busy() < self.jobs
                && let Some(job) = queue.pop_front()
            {
                self.start(zygote, cases, job, &mut running, Way::Swap);
            }
            if running.is_empty() && queue.is_empty() {
                return unswapped;
            }
            if running.is_empty() {
                continue;
            }
            let Some(answer) = zygote.answer(|_| {}) else {
                for job in running.into_values().chain(queue) {
                    self.not_measured(cases, job.case, "the interpreter ended");
                }
                return unswapped;
            };
            let Some(job) = running.remove(&answer.key) else {
                continue;
            };
            let case = job.case;
            match self.judge(cases, job, Told::of(answer)) {
                Next::Done => progress.advance(),
                Next::Job(job) => queue.push_front(job),
                Next::Fresh => unswapped.push(case),
            }
        }
    }

    /// Measures faults by importing their file afresh, each in a child of `zygote`. `collected` confirms.
    pub(super) fn import(
        &mut self,
        zygote: &mut Zygote,
        collected: &mut Zygote,
        cases: &[Case<'_>],
        which: &[usize],
        until: Instant,
        progress: &dyn Progress,
    ) {
        let mut queue: VecDeque<Job> = which.iter().map(|case| Job::attempt(*case)).collect();
        let mut running: BTreeMap<u64, Job> = BTreeMap::new();
        loop {
            while zygote.busy() < self.jobs
                && Instant::now() < until
                && let Some(job) = queue.pop_front()
            {
                self.start(zygote, cases, job, &mut running, Way::Import);
            }
            if running.is_empty() {
                break;
            }
            let Some(answer) = zygote.answer(|_| {}) else {
                break;
            };
            let Some(job) = running.remove(&answer.key) else {
                continue;
            };
            let case = job.case;
            let mut next = self.judge(cases, job, Told::of(answer));
            while let Next::Job(Job {
                goal: Goal::Confirm(_),
                ..
            }) = &next
            {
                next = self.confirm(collected, cases, next);
            }
            match next {
                Next::Done => progress.advance(),
                Next::Job(job) => queue.push_front(job),
                Next::Fresh => self.not_measured(cases, case, "its file cannot be imported afresh"),
            }
        }
        for job in running.into_values() {
            self.not_measured(cases, job.case, "the interpreter ended");
        }
        for job in queue {
            let why = if Instant::now() >= until {
                "its code runs at import, and the time for such code was over"
            } else {
                "the interpreter ended"
            };
            self.not_measured(cases, job.case, why);
        }
    }

    /// Takes back what became of unnoticed cases that are wanted, and gives them.
    pub(super) fn open_again(&mut self, is_wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        let is_open = |(case, outcome): &(&usize, &Outcome)| {
            outcome.status.counts() && !outcome.status.detected() && is_wanted(**case)
        };
        let open: Vec<usize> = self
            .outcomes
            .iter()
            .filter(is_open)
            .map(|(case, _)| *case)
            .collect();
        for case in &open {
            self.outcomes.remove(case);
        }
        open
    }

    /// Asks at once whether tests pass without a fault.
    fn confirm(&mut self, collected: &mut Zygote, cases: &[Case<'_>], next: Next) -> Next {
        let Next::Job(job) = next else { return next };
        let mut running = BTreeMap::new();
        let case = job.case;
        self.start(collected, cases, job, &mut running, Way::Swap);
        let answer = collected.answer(|_| {});
        let told = answer.and_then(|answer| Some((running.remove(&answer.key)?, Told::of(answer))));
        match told {
            Some((job, told)) => self.judge(cases, job, told),
            None => {
                self.not_measured(cases, case, "the interpreter ended");
                Next::Done
            }
        }
    }

    /// Gives a child its order, or settles the case where there is nothing to run.
    fn start(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        mut job: Job,
        running: &mut BTreeMap<u64, Job>,
        way: Way,
    ) {
        let Some(case) = cases.get(job.case) else { return };
        if matches!(job.goal, Goal::Try) {
            job.tests = self.chosen(case, way);
            if way == Way::Import && job.reach != Reach::All {
                job.reach = Reach::Few;
                job.tests.truncate(FEW);
            }
            if job.tests.is_empty() {
                self.without_tests(cases, job.case);
                return;
            }
        }
        let fault = matches!(job.goal, Goal::Try).then(|| case.edit.clone());
        let key = self.next;
        self.next += 1;
        let order = self.order(key, way, &job.tests, fault);
        zygote.order(&Order {
            whole: job.reach == Reach::All,
            ..order
        });
        running.insert(key, job);
    }

    fn order(&self, key: u64, way: Way, tests: &[usize], fault: Option<Edit>) -> Order {
        let walls: Vec<f64> = tests.iter().map(|test| self.wall(*test)).collect();
        let wall = match way {
            Way::Swap => self.least,
            Way::Import => self.collection,
        };
        let all: f64 = walls.iter().sum::<f64>() + wall;
        let name = |test: &usize| self.suite.names.get(*test).cloned();
        Order {
            key,
            what: Do::Run,
            lines: false,
            names: match way {
                Way::Swap => Vec::new(),
                Way::Import => tests.iter().filter_map(name).collect(),
            },
            tests: tests.to_vec(),
            whole: false,
            fault,
            wall,
            walls,
            cpu: Some(Duration::from_secs_f64(all).as_secs() + 2),
            memory: Some(self.suite.memory),
        }
    }

    /// Seconds that a test may take.
    fn wall(&self, test: usize) -> f64 {
        let time = self.suite.tests.get(test).map_or(0.0, |known| known.time);
        (time * SLOWER).max(self.least)
    }

    /// The tests to run, the most promising first.
    fn chosen(&self, case: &Case<'_>, way: Way) -> Vec<usize> {
        let mut chosen = self.sorted(&case.reaching);
        if way == Way::Import && self.suite.is_imported(case.file, &case.site) {
            // what runs at import may show in any test
            let near = self.suite.around(case.file);
            let rest: BTreeSet<usize> = self.suite.usable().collect();
            chosen.extend(self.sorted(&near.difference(&case.reaching).copied().collect()));
            let far = rest
                .difference(&near)
                .filter(|test| !case.reaching.contains(test));
            chosen.extend(self.sorted(&far.copied().collect()));
        }
        chosen
    }

    fn sorted(&self, tests: &BTreeSet<usize>) -> Vec<usize> {
        let cost = |test: usize| {
            let time = self.suite.tests.get(test).map_or(0.0, |known| known.time);
            time / (1.0 + f64::from(self.kills.get(test).copied().unwrap_or_default()))
        };
        let is_shaky = |test: &usize| self.trust.get(*test) == Some(&Trust::Shaky);
        let mut sorted: Vec<usize> = tests.iter().copied().filter(|test| !is_shaky(test)).collect();
        sorted.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)).then(a.cmp(b)));
        sorted
    }

    fn shaky(&self, case: &Case<'_>) -> Option<&str> {
        let mut shaky = case
            .reaching
            .iter()
            .filter(|test| self.trust.get(**test) == Some(&Trust::Shaky));
        self.suite.names.get(*shaky.next()?).map(String::as_str)
    }

    fn judge(&mut self, cases: &[Case<'_>], job: Job, told: Told) -> Next {
        match job.goal.clone() {
            Goal::Try => self.judge_attempt(cases, job, told),
            Goal::Confirm(message) => self.judge_confirmation(cases, job, told, message),
        }
    }

    fn judge_attempt(&mut self, cases: &[Case<'_>], job: Job, told: Told) -> Next {
        let Some(case) = cases.get(job.case) else {
            return Next::Done;
        };
        let count = job.tests.len();
        if job.reach == Reach::Few && !told.is_verdict_of_few() {
            return Next::Job(Job {
                reach: Reach::All,
                ..Job::attempt(job.case)
            });
        }
        let (status, reason, killer, ran) = match told {
            Told::Passed => {
                if self.shaky(case).is_some() {
                    self.without_tests(cases, job.case);
                    return Next::Done;
                }
                (Status::Survived, None, None, count)
            }
            Told::Failed { name, ran, message } => {
                let killer = self.place(&job, name.as_deref(), ran);
                let trust = killer.and_then(|place| self.trust.get(*job.tests.get(place)?));
                if let Some(place) = killer.filter(|_| trust != Some(&Trust::Trusted)) {
                    return Next::Job(Job {
                        tests: job.tests.iter().copied().take(place + 1).collect(),
                        goal: Goal::Confirm(message),
                        ..job
                    });
                }
                let killer = killer.and_then(|place| job.tests.get(place).copied());
                (Status::Killed, Some(message), killer, ran)
            }
            Told::Broken(message) => (Status::Killed, Some(message), None, 0),
            Told::Timeout => (
                Status::Timeout,
                Some("its tests did not end in time".to_owned()),
                None,
                count,
            ),
            Told::Ended(why) => (Status::Killed, Some(why), None, count),
            Told::Unswapped => return Next::Fresh,
            Told::Unviable(why) => (Status::CompileError, Some(why), None, 0),
            Told::Nothing(why) => {
                self.not_measured(cases, job.case, &why);
                return Next::Done;
            }
        };
        self.settle(case, job.case, status, reason, killer, ran);
        Next::Done
    }

    fn judge_confirmation(&mut self, cases: &[Case<'_>], job: Job, told: Told, message: String) -> Next {
        let Some(case) = cases.get(job.case) else {
            return Next::Done;
        };
        let killer = job.tests.last().copied();
        let shaky = match told {
            Told::Passed => {
                if let Some(trust) = killer.and_then(|killer| self.trust.get_mut(killer)) {
                    *trust = Trust::Trusted;
                }
                let ran = job.tests.len();
                self.settle(case, job.case, Status::Killed, Some(message), killer, ran);
                return Next::Done;
            }
            Told::Failed { ran, .. } => job.tests.get(ran.saturating_sub(1)).copied(),
            Told::Broken(_)
            | Told::Timeout
            | Told::Ended(_)
            | Told::Unswapped
            | Told::Unviable(_)
            | Told::Nothing(_) => killer,
        };
        if let Some(trust) = shaky.and_then(|shaky| self.trust.get_mut(shaky)) {
            *trust = Trust::Shaky;
        }
        Next::Job(Job {
            goal: Goal::Try,
            tests: Vec::new(),
            ..job
        })
    }

    /// Where among the tests of a job the one stands that failed. After a fresh import some may have gone.
    fn place(&self, job: &Job, name: Option<&str>, ran: usize) -> Option<usize> {
        let is_it = |test: &usize| self.suite.names.get(*test).map(String::as_str) == name;
        match job.reach {
            Reach::Chosen => ran.checked_sub(1).filter(|place| *place < job.tests.len()),
            Reach::Few | Reach::All => job.tests.iter().position(is_it),
        }
    }

    fn settle(
        &mut self,
        case: &Case<'_>,
        index: usize,
        status: Status,
        reason: Option<String>,
        killer: Option<usize>,
        ran: usize,
    ) {
        if let Some(kills) = killer.and_then(|killer| self.kills.get_mut(killer)) {
            *kills = kills.saturating_add(1);
        }
        let outcome = Outcome {
            id: case.mutant.id.clone(),
            status,
            reason,
            covered_by: self.suite.named(case.reaching.iter().copied()),
            killed_by: self.suite.named(killer),
            tests_run: ran,
        };
        self.outcomes.insert(index, outcome);
    }

    /// Nothing that could be believed is left to run.
    fn without_tests(&mut self, cases: &[Case<'_>], index: usize) {
        let Some(case) = cases.get(index) else { return };
        let shaky = self.shaky(case).map(|test| {
            format!("`{test}` reaches it, and fails without any fault when it does not run among all others")
        });
        match shaky {
            Some(why) => self.not_measured(cases, index, &why),
            None => self.settle(case, index, Status::NoCoverage, None, None, 0),
        }
    }

    /// Runs some tests without a change of the functions: the fault is on the disk.
    pub(super) fn look(&mut self, zygote: &mut Zygote, tests: &[usize]) -> Seen {
        let sorted = self.sorted(&tests.iter().copied().collect());
        if sorted.is_empty() {
            return Seen::Nothing;
        }
        let key = self.next;
        self.next += 1;
        zygote.order(&self.order(key, Way::Swap, &sorted, None));
        let Some(answer) = zygote.answer(|_| {}) else {
            return Seen::Nothing;
        };
        match Told::of(answer) {
            Told::Passed => Seen::Passed,
            Told::Failed { ran, message, .. } => {
                let killer = sorted.get(ran.saturating_sub(1)).copied();
                Seen::Noticed { killer, message }
            }
            Told::Timeout => Seen::Noticed {
                killer: None,
                message: "its tests did not end in time".to_owned(),
            },
            Told::Broken(message) | Told::Ended(message) => Seen::Noticed {
                killer: None,
                message,
            },
            Told::Unswapped | Told::Unviable(_) | Told::Nothing(_) => Seen::Nothing,
        }
    }

    /// A fault that a program noticed which a test started.
    pub(super) fn noticed(
        &mut self,
        cases: &[Case<'_>],
        index: usize,
        killer: Option<usize>,
        message: String,
    ) {
        if let Some(case) = cases.get(index) {
            self.settle(case, index, Status::Killed, Some(message), killer, 1);
        }
    }

    /// A fault that nobody noticed.
    pub(super) fn unnoticed(&mut self, cases: &[Case<'_>], index: usize, status: Status) {
        if let Some(case) = cases.get(index) {
            let ran = self.outcomes.get(&index).map_or(0, |outcome| outcome.tests_run);
            self.settle(case, index, status, None, None, ran);
        }
    }

    /// That a fault was not measured, and why.
    pub(super) fn not_measured(&mut self, cases: &[Case<'_>], index: usize, why: &str) {
        if let Some(case) = cases.get(index) {
            let outcome = Outcome::not_measured(case.mutant.id.clone(), why);
            self.outcomes.insert(index, outcome);
        }
    }
}

/// What tests made of a fault on the disk.
pub(super) enum Seen {
    Passed,
    Noticed { killer: Option<usize>, message: String },
    Nothing,
}

/// What is to be done next for a case.
enum Next {
    Done,
    Job(Job),
    Fresh,
}

impl Job {
    fn attempt(case: usize) -> Self {
        Self {
            case,
            tests: Vec::new(),
            goal: Goal::Try,
            reach: Reach::Chosen,
        }
    }
}
