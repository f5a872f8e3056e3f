//! How does a program read the verdict? Version 1 of the JSON report.

use std::io::{self, Write};

use super::{Look, Report};
use crate::evidence::earlier::SCHEMA_VERSION;

/// Writes the report.
///
/// # Errors
/// The output cannot be written.
pub fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{{\"schema_version\":{SCHEMA_VERSION},\"verdict\":\"{}\"}}",
        report.verdict.name()
    )
}
