//! What may a command use?

use std::time::Duration;

/// What a command may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time on the clock of the wall until its group is killed; `None` for one that is ended otherwise.
    pub wall: Option<Duration>,
    /// Seconds of processor time of each of its processes; the system enforces it (Linux).
    pub cpu: Option<u64>,
    /// Bytes of address space of each of its processes; the system enforces it (Linux).
    pub memory: Option<u64>,
    /// Bytes kept of each of its two outputs. What it writes beyond is read and thrown away; of 0, nothing is read.
    pub output: usize,
}

impl Limits {
    /// So long, and so many bytes of each output.
    pub const fn of(wall: Duration, output: usize) -> Self {
        Self {
            wall: Some(wall),
            cpu: None,
            memory: None,
            output,
        }
    }

    /// With a limit of the address space, in bytes.
    #[must_use]
    pub const fn with_memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// With a limit of the processor time, in seconds.
    #[must_use]
    pub const fn with_cpu(mut self, seconds: u64) -> Self {
        self.cpu = Some(seconds);
        self
    }
}
