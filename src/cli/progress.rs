//! How far is a run? A bar with the time left on a terminal, plain lines elsewhere; always on standard error.

use std::{
    io::{self, IsTerminal as _},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::output;
use crate::mutate::Progress;

/// Cells of the bar.
const CELLS: usize = 24;
/// How often the bar is drawn at most.
const REDRAWN: Duration = Duration::from_millis(100);
/// How often a plain line is written at most: logs of CI systems are kept.
const REPEATED: Duration = Duration::from_secs(30);

/// Shows how far a run is.
#[derive(Debug)]
pub(super) struct Shown {
    /// Its width in columns, where it goes to a terminal.
    columns: Option<usize>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    name: String,
    total: Option<usize>,
    done: usize,
    began: Instant,
    last: Option<Instant>,
}

impl Shown {
    /// On standard error, as that can show it.
    pub(super) fn new() -> Self {
        let terminal = io::stderr();
        let is_terminal =
            terminal.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let columns = is_terminal.then(|| terminal_size::terminal_size_of(terminal));
        Self {
            columns: columns.map(|size| size.map_or(80, |(width, _)| usize::from(width.0))),
            state: Mutex::new(State {
                name: String::new(),
                total: None,
                done: 0,
                began: Instant::now(),
                last: None,
            }),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if self.columns.is_some() {
            output::status("");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the state if it is time to.
    fn show(&self, state: &mut State) {
        let pause = if self.columns.is_some() { REDRAWN } else { REPEATED };
        let is_time = state.last.is_none_or(|last| last.elapsed() >= pause);
        if !is_time {
            return;
        }
        state.last = Some(Instant::now());
        let line = state.line(state.began.elapsed(), self.columns.is_some());
        match self.columns {
            Some(columns) => {
                output::status(&line.chars().take(columns.saturating_sub(1)).collect::<String>())
            }
            None => output::note(&line),
        }
    }
}

impl State {
    fn line(&self, spent: Duration, with_bar: bool) -> String {
        let name = &self.name;
        let Some(total) = self.total.filter(|total| *total > 0) else {
            return name.clone();
        };
        let done = self.done.min(total);
        let bar = if with_bar {
            let full = CELLS * done / total;
            format!(" [{}{}]", "#".repeat(full), "-".repeat(CELLS - full))
        } else {
            String::new()
        };
        format!("{name}{bar} {done}/{total}{}", left(done, total, spent))
    }
}

/// The time that the rest takes if it goes on as before.
fn left(done: usize, total: usize, spent: Duration) -> String {
    let Ok(each) = u32::try_from(done) else {
        return String::new();
    };
    let Ok(rest) = u32::try_from(total - done) else {
        return String::new();
    };
    if each == 0 || rest == 0 {
        return String::new();
    }
    let seconds = (spent / each * rest).as_secs();
    match seconds {
        0..60 => format!(", {seconds} s left"),
        60..3_600 => format!(", {} min {} s left", seconds / 60, seconds % 60),
        _ => format!(", {} h {} min left", seconds / 3_600, seconds % 3_600 / 60),
    }
}

impl Progress for Shown {
    fn step(&self, name: &str, total: Option<usize>) {
        let mut state = self.state();
        *state = State {
            name: name.to_owned(),
            total,
            done: 0,
            began: Instant::now(),
            last: None,
        };
        self.show(&mut state);
    }

    fn advance(&self) {
        let mut state = self.state();
        state.done += 1;
        self.show(&mut state);
    }

    fn note(&self, text: &str) {
        let mut state = self.state();
        if self.columns.is_some() {
            output::status("");
        }
        output::note(text);
        state.last = None;
        if self.columns.is_some() {
            self.show(&mut state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_and_the_time_left_follow_the_work() {
        let state = State {
            name: "mutants".to_owned(),
            total: Some(48),
            done: 12,
            began: Instant::now(),
            last: None,
        };
        let spent = Duration::from_secs(30);
        assert_eq!(
            state.line(spent, true),
            "mutants [######------------------] 12/48, 1 min 30 s left"
        );
        assert_eq!(state.line(spent, false), "mutants 12/48, 1 min 30 s left");
    }

    #[test]
    fn nothing_is_promised_before_the_first_and_after_the_last() {
        assert_eq!(left(0, 5, Duration::from_secs(9)), "");
        assert_eq!(left(5, 5, Duration::from_secs(9)), "");
        assert_eq!(left(1, 2, Duration::from_secs(9_000)), ", 2 h 30 min left");
    }
}
