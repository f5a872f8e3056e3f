//! Do the tests notice a fault? Those that reach it run, the cheapest first, until one fails.
//!
//! A test that fails is believed once it has passed in the same company without the fault: some tests need others to run
//! before them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    choice::{Choice, Reach, Trust},
    messages::Edit,
    sites::Site,
    told::Told,
    zygote::Zygote,
};
use crate::{
    evidence::mutation::Status,
    mutate::{Mutant, Outcome, Progress},
};

/// The second time, a test may take this many times as long by the clock of the wall.
const PATIENCE: f64 = 5.0;

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
    pub(super) choice: Choice<'s>,
    pub(super) jobs: usize,
    next: u64,
    /// Files of tests that can be collected without all others.
    pub(super) sound: BTreeSet<BTreeSet<String>>,
    /// What became of each case that is done.
    pub(super) outcomes: BTreeMap<usize, Outcome>,
}

/// One child.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) case: usize,
    pub(super) tests: Vec<usize>,
    pub(super) goal: Goal,
    pub(super) reach: Reach,
    /// Few tests have run already, or those that few runs led to: everything runs now, if it runs.
    pub(super) is_narrowed: bool,
    /// It has been late once: it gets more time, lest a busy machine decides.
    pub(super) is_patient: bool,
}

/// What a child is to find out.
#[derive(Clone, Debug)]
pub(super) enum Goal {
    /// Does a test fail?
    Try,
    /// Do the same tests pass without the fault? With it they told this, and this one failed.
    Confirm { message: String, killer: Option<usize> },
}

/// What is to be done next for a case.
pub(super) enum Next {
    Done,
    Job(Job),
    Fresh {
        /// Its import raises an error.
        raises: bool,
    },
}

/// A case that needs a fresh import.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    pub(super) case: usize,
    /// The import raises an error, so that any test may show it.
    pub(super) raises: bool,
}

/// Whether a few tests suffice to know it. That the others pass, they cannot say; and names may be gone.
const fn is_verdict_of_few(told: &Told) -> bool {
    match told {
        Told::Failed { .. } | Told::Broken(_) | Told::Timeout | Told::Late | Told::Unviable(_) => true,
        Told::Passed | Told::Ended(_) | Told::Unswapped { .. } | Told::Nothing(_) => false,
    }
}

impl Job {
    /// To run tests on a fault.
    pub(super) fn attempt(case: usize, reach: Reach) -> Self {
        Self {
            case,
            tests: Vec::new(),
            goal: Goal::Try,
            reach,
            is_narrowed: false,
            is_patient: false,
        }
    }
}

