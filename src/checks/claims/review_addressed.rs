//! Was anything done since about the threads of the review that the author calls addressed?
//!
//! Only a thread whose file no later commit touched speaks against the claim. Questions, praise, threads that were
//! answered or resolved, and threads on commits that are not in the range are left alone.

use crate::{
    checks::Settings,
    claims::{self, Standing, against},
    escape,
    evidence::{
        Evidence,
        change::{Change, Commit},
        claims::{Claim, Form},
        reviews::{Reviews, Thread},
    },
    finding::Level,
    limits,
    path::RepoPath,
};

/// The form that this check decides.
pub const FORMS: &[Form] = &[Form::ReviewAddressed];

/// Lines around a remark within which an edit answers it.
const NEAR: u32 = 10;

/// Remarks that ask for nothing, or for an answer.
const NO_REQUEST: &[&str] = &[
    "lgtm",
    "looks good",
    "nice",
    "great",
    "thanks",
    "thank you",
    "love ",
    "good catch",
    "+1",
    "👍",
    "🎉",
    "praise:",
    "note:",
    "fyi",
    "question:",
    "thought:",
    "nit",
    "optional",
];

/// Every claim that a review was dealt with, with what it comes to.
///
/// # Errors
/// No claims were given.
pub fn standings<'a>(evidence: &'a Evidence, _: &Settings) -> super::Standings<'a> {
    let one = |claim: &Claim| -> Vec<Standing> {
        let reviews = match evidence.reviews() {
            Ok(reviews) => reviews,
            Err(why) => return vec![Standing::Lacking(why)],
        };
        if claim.targets.is_empty() {
            return vec![all(claim, reviews, &evidence.change)];
        }
        let told = |target: &String| named(claim, target, reviews, &evidence.change);
        claim.targets.iter().map(told).collect()
    };
    Ok(claims::judge(evidence.claims()?, FORMS, one))
}

/// What was done about one thread.
enum Done {
    /// A later commit changed lines near it.
    Near,
    /// Nothing that could be told.
    Unclear(String),
    /// No later commit touched its file.
    Nothing(String),
}

fn named(claim: &Claim, target: &str, reviews: &Reviews, change: &Change) -> Standing {
    let shown = escape::line(target);
    let meant: Vec<&Thread> = reviews
        .threads
        .iter()
        .filter(|thread| is_meant(thread, target))
        .collect();
    match meant.as_slice() {
        [] => Standing::unverifiable(format!("the exports hold no thread `{shown}`")),
        [thread] => match done(thread, change) {
            Done::Near => Standing::Supported(None),
            Done::Unclear(why) => Standing::Unverifiable(why),
            Done::Nothing(why) => {
                let says = format!("thread `{shown}` is said to be addressed, and {why}");
                against(claim, says).because(quote(thread)).fix(FIX).into()
            }
        },
        threads => Standing::unverifiable(format!("`{shown}` may mean {} threads", threads.len())),
    }
}

const FIX: &str = "deal with the thread, answer it, or say that it is still open";

/// Every thread at once.
fn all(claim: &Claim, reviews: &Reviews, change: &Change) -> Standing {
    let (mut near, mut undone, mut unclear) = (0, Vec::new(), None);
    for thread in &reviews.threads {
        match done(thread, change) {
            Done::Near => near += 1,
            Done::Unclear(why) => unclear = unclear.or(Some(why)),
            Done::Nothing(why) => undone.push((thread, why)),
        }
    }
    let Some((_, why)) = undone.first() else {
        return match unclear {
            Some(why) if near == 0 => Standing::Unverifiable(why),
            None if near == 0 => Standing::unverifiable("the exports hold no thread"),
            Some(_) | None => Standing::Supported(None),
        };
    };
    let says = match undone.len() {
        1 => format!("the review is said to be addressed, and of one thread {why}"),
        count => {
            format!("the review is said to be addressed, and nothing was done about {count} of its threads")
        }
    };
    let finding = undone
        .iter()
        .take(limits::NAMED)
        .fold(against(claim, says).fix(FIX), |finding, (thread, _)| {
            finding.because(quote(thread))
        });
    // what was asked in one file may have been done in another; where nothing was done about any, it was not
    let is_whole = near == 0 && unclear.is_none();
    if is_whole {
        finding
    } else {
        finding.at_most(Level::Warn)
    }
    .into()
}

fn quote(thread: &Thread) -> String {
    let place = thread.path.clone().unwrap_or_default();
    let line = thread
        .lines
        .map_or_else(String::new, |(_, last)| format!(":{last}"));
    let body = escape::line(thread.body.trim());
    format!(
        "thread {} by {} at {}{line}: {}",
        escape::line(&thread.id),
        escape::line(&thread.author),
        escape::line(&place),
        escape::cut(&body, limits::SHOWN_BYTES)
    )
}

