//! Do the tests notice a fault in code that runs while its file is imported?
//!
//! The file must be imported afresh, and all that was made from it: the tests are collected again, in a child of an
//! interpreter that stopped before the import. That takes longer than most tests. So the file is first run again where
//! it stands, in a child of the interpreter that has collected everything: this decides nothing, but shows which test
//! is worth collecting.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use super::{
    choice::Reach,
    messages::{Do, Order},
    told::Told,
    trial::{Case, Job, Left, Next, Trial},
    zygote::Zygote,
};
use crate::mutate::Progress;

/// Time to find out whether a file may run again where it stands.
const EXAMINATION: Duration = Duration::from_secs(30);
/// Tests that are collected alone where nothing tells which of them may notice a fault.
const FEW: usize = 24;

impl Trial<'_> {
    /// Whether a file runs again where it stands as if it were imported afresh.
    pub(super) fn examine(&mut self, zygote: &mut Zygote, file: usize) -> bool {
        let tests = self.choice.plain_first(&self.choice.suite.around(file));
        let key = self.key();
        let order = self.choice.order(key, Reach::Again, &tests);
        zygote.order(&Order {
            what: Do::Examine,
            again: Some(file),
            wall: EXAMINATION.as_secs_f64(),
            busy: EXAMINATION.as_secs_f64(),
            cpu: order.cpu.map(|cpu| cpu + EXAMINATION.as_secs()),
            memory: None,
            ..order
        });
        let answer = zygote.answer(|_| {});
        answer.is_some_and(|answer| Told::of(answer) == Told::Passed)
    }

    /// The first run for each of these cases after a fresh import.
    pub(super) fn screen(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        which: &[Left],
        until: Option<Instant>,
    ) -> Vec<Job> {
        let (raising, quiet): (Vec<Left>, Vec<Left>) = which.iter().partition(|left| left.raises);
        let mut first: Vec<Job> = raising
            .iter()
            .filter_map(|left| self.any_test(cases, left.case))
            .collect();
        let mut queue: VecDeque<usize> = quiet.iter().map(|left| left.case).collect();
        let mut running: BTreeMap<u64, (usize, Vec<usize>)> = BTreeMap::new();
        loop {
            if is_over(until) {
                // nobody asks any more
                first.extend(queue.drain(..).map(|index| Job::attempt(index, Reach::All)));
            }
            while zygote.busy() < self.jobs
                && let Some(index) = queue.pop_front()
            {
                let Some(case) = cases.get(index) else { continue };
                let tests = self.choice.chosen(case, Reach::Few);
                let tests = self.choice.worth_a_look(tests);
                let key = self.key();
                let mut order = self.choice.order(key, Reach::Chosen, &tests);
                order.what = Do::Screen;
                order.fault = Some(case.edit.clone());
                zygote.order(&order);
                running.insert(key, (index, tests));
            }
            if running.is_empty() {
                return first;
            }
            let Some(answer) = zygote.answer(|_| {}) else {
                // nothing is known of the others
                let open = running.into_values().map(|(index, _)| index).chain(queue);
                first.extend(open.map(|index| Job::attempt(index, Reach::All)));
                return first;
            };
            if let Some((index, tests)) = running.remove(&answer.key) {
                first.push(self.first(cases, index, &tests, &Told::of(answer)));
            }
        }
    }

    /// What to run first, after the same tests told this of the fault.
    fn first(&mut self, cases: &[Case<'_>], index: usize, tests: &[usize], told: &Told) -> Job {
        let place = match told {
            Told::Failed { ran, .. } => ran.checked_sub(1),
            // the import itself may say it
            Told::Broken(_)
            | Told::Timeout
            | Told::Late
            | Told::Ended(_)
            | Told::Nothing(_)
            | Told::Unviable(_) => Some(0),
            Told::Passed | Told::Unswapped { .. } => None,
        };
        let Some(test) = place.and_then(|place| tests.get(place)) else {
            return Job::attempt(index, Reach::All);
        };
        if let Some(case) = cases.get(index) {
            self.choice.killed(case, *test);
        }
        Job {
            tests: vec![*test],
            ..Job::attempt(index, Reach::Few)
        }
    }

    /// A run of the most promising test, where any may show the fault.
    fn any_test(&self, cases: &[Case<'_>], index: usize) -> Option<Job> {
        let tests = self.choice.chosen(cases.get(index)?, Reach::Few);
        Some(Job {
            tests: tests.into_iter().take(1).collect(),
            ..Job::attempt(index, Reach::Few)
        })
    }

    /// The first run for each of these cases where nothing can be known before.
    pub(super) fn unscreened(&self, cases: &[Case<'_>], which: &[Left]) -> Vec<Job> {
        let few = |left: &Left| {
            let mut tests = self.choice.chosen(cases.get(left.case)?, Reach::Few);
            tests.truncate(FEW);
            Some(Job {
                tests,
                ..Job::attempt(left.case, Reach::Few)
            })
        };
        which.iter().filter_map(few).collect()
    }

    /// Finds out how long a child takes that collects everything, without a fault: one that takes much longer never ends.
    fn time_collection(&mut self, zygote: &mut Zygote) {
        let Some(test) = self.choice.suite.usable().next() else {
            return;
        };
        let key = self.key();
        let order = self.choice.order(key, Reach::All, &[test]);
        let began = Instant::now();
        zygote.order(&Order { whole: true, ..order });
        let answer = zygote.answer(|_| {});
        if answer.is_some_and(|answer| Told::of(answer) == Told::Passed) {
            self.choice.collection_takes(began.elapsed());
        }
    }

    /// Measures faults by importing their file afresh, each in a child of `zygote`.
    pub(super) fn import(
        &mut self,
        zygote: &mut Zygote,
        cases: &[Case<'_>],
        jobs: Vec<Job>,
        until: Option<Instant>,
        progress: &dyn Progress,
    ) {
        if jobs.is_empty() {
            return;
        }
        self.time_collection(zygote);
        let mut queue: VecDeque<Job> = jobs.into();
        let mut running: BTreeMap<u64, Job> = BTreeMap::new();
        loop {
            while zygote.busy() < self.jobs
                && !is_over(until)
                && let Some(job) = queue.pop_front()
            {
                self.start(zygote, cases, job, &mut running);
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
            match self.judge(cases, job, Told::of(answer)) {
                Next::Done => progress.advance(),
                Next::Job(job) => queue.push_front(job),
                Next::Fresh { .. } => self.not_measured(cases, case, NOT_AFRESH),
            }
        }
        for job in running.into_values() {
            self.not_measured(cases, job.case, "the interpreter ended");
        }
        for job in queue {
            let why = if is_over(until) {
                "its code runs at import, and the time for such code was over (`--budget` gives more)"
            } else {
                "the interpreter ended"
            };
            self.not_measured(cases, job.case, why);
        }
    }
}

/// Whether the time is over; there may be no end of it.
pub(super) fn is_over(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}

/// Why nothing is known of a fault in a file that is there before pytest is.
pub(super) const NOT_AFRESH: &str = "its file cannot be imported afresh";
