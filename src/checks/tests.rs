//! Did tests really run, pass, and keep their strength?

pub mod count_drop;
pub mod failing;
pub mod flaky;
pub mod implausible_time;
pub mod none_executed;
pub mod report_missing;
pub mod required_suite;
pub mod uncovered_lines;
