//! Is a file no program of its own, which begins with `#!`?

use super::Seen;

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    !seen.file.text.starts_with("#!")
}
