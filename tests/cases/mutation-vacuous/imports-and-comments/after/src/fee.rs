//! Fees in cents.

use std::fmt;
use std::io;

/// Money.
pub type Cents = u64;

/// Somewhere to print to.
pub struct Sink {
    out: Box<dyn io::Write>,
    last: fmt::Error,
}

/// What it costs to ship an order.
pub fn shipping(total: u64) -> u64 {
    if total >= 5_000 { 0 } else { 490 }
}
