//! What did reviewers ask for, where, and on which commit?
//!
//! Exports of others: the review comments of GitHub's REST API, its `reviewThreads` from GraphQL, the discussions of
//! GitLab. Fields that are not needed are passed over.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use super::file::{self, Input};
use crate::{error::Error, limits};

/// Everything that reviewers wrote at lines and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    /// The threads, in the order of the exports.
    pub threads: Vec<Thread>,
    /// The files read.
    pub inputs: Vec<Input>,
}

/// One thread of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The thread's id, or that of its first comment.
    pub id: String,
    /// The ids of all its comments.
    pub comments: Vec<String>,
    /// The file it is about; none for a remark on the whole.
    pub path: Option<String>,
    /// The lines it is about on that commit, first and last, 1-based.
    pub lines: Option<(u32, u32)>,
    /// Who began it.
    pub author: String,
    /// How it begins.
    pub body: String,
    /// The commit it was written on.
    pub commit: Option<String>,
    /// Whether it is marked as resolved, where the export tells.
    pub resolved: Option<bool>,
    /// Somebody answered.
    pub answered: bool,
}

impl Reviews {
    /// Reads every export.
    ///
    /// # Errors
    /// A file cannot be read, passes a limit, or is no export that is known here.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self, Error> {
        let mut all = Self::default();
        for path in paths {
            let bytes = file::read(path.as_ref(), limits::REVIEWS_BYTES as u64)?;
            let name = file::shown(path.as_ref());
            all.inputs.push(Input::of("reviews", name.clone(), &bytes));
            all.threads.extend(parse(&name, &bytes)?);
            if all.threads.len() > limits::REVIEW_THREADS {
                return Err(Error::Limit {
                    what: "review-threads",
                    file: name,
                    problem: format!("holds more than {} threads", limits::REVIEW_THREADS),
                });
            }
        }
        Ok(all)
    }
}

/// The threads of one export.
///
/// # Errors
/// It is no export that is known here, or does not hold all of it.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Thread>, Error> {
    let wrong = |problem: String| Error::invalid("reviews", name, problem);
    let text = file::text(bytes).map_err(wrong)?;
    let mut comments = Vec::new();
    let mut threads = Vec::new();
    // `gh api --paginate` writes one list a page, one behind the other
    for page in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let page = page.map_err(|error| Error::Invalid {
            kind: "reviews",
            file: name.to_owned(),
            line: Some(error.line()),
            column: Some(error.column()),
            problem: error.to_string(),
        })?;
        for item in items(&page).map_err(wrong)? {
            if item.get("notes").is_some() {
                threads.extend(of_gitlab(item));
            } else if item.get("comments").is_some() {
                threads.push(of_graphql(item));
            } else if item.get("body").is_some() && item.get("id").is_some() {
                comments.push(item.clone());
            } else {
                let problem = "holds an entry that is neither a comment of GitHub's REST API, a thread of its GraphQL API, nor a discussion of GitLab";
                return Err(Error::invalid("reviews", name, problem));
            }
        }
    }
    threads.extend(of_rest(&comments));
    Ok(threads)
}

/// The entries of a page: of a list, of a list of lists (`gh api --slurp`), or of a GraphQL answer.
fn items(page: &Value) -> Result<Vec<&Value>, String> {
    if let Value::Array(entries) = page {
        let of_page = |entry| Value::as_array(entry).map_or(std::slice::from_ref(entry), Vec::as_slice);
        return Ok(entries.iter().flat_map(of_page).collect());
    }
    let root = page.get("data").unwrap_or(page);
    let pull = root
        .get("repository")
        .and_then(|repository| repository.get("pullRequest"));
    let threads = pull.unwrap_or(root).get("reviewThreads");
    let threads = threads.ok_or("is neither a list nor an answer with `reviewThreads`")?;
    let more = threads
        .get("pageInfo")
        .and_then(|info| info.get("hasNextPage")?.as_bool());
    if more == Some(true) {
        return Err("holds one page of `reviewThreads`, and there are more: fetch all of them".to_owned());
    }
    let nodes = threads.get("nodes").and_then(Value::as_array);
    Ok(nodes.into_iter().flatten().collect())
}