/// A thread by its id, by that of a comment, by `path:line`, or by its author.
fn is_meant(thread: &Thread, target: &str) -> bool {
    let target = target.trim().trim_start_matches(['#', '@']);
    let at = thread
        .path
        .as_ref()
        .zip(thread.lines)
        .map(|(path, (_, line))| format!("{path}:{line}"));
    thread.id == target
        || thread.comments.iter().any(|id| id == target)
        || thread.author == target
        || at.as_deref() == Some(target)
}

fn done(thread: &Thread, change: &Change) -> Done {
    let id = escape::line(&thread.id);
    if let Some(why) = asks_for_nothing(thread) {
        return Done::Unclear(format!("thread `{id}` {why}"));
    }
    let Some(path) = thread.path.as_ref().and_then(|path| RepoPath::new(path).ok()) else {
        return Done::Unclear(format!("thread `{id}` is about no file"));
    };
    let Some(later) = since(thread, change) else {
        return Done::Unclear(format!(
            "the commit that thread `{id}` was written on is not in the range"
        ));
    };
    if later.iter().any(|commit| commit.parents.len() > 1) {
        return Done::Unclear(format!("a merge came after thread `{id}`"));
    }
    let touching: Vec<&&Commit> = later
        .iter()
        .filter(|commit| commit.paths.contains(&path))
        .collect();
    if touching.is_empty() {
        return match later.len() {
            0 => Done::Nothing("no commit came after it".to_owned()),
            1 => Done::Nothing(format!("the one commit after it does not touch `{path}`")),
            count => Done::Nothing(format!("none of the {count} commits after it touches `{path}`")),
        };
    }
    if touching
        .iter()
        .any(|commit| is_near(thread, &path, commit, change))
    {
        return Done::Near;
    }
    Done::Unclear(format!(
        "`{path}` was changed after thread `{id}`, at other lines"
    ))
}

/// Why nothing need be done about it, where that is so.
fn asks_for_nothing(thread: &Thread) -> Option<&'static str> {
    let body = thread.body.trim().to_lowercase();
    let is_praise = NO_REQUEST.iter().any(|word| body.starts_with(word));
    match () {
        () if thread.resolved == Some(true) => Some("is resolved"),
        () if thread.answered => Some("was answered"),
        () if body.contains('?') => Some("asks a question"),
        () if body.is_empty() || is_praise => Some("asks for nothing"),
        () => None,
    }
}

/// The commits of the range after the one that the thread was written on.
fn since<'c>(thread: &Thread, change: &'c Change) -> Option<Vec<&'c Commit>> {
    let commits = change.commits().ok()?;
    let written_on = thread.commit.as_deref().filter(|id| id.len() >= 7)?;
    let at = commits
        .iter()
        .position(|commit| commit.id.0.starts_with(written_on))?;
    Some(commits.iter().skip(at + 1).collect())
}

/// Whether a commit changed lines near the remark, or the file as a whole.
fn is_near(thread: &Thread, path: &RepoPath, commit: &Commit, change: &Change) -> bool {
    let Some((first, last)) = thread.lines else {
        return true;
    };
    let Ok(own) = change.of_commit(&commit.id) else {
        return true;
    };
    let Some(file) = own.file(path) else { return true };
    // a file that is gone, moved or binary has no lines to compare
    if file.hunks().is_empty() || file.after().is_none() {
        return true;
    }
    let span = first.saturating_sub(NEAR)..=last.saturating_add(NEAR);
    file.added()
        .chain(file.removed())
        .any(|line| span.contains(&line.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(body: &str) -> Thread {
        Thread {
            id: "11".to_owned(),
            comments: vec!["11".to_owned()],
            path: Some("src/a.py".to_owned()),
            lines: Some((3, 4)),
            author: "dana".to_owned(),
            body: body.to_owned(),
            ..Thread::default()
        }
    }

    #[test]
    fn remarks_that_ask_for_nothing_are_left_alone() {
        for spared in [
            "",
            "LGTM!",
            "Nice catch here",
            "Why not a set?",
            "nit: a space",
            "FYI, see the docs",
        ] {
            assert!(asks_for_nothing(&thread(spared)).is_some(), "{spared}");
        }
        for request in [
            "Rename this.",
            "This breaks on zero",
            "Handle the empty list, please",
        ] {
            assert!(asks_for_nothing(&thread(request)).is_none(), "{request}");
        }
        let mut resolved = thread("Rename this.");
        resolved.resolved = Some(true);
        assert!(asks_for_nothing(&resolved).is_some());
        let mut answered = thread("Rename this.");
        answered.answered = true;
        assert!(asks_for_nothing(&answered).is_some());
    }

    #[test]
    fn a_thread_is_named_by_id_place_or_author() {
        let thread = thread("Rename this.");
        for name in ["11", "#11", "@dana", "dana", "src/a.py:4"] {
            assert!(is_meant(&thread, name), "{name}");
        }
        for other in ["1", "a.py", "src/a.py:3", ""] {
            assert!(!is_meant(&thread, other), "{other}");
        }
    }
}
