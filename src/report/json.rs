//! How does a program read the verdict? Version 1 of the JSON report.

use std::io::{self, Write};

use super::{Look, Report};

/// The version of the schema that this program writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

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
