//! Does every assertion of the test at a hit stand where it may be passed by?

use super::Context;
use crate::code::facts::{Assertion, AssertionKind};

/// Where the place is no test, the hit goes. Tests of many cases pass by what is not theirs.
pub(super) fn keeps(context: &Context<'_>) -> bool {
    let Some(test) = context.facts.and_then(|facts| facts.test_at(context.hit.line)) else {
        return false;
    };
    let may_pass_by =
        |one: &Assertion| one.conditional && matches!(one.kind, AssertionKind::Value | AssertionKind::Mock);
    let helped = !test.helpers.is_empty() || test.expects_exception || test.parametrised;
    !helped && !test.assertions.is_empty() && test.assertions.iter().all(may_pass_by)
}