impl<'s> Trial<'s> {
    /// With so many children at a time.
    pub(super) fn new(choice: Choice<'s>, jobs: usize) -> Self {
        Self {
            choice,
            jobs: jobs.max(1),
            next: 16,
            sound: BTreeSet::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// The number of the next child.
    pub(super) fn key(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Measures faults that are put into what is there. Gives those that cannot be.
    pub(super) fn put(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        (which, reach): (&[usize], Reach),
        progress: &dyn Progress,
    ) -> Vec<Left> {
        let mut queue: VecDeque<Job> = which.iter().map(|case| Job::attempt(*case, reach)).collect();
        let mut running: BTreeMap<u64, Job> = BTreeMap::new();
        let mut unswapped = Vec::new();
        loop {
            while zygote.busy() < self.jobs
                && let Some(job) = queue.pop_front()
            {
                self.start(zygote, cases, job, &mut running);
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
                Next::Fresh { raises } => unswapped.push(Left { case, raises }),
            }
        }
    }

    /// Gives a child its order, or settles the case where there is nothing to run.
    pub(super) fn start(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        mut job: Job,
        running: &mut BTreeMap<u64, Job>,
    ) {
        let Some(case) = cases.get(job.case) else { return };
        let is_try = matches!(job.goal, Goal::Try);
        if is_try && job.tests.is_empty() {
            job.tests = self.choice.chosen(case, job.reach);
        }
        if job.tests.is_empty() {
            self.without_tests(cases, job.case);
            return;
        }
        let key = self.key();
        let mut order = self.choice.order(key, job.reach, &job.tests);
        if job.is_patient {
            order.wall *= PATIENCE;
            order.walls.iter_mut().for_each(|wall| *wall *= PATIENCE);
        }
        order.again = (job.reach == Reach::Again).then_some(case.file);
        order.whole = job.reach == Reach::All;
        order.rest = order.whole && is_try;
        order.fault = is_try.then(|| case.edit.clone());
        zygote.order(&order);
        running.insert(key, job);
    }

    /// What comes of what a child told.
    pub(super) fn judge(&mut self, cases: &[Case<'_>], job: Job, told: Told) -> Next {
        match job.goal.clone() {
            Goal::Try => self.judge_attempt(cases, job, told),
            Goal::Confirm { message, killer } => self.judge_confirmation(cases, job, told, (message, killer)),
        }
    }

    fn judge_attempt(&mut self, cases: &[Case<'_>], job: Job, told: Told) -> Next {
        let Some(case) = cases.get(job.case) else {
            return Next::Done;
        };
        if job.reach == Reach::Few && !is_verdict_of_few(&told) {
            return Next::Job(Job {
                is_narrowed: job.is_narrowed,
                ..Job::attempt(job.case, Reach::All)
            });
        }
        let count = job.tests.len();
        let (status, reason, killer, ran) = match told {
            Told::Passed => {
                if self.choice.shaky(case).is_some() {
                    self.without_tests(cases, job.case);
                    return Next::Done;
                }
                (Status::Survived, None, None, count)
            }
            Told::Failed { name, ran, message } => {
                let killer = self.place(&job, name.as_deref(), ran);
                let test = killer.and_then(|place| job.tests.get(place).copied());
                let trust = test.and_then(|test| self.choice.trust(job.reach, test));
                if job.reach == Reach::All
                    && trust.is_none()
                    && let Some(test) = test
                {
                    self.choice.killed(case, test);
                    // to collect it alone is quicker than to collect everything without the fault
                    if !job.is_narrowed {
                        return Next::Job(Job {
                            tests: vec![test],
                            is_narrowed: true,
                            ..Job::attempt(job.case, Reach::Few)
                        });
                    }
                }
                if let Some(place) = killer.filter(|_| trust != Some(Trust::Trusted)) {
                    return Next::Job(Job {
                        tests: job.tests.iter().copied().take(place + 1).collect(),
                        goal: Goal::Confirm {
                            message,
                            killer: test,
                        },
                        ..job
                    });
                }
                (Status::Killed, Some(message), test, ran)
            }
            Told::Broken(message) if job.reach == Reach::Few && !self.is_sound(&job.tests) => {
                return Next::Job(Job {
                    goal: Goal::Confirm {
                        message,
                        killer: None,
                    },
                    ..job
                });
            }
            Told::Broken(message) => (Status::Killed, Some(message), None, 0),
            Told::Late if !job.is_patient => {
                return Next::Job(Job {
                    is_patient: true,
                    ..job
                });
            }
            Told::Timeout | Told::Late => (
                Status::Timeout,
                Some("its tests did not end in time".to_owned()),
                None,
                count,
            ),
            Told::Ended(why) => (Status::Killed, Some(why), None, count),
            Told::Unswapped { raises } => return Next::Fresh { raises },
            Told::Unviable(why) => (Status::CompileError, Some(why), None, 0),
            Told::Nothing(why) => {
                self.not_measured(cases, job.case, &why);
                return Next::Done;
            }
        };
        self.settle(case, job.case, status, reason, killer, ran);
        Next::Done
    }

    fn judge_confirmation(
        &mut self,
        cases: &[Case<'_>],
        job: Job,
        told: Told,
        (message, killer): (String, Option<usize>),
    ) -> Next {
        let Some(case) = cases.get(job.case) else {
            return Next::Done;
        };
        let shaky = match told {
            Told::Passed => {
                if job.reach == Reach::Few {
                    self.sound.insert(self.test_files(&job.tests));
                }
                if let Some(killer) = killer {
                    self.choice.believe(job.reach, killer, Trust::Trusted);
                }
                let ran = job.tests.len();
                self.settle(case, job.case, Status::Killed, Some(message), killer, ran);
                return Next::Done;
            }
            Told::Failed { ran, .. } => job.tests.get(ran.saturating_sub(1)).copied().or(killer),
            Told::Broken(_)
            | Told::Timeout
            | Told::Late
            | Told::Ended(_)
            | Told::Unswapped { .. }
            | Told::Unviable(_)
            | Told::Nothing(_) => killer,
        };
        if job.reach == Reach::Few {
            // it may need the others
            return Next::Job(Job {
                is_narrowed: job.is_narrowed,
                ..Job::attempt(job.case, Reach::All)
            });
        }
        if let Some(shaky) = shaky {
            self.choice.believe(job.reach, shaky, Trust::Shaky);
        }
        Next::Job(Job::attempt(job.case, job.reach))
    }

    /// Where among the tests of a job the one stands that failed. After a fresh import some may have gone.
    fn place(&self, job: &Job, name: Option<&str>, ran: usize) -> Option<usize> {
        let is_it = |test: &usize| self.choice.suite.names.get(*test).map(String::as_str) == name;
        match job.reach {
            Reach::Chosen | Reach::Again => ran.checked_sub(1).filter(|place| *place < job.tests.len()),
            Reach::Few | Reach::All => job.tests.iter().position(is_it),
        }
    }

    fn is_sound(&self, tests: &[usize]) -> bool {
        self.sound.contains(&self.test_files(tests))
    }

    /// The files in which tests stand.
    fn test_files(&self, tests: &[usize]) -> BTreeSet<String> {
        let names = tests.iter().filter_map(|test| self.choice.suite.names.get(*test));
        names
            .filter_map(|name| name.split("::").next())
            .map(str::to_owned)
            .collect()
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
        if let Some(killer) = killer {
            self.choice.killed(case, killer);
        }
        let outcome = Outcome {
            id: case.mutant.id.clone(),
            status,
            reason,
            covered_by: self.choice.suite.named(case.reaching.iter().copied()),
            killed_by: self.choice.suite.named(killer),
            tests_run: ran,
        };
        self.outcomes.insert(index, outcome);
    }

    /// Nothing that could be believed is left to run.
    fn without_tests(&mut self, cases: &[Case<'_>], index: usize) {
        let Some(case) = cases.get(index) else { return };
        let shaky = self.choice.shaky(case).map(|test| {
            format!("`{test}` reaches it, and fails without any fault when it does not run among all others")
        });
        match shaky {
            Some(why) => self.not_measured(cases, index, &why),
            None => self.settle(case, index, Status::NoCoverage, None, None, 0),
        }
    }

    /// Runs some tests without a change of the functions: the fault is on the disk.
    pub(super) fn look(&mut self, zygote: &mut Zygote, tests: &[usize]) -> Seen {
        let sorted = self
            .choice
            .sorted(&tests.iter().copied().collect(), Reach::Chosen);
        if sorted.is_empty() {
            return Seen::Nothing;
        }
        let key = self.key();
        zygote.order(&self.choice.order(key, Reach::Chosen, &sorted));
        let Some(answer) = zygote.answer(|_| {}) else {
            return Seen::Nothing;
        };
        match Told::of(answer) {
            Told::Passed => Seen::Passed,
            Told::Failed { ran, message, .. } => {
                let killer = sorted.get(ran.saturating_sub(1)).copied();
                Seen::Noticed { killer, message }
            }
            Told::Timeout | Told::Late => Seen::Noticed {
                killer: None,
                message: "its tests did not end in time".to_owned(),
            },
            Told::Broken(message) | Told::Ended(message) => Seen::Noticed {
                killer: None,
                message,
            },
            Told::Unswapped { .. } | Told::Unviable(_) | Told::Nothing(_) => Seen::Nothing,
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
