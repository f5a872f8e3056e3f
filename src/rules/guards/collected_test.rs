//! Is the function at a hit a test that a runner collects?

use super::Context;

/// A function in a function and a method of an ordinary class are no tests, whatever their names.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    context
        .facts
        .is_some_and(|facts| facts.test_at(context.hit.line).is_some())
}
