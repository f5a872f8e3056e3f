//! Do tests notice a fault only through programs that they start?
//!
//! Nobody sees what runs in such a program, and a fault in memory does not get there. So the faulty file is written to the
//! disk, one fault at a time, and the tests that start programs run.

use std::{
    fs::{self, File, FileTimes},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use super::{
    fresh::is_over,
    suite::Suite,
    trial::{Case, Seen, Trial},
    zygote::Zygote,
};
use crate::evidence::mutation::Status;

/// Runs the tests that start programs on every fault that no other test noticed.
pub(super) fn run(
    trial: &mut Trial<'_>,
    zygote: &mut Zygote,
    suite: &Suite,
    cases: &[Case<'_>],
    (files, until): (&[PathBuf], Option<Instant>),
) {
    let starting = starting(suite);
    if starting.is_empty() {
        return;
    }
    for (number, index) in (0_u64..).zip(unnoticed(trial)) {
        let Some((case, file)) = cases
            .get(index)
            .and_then(|case| Some((case, files.get(case.file)?)))
        else {
            continue;
        };
        if is_over(until) {
            trial.not_measured(
                cases,
                index,
                "tests start programs that may reach it, and the time for them was over (`--budget` gives more)",
            );
            continue;
        }
        let seen = on_disk(file, case, number, || trial.look(zygote, &starting));
        match seen {
            Ok(Seen::Passed) if case.reaching.is_empty() => {
                // it may not even have been reached: what is known is only that nobody noticed
                trial.unnoticed(cases, index, Status::NoCoverage);
            }
            Ok(Seen::Passed) => trial.unnoticed(cases, index, Status::Survived),
            Ok(Seen::Noticed { killer, message }) => trial.noticed(cases, index, killer, message),
            Ok(Seen::Nothing) => {
                trial.not_measured(cases, index, "the tests that start programs did not run")
            }
            Err(error) => trial.not_measured(cases, index, &format!("its file cannot be written: {error}")),
        }
    }
}

/// Where no interpreter has collected tests that may run beside a file that changes: nothing is known.
pub(super) fn leave_open(trial: &mut Trial<'_>, suite: &Suite, cases: &[Case<'_>]) {
    if starting(suite).is_empty() {
        return;
    }
    for index in unnoticed(trial) {
        let why = "tests start programs that may reach it, and threads run when they are collected";
        trial.not_measured(cases, index, why);
    }
}

/// The tests that start programs.
fn starting(suite: &Suite) -> Vec<usize> {
    let starts = |test: &usize| suite.tests.get(*test).is_some_and(|test| test.starts);
    suite.usable().filter(starts).collect()
}

/// The faults that no test has noticed yet.
fn unnoticed(trial: &Trial<'_>) -> Vec<usize> {
    let is_unnoticed = |status: Status| status.counts() && !status.detected();
    let open = trial
        .outcomes
        .iter()
        .filter(|(_, outcome)| is_unnoticed(outcome.status));
    open.map(|(case, _)| *case).collect()
}

/// Does something while the faulty file is on the disk.
fn on_disk<T>(file: &Path, case: &Case<'_>, number: u64, act: impl FnOnce() -> T) -> io::Result<T> {
    let whole = fs::read(file)?;
    let (start, end) = (case.edit.start as usize, case.edit.end as usize);
    let mut faulty = whole.get(..start).unwrap_or_default().to_vec();
    faulty.extend(case.edit.text.as_bytes());
    faulty.extend(whole.get(end..).unwrap_or_default());
    write(file, &faulty, number * 2 + 1)?;
    let done = act();
    write(file, &whole, number * 2 + 2)?;
    Ok(done)
}

/// Writes a file with a time that no other version of it has: compiled files are found again by size and second.
fn write(file: &Path, bytes: &[u8], number: u64) -> io::Result<()> {
    fs::write(file, bytes)?;
    let time = SystemTime::now() + Duration::from_secs(number);
    File::options()
        .write(true)
        .open(file)?
        .set_times(FileTimes::new().set_modified(time))
}
