//! Is the work said to be ready for production, or complete in every part?

use super::{Draft, Found, holds};
use crate::{
    claims::modality::{Reading, Why},
    evidence::claims::Form,
};

const READY: &[&str] = &[
    "production ready",
    "production-ready",
    "ready for production",
    "fully functional",
    "fully operational",
    "ready to ship",
    "fully complete",
    "100% complete",
    "ready for deployment",
    "ready to deploy",
    "fully implemented",
    "fully working",
    "everything works",
    "works perfectly",
];

/// The claims of readiness.
///
/// # Errors
/// Readiness is spoken of, and not claimed.
pub fn read(reading: &Reading<'_>) -> Found {
    if !holds(reading.tokens, READY) {
        return Ok(Vec::new());
    }
    match reading.cue_but(&[Why::Known]) {
        Some(why) => Err(why),
        None => Ok(vec![Draft::new(Form::Readiness)]),
    }
}
