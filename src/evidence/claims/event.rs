//! What does the pull request say that the CI system runs for?
//!
//! The environment is read elsewhere; here are only readers of what was found in it.

use std::path::Path;

use serde::Deserialize;

use super::document::Document;
use crate::{
    error::Error,
    evidence::file::{self, Input},
    limits,
};

/// What the text of a pull request is called: it stands in no file that a reader could open.
const PULL_REQUEST: &str = "pull request";
/// The same at GitLab.
const MERGE_REQUEST: &str = "merge request";

/// The part of GitHub's event that is read; every other field is passed over.
#[derive(Debug, Deserialize)]
struct Event {
    #[serde(default)]
    pull_request: Option<PullRequest>,
}

#[derive(Debug, Deserialize)]
struct PullRequest {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
}

/// Title and body of the pull request in a GitHub event (`GITHUB_EVENT_PATH`); `None` for other events and for a pull
/// request that says nothing.
///
/// # Errors
/// The file cannot be read, passes a limit, or is no JSON object.
pub fn github(path: &Path) -> Result<(Option<Document>, Input), Error> {
    let bytes = file::read(path, limits::EVENT_BYTES as u64)?;
    let name = file::shown(path);
    let text = file::text(&bytes).map_err(|problem| Error::invalid("event", &name, problem))?;
    // the library would take a list for the fields of the object
    if !text.trim_start().starts_with('{') {
        return Err(Error::invalid(
            "event",
            &name,
            "is no event of GitHub: it is no JSON object",
        ));
    }
    let event: Event = serde_json::from_str(text).map_err(|error| Error::Invalid {
        kind: "event",
        file: name.clone(),
        line: Some(error.line()),
        column: Some(error.column()),
        problem: format!("is no event of GitHub: {error}"),
    })?;
    let said = event.pull_request.map(|pull| {
        let body = pull.body.unwrap_or_default();
        Document::text(PULL_REQUEST, &body).titled(&pull.title.unwrap_or_default())
    });
    let said = said.filter(|document| !document.is_blank());
    Ok((said, Input::of("claims", name, &bytes)))
}

/// A merge request as GitLab's variables tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeRequest {
    /// `CI_MERGE_REQUEST_TITLE`.
    pub title: String,
    /// `CI_MERGE_REQUEST_DESCRIPTION`: its first 2,700 characters.
    pub description: String,
    /// `CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED`: `true` where the description goes on.
    pub is_truncated: String,
}

/// Title and description of a merge request, and the digest of the variables one below the other; `None` where both are
/// empty.
pub fn gitlab(request: &MergeRequest) -> Option<(Document, Input)> {
    let is_truncated = request.is_truncated.trim() == "true";
    let document = Document::text(MERGE_REQUEST, &request.description)
        .titled(&request.title)
        .cut_off(is_truncated);
    let bytes = format!(
        "{}\n{}\n{}",
        request.title, request.description, request.is_truncated
    );
    let input = Input::of("claims", MERGE_REQUEST.to_owned(), bytes.as_bytes());
    Some((document, input)).filter(|(document, _)| !document.is_blank())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Result<Option<Document>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.json");
        std::fs::write(&path, text).unwrap();
        github(&path)
            .map(|(document, _)| document)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_pull_request_event_gives_its_title_and_body() {
        let text = r#"{"action": "opened", "pull_request": {"number": 1, "title": "Add a retry", "body": "First.\r\nSecond."}}"#;
        let document = event(text).unwrap().unwrap();
        assert_eq!(document.title.as_deref(), Some("Add a retry"));
        assert_eq!(document.body, "First.\nSecond.");
        assert_eq!(document.place(2).to_string(), "pull request:2");
        assert_eq!(document.commit, None);
    }

    #[test]
    fn other_events_say_nothing() {
        for text in [
            "{}",
            r#"{"ref": "refs/heads/main", "commits": []}"#,
            r#"{"pull_request": {"title": " ", "body": null}}"#,
        ] {
            assert_eq!(event(text).unwrap(), None, "{text}");
        }
        for wrong in ["", "[]", "{", "{\"pull_request\": 3}", &"{\"a\":".repeat(100_000)] {
            assert!(event(wrong).is_err(), "{}", wrong.len());
        }
    }

    #[test]
    fn a_description_that_gitlab_cut_is_incomplete() {
        let request = |is_truncated: &str| MergeRequest {
            title: "Add a retry".to_owned(),
            description: "First.".to_owned(),
            is_truncated: is_truncated.to_owned(),
        };
        assert!(gitlab(&request("true")).unwrap().0.truncated);
        assert!(!gitlab(&request("false")).unwrap().0.truncated);
        assert_eq!(gitlab(&MergeRequest::default()), None);
    }

    #[test]
    fn the_digest_tells_one_text_of_gitlab_from_another() {
        let digest = |description: &str| {
            let request = MergeRequest {
                description: description.to_owned(),
                ..MergeRequest::default()
            };
            gitlab(&request).unwrap().1
        };
        assert_eq!(digest("First."), digest("First."));
        assert_ne!(digest("First.").sha256, digest("Second.").sha256);
        assert_eq!((digest("First.").role, digest("First.").bytes), ("claims", 8));
    }
}
