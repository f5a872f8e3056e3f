//! Is a hit handed to a call that prints or logs?

use super::Seen;
use crate::code::rules::lists;

/// The last name of such a call.
const CALLS: &[&str] = &[
    "print",
    "println",
    "printf",
    "eprint",
    "eprintln",
    "echo",
    "log",
    "debug",
    "info",
    "warn",
    "warning",
    "error",
    "exception",
    "critical",
    "trace",
    "fatal",
    "notice",
    "success",
];
/// What such a call is asked of, where its own name says too little.
const LOGGERS: &[&str] = &[
    "console",
    "log",
    "logger",
    "logging",
    "slog",
    "tracing",
    "fmt",
    "system.out",
    "system.err",
];
/// Names that say enough by themselves.
const PLAIN: &[&str] = &["print", "println", "printf", "eprint", "eprintln"];

pub(super) fn keeps(seen: &Seen<'_>) -> bool {
    lists::call_around(seen).is_some_and(is_log)
}

fn is_log(name: &str) -> bool {
    let name = name.trim_end_matches('!').to_lowercase();
    let (owner, last) = name.rsplit_once(['.', ':']).unwrap_or(("", &name));
    let owner = owner.trim_end_matches(':');
    let is_logger = LOGGERS
        .iter()
        .any(|one| owner.rsplit(['.', ':']).next() == Some(one) || owner.ends_with(one));
    PLAIN.contains(&last) || CALLS.contains(&last) && (owner.is_empty() || is_logger)
}

#[cfg(test)]
mod tests {
    use super::is_log;

    #[test]
    fn what_prints_or_logs_is_told_by_its_name() {
        for call in [
            "print",
            "console.log",
            "self.logger.info",
            "println!",
            "tracing::warn!",
            "System.out.println",
            "log.error",
            "fmt.Println",
        ] {
            assert!(is_log(call), "{call}");
        }
        for call in [
            "render",
            "button.success",
            "response.error",
            "label",
            "catalog.add",
        ] {
            assert!(!is_log(call), "{call}");
        }
    }
}
