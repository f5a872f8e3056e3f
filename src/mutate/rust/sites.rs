//! Where in a Rust file is room for a fault, and what must be known to put it there?

use std::{ops::Range, thread};

use super::{conditions::Condition, constants::Constant, reader};
use crate::{limits, mutate::Fault};

/// How a fault is switched on and off in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The whole expression stands once as it is and once with each fault.
    Node,
    /// The guard of an arm: like a node, but a fault replaces all of it.
    Guard,
    /// An arm is given a guard at the end of its pattern.
    Arm {
        /// The byte after the pattern.
        at: usize,
    },
    /// A function leaves with a value before its first statement.
    Value {
        /// The first byte of the first statement.
        at: usize,
    },
    /// The same for a function of one unnamed type: both its own value and those of faults are wrapped.
    Unnamed {
        /// The first byte of the first statement.
        at: usize,
        /// The first byte of the value that the function ends in.
        from: usize,
        /// The byte after it.
        to: usize,
    },
}

/// A place with one or more faults, of which at most one is switched on.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The bytes of the expression, the arm or the body.
    pub(super) node: Range<usize>,
    /// How it is rendered.
    pub(super) shape: Shape,
    /// Which of the file's faults stand here.
    pub(super) faults: Vec<usize>,
    /// The innermost function around it.
    pub(super) function: Option<usize>,
    /// The constant in whose value it stands.
    pub(super) constant: Option<usize>,
    /// Why no switch can stand here, so that each fault needs a build of its own.
    pub(super) obstacle: Option<&'static str>,
    /// What must be set for it to be compiled.
    pub(super) conditions: Vec<Condition>,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// Its own name.
    pub(super) name: String,
    /// From its first attribute to its end.
    pub(super) span: Range<usize>,
    /// The word `const`, where it stands.
    pub(super) constant: Option<Range<usize>>,
}

/// The start of the body of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    /// Where a statement can be put.
    pub(super) at: usize,
    /// The innermost function around it.
    pub(super) function: Option<usize>,
}

/// What a file has.
#[derive(Clone, Debug, Default)]
pub(super) struct Sites {
    /// Its faults, in the order in which they are found.
    pub(super) faults: Vec<Fault>,
    /// Its places, outer ones first.
    pub(super) sites: Vec<Site>,
    /// Its functions, outer ones first.
    pub(super) functions: Vec<Function>,
    /// Its loops that run when the program runs.
    pub(super) loops: Vec<Loop>,
    /// Its constants that may have room for faults.
    pub(super) constants: Vec<Constant>,
}

impl Sites {
    /// Reads a file, on a stack that deep expressions do not exhaust.
    ///
    /// # Errors
    /// It is not Rust, as far as `syn` knows it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        thread::scope(|scope| {
            let reading = thread::Builder::new()
                .stack_size(limits::PARSER_STACK)
                .spawn_scoped(scope, || reader::read(text));
            let reading = reading.map_err(|why| format!("no thread to parse it: {why}"))?;
            reading.join().map_err(|_| "the parser failed on it".to_owned())?
        })
    }
}