fn text_at(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match value.pointer(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

fn line_at(value: &Value, keys: &[&str]) -> Option<u32> {
    keys.iter()
        .find_map(|key| u32::try_from(value.pointer(key)?.as_u64()?).ok())
        .filter(|line| (1..=limits::LINE_NUMBER).contains(line))
}

/// First and last line; the first is missing where it is the last.
fn lines(first: Option<u32>, last: Option<u32>) -> Option<(u32, u32)> {
    let last = last.or(first)?;
    Some((first.unwrap_or(last).min(last), last))
}

fn body(value: &Value) -> String {
    let text = text_at(value, &["/body"]).unwrap_or_default();
    crate::escape::cut(&text, limits::KEPT_TEXT_BYTES).into_owned()
}

/// Comments of the REST API: an answer names the comment that began the thread.
fn of_rest(comments: &[Value]) -> Vec<Thread> {
    let mut threads: BTreeMap<String, Thread> = BTreeMap::new();
    let mut order = Vec::new();
    for comment in comments {
        let id = text_at(comment, &["/id"]).unwrap_or_default();
        let root = text_at(comment, &["/in_reply_to_id"]);
        let key = root.clone().unwrap_or_else(|| id.clone());
        let thread = threads.entry(key.clone()).or_insert_with(|| {
            order.push(key.clone());
            Thread::default()
        });
        thread.comments.push(id.clone());
        if root.is_some() {
            thread.answered = true;
            continue;
        }
        thread.id = id;
        thread.path = text_at(comment, &["/path"]);
        thread.lines = lines(
            line_at(comment, &["/original_start_line", "/start_line"]),
            line_at(comment, &["/original_line", "/line"]),
        );
        thread.author = text_at(comment, &["/user/login"]).unwrap_or_default();
        thread.body = body(comment);
        thread.commit = text_at(comment, &["/original_commit_id", "/commit_id"]);
    }
    // an answer to a comment that is not in the export begins no thread
    let known = order.into_iter().filter_map(|key| threads.remove(&key));
    known.filter(|thread| !thread.id.is_empty()).collect()
}

fn of_graphql(node: &Value) -> Thread {
    let comments = node.pointer("/comments/nodes").and_then(Value::as_array);
    let comments: Vec<&Value> = comments.into_iter().flatten().collect();
    let none = Value::Null;
    let first = comments.first().copied().unwrap_or(&none);
    let ids = comments.iter().flat_map(|comment| {
        let ids = ["/databaseId", "/fullDatabaseId", "/id"];
        ids.into_iter().filter_map(|key| text_at(comment, &[key]))
    });
    Thread {
        id: text_at(node, &["/id"]).unwrap_or_default(),
        comments: ids.collect(),
        path: text_at(node, &["/path"]).or_else(|| text_at(first, &["/path"])),
        lines: lines(
            line_at(node, &["/originalStartLine", "/startLine"]),
            line_at(node, &["/originalLine", "/line"]),
        ),
        author: text_at(first, &["/author/login"]).unwrap_or_default(),
        body: body(first),
        commit: text_at(first, &["/originalCommit/oid", "/commit/oid"]),
        resolved: node.get("isResolved").and_then(Value::as_bool),
        answered: comments.len() > 1,
    }
}

/// A discussion; notes that GitLab itself wrote are none.
fn of_gitlab(discussion: &Value) -> Option<Thread> {
    let notes = discussion.get("notes").and_then(Value::as_array);
    let is_own = |note: &&Value| note.get("system").and_then(Value::as_bool) != Some(true);
    let notes: Vec<&Value> = notes.into_iter().flatten().filter(is_own).collect();
    let first = *notes.first()?;
    let is_resolvable = first.get("resolvable").and_then(Value::as_bool) == Some(true);
    let resolved = first.get("resolved").and_then(Value::as_bool);
    Some(Thread {
        id: text_at(discussion, &["/id"]).unwrap_or_default(),
        comments: notes.iter().filter_map(|note| text_at(note, &["/id"])).collect(),
        path: text_at(first, &["/position/new_path", "/position/old_path"]),
        lines: lines(
            line_at(first, &["/position/line_range/start/new_line"]),
            line_at(first, &["/position/new_line"]),
        ),
        author: text_at(first, &["/author/username"]).unwrap_or_default(),
        body: body(first),
        commit: text_at(first, &["/position/head_sha"]),
        resolved: resolved.filter(|_| is_resolvable),
        answered: notes.len() > 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Thread>, String> {
        parse("reviews.json", text.as_bytes()).map_err(|error| error.to_string())
    }

    const REST: &str = r#"[
        {"id": 11, "path": "src/a.rs", "line": null, "original_line": 14, "original_start_line": 12, "user": {"login": "dana"},
         "body": "Rename this.", "commit_id": "bbb", "original_commit_id": "aaa", "diff_hunk": "@@"},
        {"id": 12, "in_reply_to_id": 11, "path": "src/a.rs", "user": {"login": "bot"}, "body": "Done.", "original_commit_id": "aaa"}
    ]"#;

    #[test]
    fn comments_of_the_rest_api_are_joined_to_threads() {
        let threads = read(REST).unwrap();
        let [thread] = threads.as_slice() else {
            unreachable!("{threads:?}")
        };
        assert_eq!(thread.id, "11");
        assert_eq!(thread.comments, ["11", "12"]);
        assert_eq!(thread.path.as_deref(), Some("src/a.rs"));
        assert_eq!(thread.lines, Some((12, 14)));
        assert_eq!(thread.author, "dana");
        assert_eq!(thread.commit.as_deref(), Some("aaa"));
        assert!(thread.answered && thread.resolved.is_none());
        let pages = format!("{REST}\n{}", REST.replace("11", "21").replace("12,", "22,"));
        assert_eq!(read(&pages).unwrap().len(), 2, "pages one behind the other");
        assert_eq!(read(&format!("[{REST}]")).unwrap().len(), 1, "pages in a list");
    }

    #[test]
    fn threads_of_graphql_say_whether_they_are_resolved() {
        let text = |more: bool| {
            format!(
                r#"{{"data": {{"repository": {{"pullRequest": {{"reviewThreads": {{"pageInfo": {{"hasNextPage": {more}}}, "nodes": [
                {{"id": "T1", "isResolved": false, "path": "src/a.rs", "line": 3, "originalLine": 4,
                  "comments": {{"nodes": [{{"databaseId": 7, "author": {{"login": "dana"}}, "body": "Why?", "originalCommit": {{"oid": "aaa"}}}}]}}}}]}}}}}}}}}}"#
            )
        };
        let threads = read(&text(false)).unwrap();
        assert_eq!(threads[0].resolved, Some(false));
        assert_eq!(threads[0].lines, Some((4, 4)));
        assert_eq!(threads[0].comments, ["7"]);
        assert!(read(&text(true)).unwrap_err().contains("fetch all"));
    }

    #[test]
    fn discussions_of_gitlab_are_threads() {
        let text = r#"[
            {"id": "d1", "individual_note": false, "notes": [
                {"id": 5, "body": "Handle zero.", "author": {"username": "dana"}, "system": false, "resolvable": true, "resolved": true,
                 "position": {"head_sha": "aaa", "new_path": "src/a.rs", "old_path": "src/a.rs", "new_line": 9}}]},
            {"id": "d2", "notes": [{"id": 6, "body": "added 1 commit", "system": true}]}
        ]"#;
        let threads = read(text).unwrap();
        assert_eq!(threads.len(), 1);
        assert_eq!(
            (threads[0].lines, threads[0].resolved),
            (Some((9, 9)), Some(true))
        );
        assert_eq!(threads[0].commit.as_deref(), Some("aaa"));
    }

    #[test]
    fn what_is_no_export_is_refused() {
        assert_eq!(read("[]").unwrap(), []);
        for wrong in [
            "{}",
            "[1]",
            "[{\"a\": 1}]",
            "[{",
            "x",
            &"[".repeat(100_000),
            "{\"reviewThreads\": 3} {",
        ] {
            assert!(read(wrong).is_err(), "{}", wrong.len());
        }
    }
}
