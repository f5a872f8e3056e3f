//! How does a person read the verdict? In the style of rustc: what, where, the evidence, the fix.

use std::io::{self, Write};

use super::{Look, Report, State};

/// Writes the report.
///
/// # Errors
/// The output cannot be written.
pub fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    for item in report.items.iter().filter(|item| item.state == State::Broken) {
        for finding in &item.findings {
            writeln!(out, "{}[{}]: {}", finding.level, item.id, finding.says)?;
            writeln!(out, "  --> {}", finding.place)?;
            for line in &finding.evidence {
                writeln!(out, "  = evidence: {}", crate::escape::line(line))?;
            }
            writeln!(out, "  = fix: {}", finding.fix)?;
            writeln!(out)?;
        }
    }
    writeln!(
        out,
        "read: {}, {} files",
        report.read.change,
        report.read.files.len()
    )?;
    for (what, why) in &report.lacking {
        writeln!(out, "unproven: {what}: {why}")?;
    }
    writeln!(out, "verdict: {}", report.verdict.name())
}
