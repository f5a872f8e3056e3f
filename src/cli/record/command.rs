//! How does the recorded command run, so that a signal to this program leaves nobody behind?
//!
//! A signal that would end this program is passed on instead, and the command's own end is waited for. At a terminal
//! the command stays in our process group, or it could not read what is typed; Ctrl-C and Ctrl-\ then reach it by
//! themselves. Elsewhere it leads a group of its own, and the whole group is told. Only `SIGKILL` cannot be passed on.

use std::{
    io,
    process::{Command, ExitStatus},
};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// Its exit code as a shell gives it: 128 and the number of the signal where one ended it.
    pub(super) code: u8,
    /// This program was told to end while the command ran: what it made may be half of what it makes.
    pub(super) interrupted: bool,
}

impl Ended {
    fn new(status: ExitStatus, signal: Option<i32>) -> Self {
        let code = exit_code(status);
        // a command that ends well when it is told to stop did not do what it was asked for
        let code = match signal {
            Some(signal) if code == 0 => by_signal(signal),
            Some(_) | None => code,
        };
        Self {
            code,
            interrupted: signal.is_some(),
        }
    }
}

fn by_signal(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return by_signal(signal);
    }
    let code = status.code().unwrap_or(i32::from(u8::MAX));
    // a code that does not fit, as on Windows, must not become a 0
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// Runs a command to its end; signals have their usual effect.
///
/// # Errors
/// It cannot be started.
#[cfg(not(unix))]
pub(super) fn run(command: &mut Command) -> io::Result<Ended> {
    command.status().map(|status| Ended::new(status, None))
}

/// Runs a command to its end and passes on the signals that would end this program.
///
/// # Errors
/// It cannot be started, or signals cannot be received.
#[cfg(unix)]
pub(super) fn run(command: &mut Command) -> io::Result<Ended> {
    unix::run(command)
}

#[cfg(unix)]
mod unix {
    use std::{
        io::{self, IsTerminal as _},
        os::unix::process::CommandExt as _,
        process::Command,
        sync::atomic::{AtomicI32, Ordering},
        thread,
    };

    use rustix::process::{Pid, Signal, kill_process, kill_process_group};
    use signal_hook::iterator::Signals;

    use super::Ended;

    /// Signals that end a program that does nothing about them, and the same in the words of the other library.
    const PASSED_ON: &[(i32, Signal)] = &[
        (signal_hook::consts::SIGHUP, Signal::HUP),
        (signal_hook::consts::SIGINT, Signal::INT),
        (signal_hook::consts::SIGQUIT, Signal::QUIT),
        (signal_hook::consts::SIGTERM, Signal::TERM),
    ];

    pub(super) fn run(command: &mut Command) -> io::Result<Ended> {
        let at_terminal = io::stdin().is_terminal();
        if !at_terminal {
            command.process_group(0);
        }
        // before the start, so that none is lost; it waits until there is somebody to pass it on to
        let mut signals = Signals::new(PASSED_ON.iter().map(|(number, _)| number))?;
        let mut child = command.spawn()?;
        let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let last = AtomicI32::new(0);
        let handle = signals.handle();
        let status = thread::scope(|scope| {
            scope.spawn(|| {
                for number in signals.forever() {
                    last.store(number, Ordering::SeqCst);
                    if let Some(leader) = leader {
                        pass_on(number, leader, at_terminal);
                    }
                }
            });
            let status = child.wait();
            handle.close();
            status
        })?;
        let last = last.load(Ordering::SeqCst);
        Ok(Ended::new(status, (last != 0).then_some(last)))
    }

    /// Tells the command; one that has ended in the meantime needs no word.
    fn pass_on(number: i32, leader: Pid, at_terminal: bool) {
        let Some((_, signal)) = PASSED_ON.iter().find(|(known, _)| *known == number) else {
            return;
        };
        let by_keyboard = matches!(*signal, Signal::INT | Signal::QUIT);
        let _gone = match at_terminal {
            // the terminal told the command already, and a second Ctrl-C would cut its last words short
            true if by_keyboard => Ok(()),
            true => kill_process(leader, *signal),
            false => kill_process_group(leader, *signal),
        };
    }
}
