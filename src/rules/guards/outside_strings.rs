//! Does the line of a hit begin outside of every string?

use super::Context;

/// Where the file is in no language that is read, it does.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let line = context.hit.line;
    let strings = context
        .facts
        .map(|facts| facts.strings.as_slice())
        .unwrap_or_default();
    let first = strings.partition_point(|span| span.last < line);
    let around = strings.iter().skip(first).take_while(|span| span.first <= line);
    let mut around = around.filter(|span| span.first < line || span.start <= context.hit.start);
    !around.any(|span| context.hit.start < span.end)
}
