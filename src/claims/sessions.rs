//! What do the agents' own logs say about a file that the change does not treat as claimed?
//!
//! Context for a reader, never a judgement: an edit that failed explains a false claim, one that was made and is not in the
//! change explains a lost one.

use crate::{
    escape,
    evidence::claims::transcripts::{Edit, Outcome, Session},
};

/// One line a session that says something about the file.
pub fn about(sessions: &[Session], target: &str) -> Vec<String> {
    sessions
        .iter()
        .filter_map(|session| one(session, target))
        .collect()
}

fn one(session: &Session, target: &str) -> Option<String> {
    let shown = escape::line(target);
    let edits: Vec<&Edit> = session.edits.iter().filter(|edit| is_of(edit, target)).collect();
    let place = |edit: &Edit| format!("{}:{}", escape::line(&session.file), edit.line);
    if let Some(made) = edits.iter().rfind(|edit| edit.outcome == Outcome::Done) {
        return Some(format!(
            "{}: the agent did edit `{shown}`; it is not in the change",
            place(made)
        ));
    }
    match edits.last() {
        Some(edit) => {
            let how = match edit.outcome {
                Outcome::Failed(_) => "failed",
                Outcome::Refused => "was refused",
                Outcome::Done | Outcome::Unknown => return None,
            };
            Some(format!("{}: the agent's edit of `{shown}` {how}", place(edit)))
        }
        None => {
            let is_whole = session.is_whole().is_ok() && !session.edits.is_empty();
            is_whole.then(|| {
                format!(
                    "{}: the transcript shows no edit of `{shown}`",
                    escape::line(&session.file)
                )
            })
        }
    }
}

/// Whether an edit is of the file: one path ends with the other, at a folder's boundary.
fn is_of(edit: &Edit, target: &str) -> bool {
    let path = edit.path.replace('\\', "/");
    let target = target.trim().trim_start_matches("./");
    let ends = |long: &str, short: &str| long == short || long.ends_with(&format!("/{short}"));
    !target.is_empty() && (ends(&path, target) || ends(target, &path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::claims::transcripts::{Agent, Kind};

    fn session(edits: &[(&str, Outcome)]) -> Session {
        let edit = |(step, (path, outcome)): (usize, &(&str, Outcome))| Edit {
            step,
            line: 7,
            path: (*path).to_owned(),
            kind: Kind::Edited,
            outcome: *outcome,
        };
        Session {
            agent: Agent::Claude,
            file: "session.jsonl".to_owned(),
            final_message: None,
            edits: (1..).zip(edits).map(edit).collect(),
            commands: Vec::new(),
            truncated: None,
            gap: None,
        }
    }

    #[test]
    fn the_log_explains_what_became_of_an_edit() {
        let path = "/home/dev/repo/src/a.rs";
        for (edits, says) in [
            (vec![(path, Outcome::Failed(None))], Some("`src/a.rs` failed")),
            (vec![(path, Outcome::Refused)], Some("`src/a.rs` was refused")),
            (
                vec![(path, Outcome::Failed(None)), (path, Outcome::Done)],
                Some("did edit `src/a.rs`"),
            ),
            (
                vec![("/home/dev/repo/b.rs", Outcome::Done)],
                Some("shows no edit of `src/a.rs`"),
            ),
            (vec![(path, Outcome::Unknown)], None),
            (
                vec![("/home/dev/repo/xsrc/a.rs", Outcome::Done)],
                Some("shows no edit"),
            ),
            (Vec::new(), None),
        ] {
            let lines = about(&[session(&edits)], "src/a.rs");
            match says {
                Some(says) => assert!(lines[0].contains(says), "{lines:?}"),
                None => assert!(lines.is_empty(), "{lines:?}"),
            }
        }
        let mut gap = session(&[("b.rs", Outcome::Done)]);
        gap.gap = Some("line 3 cannot be read".to_owned());
        assert!(about(&[gap], "src/a.rs").is_empty(), "a gap may have held it");
    }
}
