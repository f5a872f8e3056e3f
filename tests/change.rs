//! Is a change read as it really is? Real repositories, with the `git` command as the second opinion.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod common {
    pub(crate) mod repository;
}

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path};

use common::repository::{Repository, by_git, by_us, git, snapshot};
use countersign::{
    evidence::{
        change::{
            Change, Content, FileChange, ObjectId, Sides, Source, Status, Version, git::range, patch,
            worktree,
        },
        state::State,
    },
    finding::{Kind, Side, Unproven},
    path::RepoPath,
};

fn path(raw: impl AsRef<[u8]>) -> RepoPath {
    RepoPath::new(raw).unwrap()
}

fn file<'a>(change: &'a Change, name: &str) -> &'a FileChange {
    change
        .file(&path(name))
        .unwrap_or_else(|| panic!("{name} is not in {:?}", statuses(change)))
}

fn statuses(change: &Change) -> Vec<String> {
    change
        .files()
        .iter()
        .map(|file| format!("{} {}", file.status.name(), file.path()))
        .collect()
}

fn last(repository: &Repository) -> Change {
    range(repository.root(), Some("HEAD~1"), Some("HEAD")).unwrap()
}

fn staged(repository: &Repository) -> (Change, State) {
    worktree::staged(repository.root(), None).unwrap()
}

fn on_disk(repository: &Repository) -> (Change, State) {
    worktree::worktree(repository.root(), None).unwrap()
}

fn error(result: Result<Change, countersign::error::Error>) -> String {
    result.unwrap_err().to_string()
}

fn text(lines: usize) -> String {
    (1..=lines)
        .map(|line| format!("line {line} of a text\n"))
        .collect()
}

/// The last commit as git has it and as we have it.
fn assert_as_git(repository: &Repository) -> Change {
    let change = last(repository);
    assert_eq!(by_us(&change), by_git(repository.root(), &["HEAD~1", "HEAD"]));
    change
}

mod trees {
    use super::*;

    #[test]
    fn a_renamed_and_edited_file_is_one_file() {
        let repository = Repository::new();
        repository
            .write("src/old.rs", text(20))
            .write("kept.rs", "kept\n")
            .commit("before");
        repository
            .remove("src/old.rs")
            .write("lib/new.rs", text(20).replace("line 7", "LINE 7"))
            .commit("after");
        let change = assert_as_git(&repository);
        assert_eq!(statuses(&change), ["renamed lib/new.rs"]);
        let moved = file(&change, "lib/new.rs");
        assert_eq!(
            moved.touched().map(ToString::to_string).collect::<Vec<_>>(),
            ["src/old.rs", "lib/new.rs"]
        );
        assert_eq!(moved.added().map(|line| line.number).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn of_identical_files_the_one_of_the_same_name_moved() {
        let repository = Repository::new();
        repository
            .write("a/one.rs", text(5))
            .write("a/two.rs", text(5))
            .commit("before");
        repository.git(&["mv", "a", "b"]);
        repository.commit("after");
        let change = assert_as_git(&repository);
        for name in ["one", "two"] {
            let moved = file(&change, &format!("b/{name}.rs"));
            assert_eq!(moved.before().unwrap().path, path(format!("a/{name}.rs")));
            assert!(moved.hunks().is_empty());
        }
    }

    #[test]
    fn less_than_half_in_common_is_no_rename() {
        let repository = Repository::new();
        repository.write("old.rs", text(10)).commit("before");
        let mostly_new = text(4) + &"something else\n".repeat(20);
        repository
            .remove("old.rs")
            .write("new.rs", mostly_new)
            .commit("after");
        assert_eq!(
            statuses(&assert_as_git(&repository)),
            ["added new.rs", "deleted old.rs"]
        );
    }

    #[test]
    fn a_copy_of_a_changed_file_is_a_copy_and_all_its_lines_are_new() {
        let repository = Repository::new();
        repository.write("model.rs", text(8)).commit("before");
        repository
            .write("copy.rs", text(8))
            .write("model.rs", text(9))
            .commit("after");
        let change = assert_as_git(&repository);
        let copy = file(&change, "copy.rs");
        assert_eq!(copy.status, Status::Copied);
        assert_eq!(copy.added().count(), 8);
        assert_eq!(copy.touched().collect::<Vec<_>>(), [&path("copy.rs")]);
    }

    #[test]
    fn an_empty_file_is_nobodys_copy() {
        let repository = Repository::new();
        repository.write("a", "").commit("before");
        repository.write("a", "1\n").write("b", "").commit("after");
        assert_eq!(statuses(&assert_as_git(&repository)), ["modified a", "added b"]);
    }

    #[test]
    fn modes_links_and_types() {
        let repository = Repository::new();
        repository
            .write("run.sh", "#!/bin/sh\n")
            .write("plain", "text\n")
            .write("was-link-target", "x\n");
        repository
            .link("link", "plain")
            .link("turned", "plain")
            .commit("before");
        repository
            .executable("run.sh", true)
            .remove("link")
            .link("link", "run.sh");
        repository
            .remove("turned")
            .write("turned", "now a file\n")
            .commit("after");
        let change = assert_as_git(&repository);
        assert_eq!(
            statuses(&change),
            ["modified link", "modified run.sh", "type changed turned"]
        );
        assert_eq!(file(&change, "run.sh").content, Content::Text(Vec::new()));
        let target: Vec<&str> = file(&change, "link").added().map(|line| &*line.text).collect();
        assert_eq!(target, ["run.sh"], "the content of a link is its target");
    }

    #[test]
    fn a_folder_that_becomes_a_file_and_back() {
        let repository = Repository::new();
        repository
            .write("a/inner", text(3))
            .write("a.b", "x\n")
            .write("c", "file\n")
            .commit("before");
        repository.git(&["rm", "-rq", "a", "c"]);
        repository
            .write("a", "now a file\n")
            .write("c/inner", "now a folder\n")
            .commit("after");
        let change = assert_as_git(&repository);
        assert_eq!(change.files().len(), 4, "{:?}", statuses(&change));
        assert_eq!(change.entry(Side::Head, &path("a/inner")).unwrap(), None);
        assert_eq!(
            change.entry(Side::Base, &path("a")).unwrap(),
            None,
            "a folder is no entry"
        );
    }

    #[test]
    fn a_submodule_is_opaque() {
        let other = Repository::new();
        let first = other.write("x", "1\n").commit("one");
        let repository = Repository::new();
        let entry = |commit: &str| {
            repository.git(&[
                "update-index",
                "--add",
                "--cacheinfo",
                &format!("160000,{commit},lib"),
            ])
        };
        repository.write("a", "a\n").git(&["add", "a"]);
        entry(&first);
        repository.git(&["commit", "-qm", "before"]);
        entry(&"1".repeat(40));
        repository.git(&["commit", "-qm", "after"]);
        let change = last(&repository);
        assert_eq!(statuses(&change), ["modified lib"]);
        assert!(matches!(&file(&change, "lib").content, Content::Opaque(why) if why.contains("submodule")));
    }

    #[test]
    fn binary_is_decided_by_content() {
        let repository = Repository::new();
        let late = |byte: u8| [vec![b'x'; 8000], vec![0, byte, b'\n']].concat();
        repository
            .write("early", b"a\0b\n")
            .write("late", late(b'1'))
            .write("source.rs", "fn main() {}\n")
            .commit("before");
        repository.write("early", b"a\0c\n").write("late", late(b'2'));
        repository
            .write("source.rs", "fn main() {} // \0\n")
            .commit("after");
        let change = assert_as_git(&repository);
        assert_eq!(file(&change, "early").content, Content::Binary);
        assert_eq!(file(&change, "source.rs").content, Content::Binary);
        assert_eq!(file(&change, "late").churn(), 2);
    }

    #[test]
    fn every_byte_of_a_path_is_kept() {
        let names: [&[u8]; 9] = [
            b"with space",
            b"quote\"d",
            b"line\nbreak",
            b"tab\there",
            b"latin-\xe4\xff",
            b"back\\slash",
            b"-dash",
            b" lead and trail ",
            "ümläut/ß".as_bytes(),
        ];
        let repository = Repository::new();
        repository.write("a", "a\n").commit("before");
        for name in names {
            repository.write(OsStr::from_bytes(name), name);
        }
        repository.commit("after");
        let change = assert_as_git(&repository);
        for name in names {
            let added = change.file(&path(name)).unwrap();
            assert_eq!(change.bytes(added.after().unwrap()).unwrap(), name);
            assert!(change.entry(Side::Head, &path(name)).unwrap().is_some());
        }
    }

    #[test]
    fn line_endings_are_part_of_a_line() {
        let repository = Repository::new();
        repository
            .write("a", "one\r\ntwo\n")
            .write("end", "no break")
            .commit("before");
        repository
            .write("a", "one\ntwo\n")
            .write("end", "no break\n")
            .commit("after");
        let change = assert_as_git(&repository);
        assert_eq!(
            file(&change, "a")
                .removed()
                .map(|line| &*line.text)
                .collect::<Vec<_>>(),
            ["one\r"]
        );
    }

    #[test]
    fn attributes_hide_nothing() {
        for attributes in [
            "* -diff\n",
            "* binary\n",
            "*.lock -diff -text\n*.lock diff=none\n",
        ] {
            for (in_base, in_head) in [(true, true), (false, true), (true, false)] {
                let repository = Repository::new();
                repository.write("x.lock", text(5));
                if in_base {
                    repository.write(".gitattributes", attributes);
                }
                repository.commit("before");
                if in_head {
                    repository.write(".gitattributes", attributes);
                } else {
                    repository.remove(".gitattributes");
                }
                repository.write("x.lock", text(6)).commit("after");
                fs::write(repository.root().join(".git/info/attributes"), attributes).unwrap();
                let bare = repository.beside("bare.git");
                repository.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
                for place in [repository.root(), &bare] {
                    let change = range(place, Some("HEAD~1"), None).unwrap();
                    assert_eq!(
                        file(&change, "x.lock").churn(),
                        1,
                        "{attributes} {in_base} {in_head}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_large_blob_is_opaque_and_names_its_size() {
        let repository = Repository::new();
        let most = countersign::limits::BLOB_BYTES;
        repository
            .write("at", vec![b'x'; most])
            .write("above", vec![b'x'; most + 1])
            .commit("before");
        repository
            .write("at", vec![b'y'; most])
            .write("above", vec![b'y'; most + 1])
            .commit("after");
        let change = last(&repository);
        assert_eq!(file(&change, "at").churn(), 2);
        let Content::Opaque(why) = &file(&change, "above").content else {
            panic!("{:?}", file(&change, "above").content)
        };
        assert!(why.contains(&(most + 1).to_string()), "{why}");
    }

    /// A tree that git itself would not write.
    fn crooked(entries: &[(&[u8], &[u8])]) -> String {
        let repository = Repository::new();
        let blob = repository.write("a", "a\n").commit("before") + ":a";
        let blob = repository.ask(&["rev-parse", &blob]);
        let id = git2::Oid::from_str(&blob).unwrap();
        let tree: Vec<u8> = entries
            .iter()
            .flat_map(|(mode, name)| [*mode, b" ", *name, b"\0", id.as_bytes()].concat())
            .collect();
        let git = git2::Repository::open(repository.root()).unwrap();
        let tree = git.odb().unwrap().write(git2::ObjectType::Tree, &tree).unwrap();
        let head = repository.ask(&["commit-tree", &tree.to_string(), "-p", "HEAD", "-m", "after"]);
        error(range(repository.root(), Some("HEAD"), Some(&head)))
    }

    #[test]
    fn a_malformed_tree_is_refused_by_name() {
        for name in [&b".."[..], b".", b".git", b".GIT", b"a/b"] {
            let error = crooked(&[(b"100644", name)]);
            assert!(
                error.contains("malformed") && error.contains(&*String::from_utf8_lossy(name)),
                "{error}"
            );
        }
        let error = crooked(&[(b"100644", b"x"), (b"100755", b"x")]);
        assert!(error.contains("holds `x` twice"), "{error}");
        let error = crooked(&[(b"060644", b"x")]);
        assert!(error.contains("mode 60644"), "{error}");
    }

    #[test]
    fn a_tree_that_is_too_deep_is_refused() {
        let nested = |depth: usize| {
            let repository = Repository::new();
            repository.write("a", "a\n").commit("before");
            let git = git2::Repository::open(repository.root()).unwrap();
            let mut entry = (git.blob(b"deep").unwrap(), 0o100_644);
            for _ in 0..depth {
                let mut builder = git.treebuilder(None).unwrap();
                builder.insert("d", entry.0, entry.1).unwrap();
                entry = (builder.write().unwrap(), 0o040_000);
            }
            let head = repository.ask(&["commit-tree", &entry.0.to_string(), "-p", "HEAD", "-m", "after"]);
            range(repository.root(), Some("HEAD"), Some(&head))
        };
        let most = countersign::limits::TREE_DEPTH;
        assert!(nested(most).is_ok());
        assert!(nested(most + 1).is_ok());
        assert!(error(nested(most + 2)).contains("limit-tree-depth"));
    }

    #[test]
    fn a_tree_bomb_is_refused_quickly() {
        let repository = Repository::new();
        repository.write("a", "a\n").commit("before");
        let git = git2::Repository::open(repository.root()).unwrap();
        let mut entry = (git.blob(b"boom").unwrap(), 0o100_644);
        for _ in 0..10 {
            let mut builder = git.treebuilder(None).unwrap();
            for name in 0..10 {
                builder.insert(name.to_string(), entry.0, entry.1).unwrap();
            }
            entry = (builder.write().unwrap(), 0o040_000);
        }
        let head = repository.ask(&["commit-tree", &entry.0.to_string(), "-p", "HEAD", "-m", "after"]);
        let error = error(range(repository.root(), Some("HEAD"), Some(&head)));
        assert!(error.contains("limit-changed-paths"), "{error}");
    }
}

mod revisions {
    use super::*;

    fn three() -> Repository {
        let repository = Repository::new();
        for name in ["one", "two", "three"] {
            repository.write(name, format!("{name}\n")).commit(name);
        }
        repository
    }

    #[test]
    fn the_base_is_the_merge_base() {
        let repository = three();
        repository.git(&["checkout", "-qb", "feature", "HEAD~1"]);
        repository.write("mine", "mine\n").commit("mine");
        let change = range(repository.root(), Some("main"), None).unwrap();
        assert_eq!(statuses(&change), ["added mine"]);
        let ancestry = change.ancestry().unwrap();
        assert!(!ancestry.base_is_ancestor && !ancestry.head_is_behind && ancestry.base_is_on_a_ref);
        let Source::Range { base, base_tip, .. } = change.source() else {
            panic!()
        };
        assert_ne!(base, base_tip);
        assert_eq!(change.commits().unwrap().len(), 1);
        assert_eq!(change.commits().unwrap()[0].author, "Ada <ada@example.org>");
    }

    #[test]
    fn commits_come_oldest_first_with_their_paths() {
        let change = range(three().root(), Some("HEAD~2"), None).unwrap();
        let commits = change.commits().unwrap();
        let seen: Vec<_> = commits
            .iter()
            .map(|commit| (commit.subject(), commit.paths.clone()))
            .collect();
        assert_eq!(seen, [("two", vec![path("two")]), ("three", vec![path("three")])]);
    }

    #[test]
    fn a_rewritten_base_is_on_no_ref() {
        let repository = three();
        let lost = repository.ask(&["rev-parse", "HEAD"]);
        repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
        repository.write("other", "other\n").commit("other");
        let change = range(repository.root(), Some(&lost), None).unwrap();
        assert!(!change.ancestry().unwrap().base_is_on_a_ref);
        repository.git(&["branch", "keeps-it", &lost]);
        let change = range(repository.root(), Some(&lost), None).unwrap();
        assert!(change.ancestry().unwrap().base_is_on_a_ref);
    }

    #[test]
    fn a_head_behind_its_base_changes_nothing() {
        let change = range(three().root(), Some("HEAD"), Some("HEAD~1")).unwrap();
        assert!(change.is_empty() && change.ancestry().unwrap().head_is_behind);
    }

    #[test]
    fn the_default_base_is_the_upstream_then_the_default_branch() {
        let repository = three();
        let base = |repository: &Repository| match range(repository.root(), None, None).unwrap().source() {
            Source::Range { base_name, .. } => base_name.clone(),
            other @ (Source::Staged { .. }
            | Source::Worktree { .. }
            | Source::Patch { .. }
            | Source::Memory) => panic!("{other}"),
        };
        repository.git(&["checkout", "-qb", "feature"]);
        repository.write("mine", "mine\n").commit("mine");
        assert_eq!(base(&repository), "main");
        repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
        assert_eq!(base(&repository), "origin/main");
        repository.git(&["update-ref", "refs/remotes/origin/trunk", "main"]);
        repository.git(&[
            "symbolic-ref",
            "refs/remotes/origin/HEAD",
            "refs/remotes/origin/trunk",
        ]);
        assert_eq!(base(&repository), "origin/HEAD");
        repository.git(&["remote", "add", "origin", "."]);
        repository.git(&["update-ref", "refs/remotes/origin/feature", "main~1"]);
        repository.git(&["branch", "-q", "--set-upstream-to", "origin/feature"]);
        assert_eq!(base(&repository), "origin/feature");
        repository.git(&["update-ref", "refs/remotes/origin/feature", "feature"]);
        assert_eq!(
            base(&repository),
            "origin/HEAD",
            "a pushed branch is not compared with itself"
        );
    }

    #[test]
    fn on_the_default_branch_a_base_must_be_named() {
        let repository = three();
        let said = error(range(repository.root(), None, None));
        assert!(
            said.contains("no base was named") && said.contains("--base"),
            "{said}"
        );
        repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
        let said = error(range(repository.root(), None, None));
        assert!(said.contains("already part of `origin/main`"), "{said}");
    }

    #[test]
    fn what_is_no_revision_is_named_with_a_way_out() {
        let repository = three();
        repository.git(&["branch", "feature/login"]);
        repository.git(&["tag", "-a", "v1", "-m", "one", "HEAD~1"]);
        let said = |name: &str| error(range(repository.root(), Some(name), None));
        assert!(said("featur/login").contains("did you mean `feature/login`?"));
        assert!(said("0000000000000000000000000000000000000001").contains("there is no revision"));
        assert!(said("HEAD:one").contains("is a blob, not a commit"));
        assert!(said("HEAD^{tree}").contains("is a tree, not a commit"));
        assert!(said("HEAD~99").contains("there is no revision `HEAD~99`"));
        assert!(said("a..b").contains("revision"), "{}", said("a..b"));
        assert!(said("esc\u{1b}[2J").contains("\\u{1b}"));
        assert!(
            range(repository.root(), Some("v1"), None).is_ok(),
            "a tag is followed"
        );
    }

    #[test]
    fn a_branch_and_a_tag_of_one_name_are_refused() {
        let repository = three();
        repository.git(&["tag", "main", "HEAD~2"]);
        let said = error(range(repository.root(), Some("main"), None));
        assert!(
            said.contains("both a branch and a tag") && said.contains("refs/heads/main"),
            "{said}"
        );
        assert!(range(repository.root(), Some("refs/tags/main"), None).is_ok());
    }

    #[test]
    fn a_repository_without_commits_or_none_at_all() {
        let repository = Repository::new();
        assert!(error(range(repository.root(), Some("HEAD"), None)).contains("has no commit yet"));
        let nowhere = tempfile::tempdir().unwrap();
        assert!(error(range(nowhere.path(), None, None)).contains("not inside a git repository"));
    }

    #[test]
    fn unrelated_histories_have_no_change() {
        let repository = three();
        repository.git(&["checkout", "-q", "--orphan", "other"]);
        repository.commit("other");
        assert!(error(range(repository.root(), Some("main"), None)).contains("no common ancestor"));
    }

    #[test]
    fn too_many_commits_are_insufficient_and_the_change_is_still_read() {
        let stream: String = (0..=countersign::limits::COMMITS + 1)
            .map(|number| {
                format!("commit refs/heads/main\ncommitter A <a@b> {} +0000\ndata 1\nx\nM 644 inline f\ndata <<E\n{number}\nE\n\n", 1_700_000_000 + number)
            })
            .collect();
        let repository = Repository::new();
        import(repository.root(), &stream);
        let first = repository.ask(&["rev-list", "--max-parents=0", "main"]);
        let second = repository
            .ask(&["rev-list", "--reverse", "main"])
            .lines()
            .nth(1)
            .unwrap()
            .to_owned();
        let whole = range(repository.root(), Some(&first), Some("main")).unwrap();
        assert_eq!(whole.files().len(), 1);
        assert!(matches!(whole.commits(), Err(Unproven::Insufficient(_))));
        let most = range(repository.root(), Some(&second), Some("main")).unwrap();
        assert_eq!(most.commits().unwrap().len(), countersign::limits::COMMITS);
    }

    fn import(folder: &Path, stream: &str) {
        use std::{io::Write as _, process};
        let mut child = process::Command::new("git")
            .args(["fast-import", "--quiet"])
            .current_dir(folder)
            .stdin(process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn replaced_objects_are_read_as_they_are() {
        let repository = three();
        repository.write("one", "evil\n").commit("evil");
        let (real, fake) = (
            repository.ask(&["rev-parse", "HEAD:one"]),
            repository.ask(&["rev-parse", "HEAD~1:one"]),
        );
        repository.git(&["replace", &real, &fake]);
        assert_eq!(file(&last(&repository), "one").churn(), 2);
    }
}

mod clones {
    use super::*;

    fn origin() -> Repository {
        let repository = Repository::new();
        for number in 1..=5 {
            repository
                .write(format!("f{number}"), text(number))
                .commit(&format!("commit {number}"));
        }
        repository.git(&["config", "uploadpack.allowFilter", "true"]);
        repository
    }

    fn clone_of(origin: &Repository, options: &[&str]) -> Repository {
        let url = format!("file://{}", origin.root().display());
        Repository::with(&[&["clone", "-q"], options, &[&url, "."]].concat())
    }

    #[test]
    fn a_shallow_clone_says_so_and_how_to_deepen_it() {
        let origin = origin();
        let old = origin.ask(&["rev-parse", "HEAD~4"]);
        let shallow = clone_of(&origin, &["--depth", "1"]);
        for base in ["HEAD~1", &old, "origin/other"] {
            let said = error(range(shallow.root(), Some(base), None));
            assert!(
                said.contains("shallow") && said.contains("--unshallow") && said.contains("fetch-depth: 0"),
                "{said}"
            );
        }
        origin.git(&["checkout", "-qb", "feature", "HEAD~3"]);
        origin.write("mine", "mine\n").commit("mine");
        let both = clone_of(&origin, &["--depth", "1", "--no-single-branch"]);
        let said = error(range(both.root(), Some("origin/main"), None));
        assert!(
            said.contains("common ancestor") && said.contains("--unshallow"),
            "{said}"
        );
    }

    #[test]
    fn a_shallow_clone_that_reaches_back_far_enough_is_judged() {
        let shallow = clone_of(&origin(), &["--depth", "3"]);
        let change = range(shallow.root(), Some("HEAD~1"), None).unwrap();
        assert_eq!(statuses(&change), ["added f5"]);
        assert_eq!(change.commits().unwrap().len(), 1);
        assert!(change.ancestry().unwrap().base_is_ancestor);
    }

    #[test]
    fn commits_whose_parents_are_cut_off_are_not_taken_for_first_ones() {
        let origin = origin();
        origin.git(&["checkout", "-qb", "feature", "HEAD~1"]);
        origin.write("mine", "mine\n").commit("mine");
        origin.write("more", "more\n").commit("more");
        origin.git(&["checkout", "-q", "main"]);
        origin.git(&["merge", "-q", "--no-ff", "-m", "merge", "feature"]);
        let shallow = clone_of(&origin, &["--depth", "2"]);
        let change = range(shallow.root(), Some("HEAD^1"), None).unwrap();
        assert_eq!(statuses(&change), ["added mine", "added more"]);
        assert!(matches!(change.commits(), Err(Unproven::Insufficient(why)) if why.contains("shallow")));
    }

    #[test]
    fn missing_objects_of_a_partial_clone_are_named_with_the_fetch() {
        let origin = origin();
        origin.write("f5", "changed\n").commit("changed");
        for filter in ["--filter=blob:none", "--filter=tree:0"] {
            let partial = clone_of(&origin, &["--no-checkout", filter]);
            let said = error(range(partial.root(), Some("HEAD~1"), None));
            assert!(said.contains("missing") && said.contains("--refetch"), "{said}");
            partial.git(&["fetch", "-q", "--refetch", "--no-filter"]);
            let change = range(partial.root(), Some("HEAD~1"), None).unwrap();
            assert_eq!(statuses(&change), ["modified f5"], "the advice helps");
        }
    }

    #[test]
    fn bare_clones_and_linked_worktrees_are_judged() {
        let origin = origin();
        let bare = clone_of(&origin, &["--bare"]);
        assert_eq!(
            statuses(&range(bare.root(), Some("HEAD~1"), None).unwrap()),
            ["added f5"]
        );
        let said = error(worktree::worktree(bare.root(), None).map(|(change, _)| change));
        assert!(said.contains("bare"), "{said}");
        let linked = origin.beside("linked");
        origin.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "HEAD~1"]);
        assert_eq!(
            statuses(&range(&linked, Some("HEAD~1"), None).unwrap()),
            ["added f4"]
        );
        fs::write(linked.join("new"), "new\n").unwrap();
        let (change, _) = worktree::worktree(&linked, None).unwrap();
        assert_eq!(statuses(&change), ["added new"]);
    }

    #[test]
    fn grafts_are_refused() {
        let repository = origin();
        let graft = repository.ask(&["rev-parse", "HEAD"]) + "\n";
        fs::write(repository.root().join(".git/info/grafts"), graft).unwrap();
        assert!(error(range(repository.root(), Some("HEAD~1"), None)).contains("grafts"));
    }

    #[test]
    fn kinds_of_repository_that_are_not_read_say_so() {
        let sha256 = Repository::with(&["init", "-q", "--object-format=sha256", "."]);
        sha256.write("a", "a\n").commit("one");
        let said = error(range(sha256.root(), Some("HEAD"), None));
        assert!(said.contains("SHA-256") && said.contains("--diff"), "{said}");
        let reftable = Repository::with(&["init", "-q", "--ref-format=reftable", "."]);
        reftable.write("a", "a\n").commit("one");
        let said = error(range(reftable.root(), Some("HEAD"), None));
        assert!(
            said.contains("reftable") && said.contains("--ref-format=files"),
            "{said}"
        );
        let url = format!("file://{}", reftable.root().display());
        let files = Repository::with(&["clone", "-q", "--ref-format=files", &url, "."]);
        assert!(
            range(files.root(), Some("HEAD"), None).is_ok(),
            "the advice helps"
        );
    }

    #[test]
    fn a_sparse_index_is_read_for_a_range_and_refused_with_advice_for_the_disk() {
        let repository = Repository::new();
        repository
            .write("in/a", "a\n")
            .write("out/b", "b\n")
            .commit("one");
        repository.write("in/a", "A\n").commit("two");
        repository.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
        assert_eq!(statuses(&last(&repository)), ["modified in/a"]);
        let said = error(worktree::worktree(repository.root(), None).map(|(change, _)| change));
        assert!(
            said.contains("sparse index") && said.contains("--no-sparse-index"),
            "{said}"
        );
        repository.git(&["sparse-checkout", "reapply", "--no-sparse-index"]);
        assert!(
            on_disk(&repository).0.is_empty(),
            "what a sparse checkout leaves out is not deleted"
        );
    }

    #[test]
    fn a_repository_of_somebody_else_is_not_trusted() {
        let repository = origin();
        let given_away = std::process::Command::new("chown")
            .args(["-R", "12345"])
            .arg(repository.root())
            .status()
            .unwrap();
        if !given_away.success() {
            eprintln!("not judged: only root can give files away");
            return;
        }
        let said = error(range(repository.root(), Some("HEAD~1"), None));
        assert!(
            said.contains("another user") && said.contains("safe.directory"),
            "{said}"
        );
    }
}

mod disk {
    use super::*;

    #[test]
    fn untracked_files_count_and_ignored_ones_do_not() {
        let repository = Repository::new();
        repository
            .write(".gitignore", "target/\n*.log\n")
            .write("a", "a\n")
            .write("kept.log", "1\n")
            .commit("before");
        repository
            .write("new/deep", "new\n")
            .write("target/out", "x")
            .write("x.log", "x")
            .write(".hidden", "h\n");
        repository.write("kept.log", "2\n").write(".ignore", "*\n");
        let (change, _) = on_disk(&repository);
        assert_eq!(
            statuses(&change),
            [
                "added .hidden",
                "added .ignore",
                "modified kept.log",
                "added new/deep"
            ]
        );
        let added = file(&change, "new/deep").after().unwrap();
        assert_eq!(change.bytes(added).unwrap(), b"new\n");
        assert_eq!(
            added.id.0.to_string(),
            repository.ask(&["hash-object", "new/deep"])
        );
    }

    #[test]
    fn flags_of_the_index_hide_no_edit() {
        let repository = Repository::new();
        repository
            .write("assumed", "a\n")
            .write("skipped", "a\n")
            .write("gone", "a\n")
            .write("left-out", "a\n")
            .commit("before");
        repository.git(&["update-index", "--assume-unchanged", "assumed", "gone"]);
        repository.git(&["update-index", "--skip-worktree", "skipped", "left-out"]);
        repository
            .write("assumed", "b\n")
            .write("skipped", "b\n")
            .remove("gone")
            .remove("left-out");
        let (change, _) = on_disk(&repository);
        assert_eq!(
            statuses(&change),
            ["modified assumed", "deleted gone", "modified skipped"]
        );
        assert!(
            repository.git(&["status", "--porcelain"]).is_empty(),
            "git itself sees nothing"
        );
    }

    #[test]
    fn an_edit_that_keeps_size_and_time_is_seen() {
        let repository = Repository::new();
        repository.write("a", "one\n").commit("before");
        let place = repository.root().join("a");
        let when = fs::metadata(&place).unwrap().modified().unwrap();
        repository.write("a", "two\n");
        fs::File::options()
            .write(true)
            .open(&place)
            .unwrap()
            .set_modified(when)
            .unwrap();
        assert_eq!(statuses(&on_disk(&repository).0), ["modified a"]);
    }

    #[test]
    fn staged_and_unsaved_are_told_apart() {
        let repository = Repository::new();
        repository.write("a", "1\n").write("b", "1\n").commit("before");
        repository.write("a", "2\n").write("new", "new\n");
        repository.git(&["add", "a"]);
        repository.git(&["add", "--intent-to-add", "new"]);
        repository.write("a", "3\n").write("b", "2\n");
        let (change, state) = staged(&repository);
        assert_eq!(statuses(&change), ["modified a"]);
        assert_eq!(change.text(file(&change, "a").after().unwrap()).unwrap(), "2\n");
        assert_eq!(state.unsaved, [path("a"), path("b"), path("new")]);
        let (change, state) = on_disk(&repository);
        assert_eq!(statuses(&change), ["modified a", "modified b", "added new"]);
        assert_eq!(change.text(file(&change, "a").after().unwrap()).unwrap(), "3\n");
        assert_eq!(state, State::default());
    }

    #[test]
    fn a_clean_tree_is_an_empty_change() {
        let repository = Repository::new();
        repository
            .write("a", "a\n")
            .write("b/c", "c\n")
            .link("l", "a")
            .commit("before");
        assert!(on_disk(&repository).0.is_empty());
        let (change, state) = staged(&repository);
        assert!(change.is_empty());
        assert_eq!(state, State::default());
    }

    #[test]
    fn before_the_first_commit_everything_is_new() {
        let repository = Repository::new();
        repository.write("a", "a\n").write("b", "b\n");
        repository.git(&["add", "a"]);
        assert_eq!(statuses(&staged(&repository).0), ["added a"]);
        assert_eq!(statuses(&on_disk(&repository).0), ["added a", "added b"]);
    }

    #[test]
    fn a_named_base_is_the_merge_base_with_the_head() {
        let repository = Repository::new();
        repository.write("a", "a\n").commit("one");
        repository.git(&["checkout", "-qb", "feature"]);
        repository.write("mine", "mine\n").commit("mine");
        repository.git(&["checkout", "-q", "main"]);
        repository.write("theirs", "theirs\n").commit("theirs");
        repository.git(&["checkout", "-q", "feature"]);
        repository.write("now", "now\n");
        let (change, _) = worktree::worktree(repository.root(), Some("main")).unwrap();
        assert_eq!(statuses(&change), ["added mine", "added now"]);
    }

    #[test]
    fn modes_links_and_folders_on_disk() {
        let repository = Repository::new();
        repository
            .write("run", "x\n")
            .write("file", "text\n")
            .write("d/inner", text(4))
            .link("l", "file")
            .commit("before");
        repository
            .executable("run", true)
            .remove("file")
            .link("file", "run")
            .remove("l")
            .link("l", "run");
        fs::rename(repository.root().join("d"), repository.root().join("e")).unwrap();
        repository.link("d", "e");
        let (change, _) = on_disk(&repository);
        assert_eq!(
            statuses(&change),
            [
                "added d",
                "renamed e/inner",
                "type changed file",
                "modified l",
                "modified run"
            ],
            "a file behind a link is not in the tree"
        );
        repository.git(&["config", "core.fileMode", "false"]);
        assert!(
            on_disk(&repository).0.file(&path("run")).is_none(),
            "git would not record the bit"
        );
    }

    #[test]
    fn line_endings_that_git_converts_are_no_edit_and_others_are() {
        let repository = Repository::new();
        repository
            .write("auto", "1\n2\n")
            .write("forced", "1\n2\n")
            .write("raw", "1\n2\n");
        repository
            .write(".gitattributes", "forced text\nraw -text\n")
            .commit("before");
        repository
            .write("auto", "1\r\n2\r\n")
            .write("forced", "1\r\n2\r\n")
            .write("raw", "1\r\n2\r\n");
        assert_eq!(
            statuses(&on_disk(&repository).0),
            ["modified auto", "modified raw"]
        );
        repository.git(&["config", "core.autocrlf", "true"]);
        assert_eq!(statuses(&on_disk(&repository).0), ["modified raw"]);
        repository.write("auto", "1\r\ntwo\r\n");
        let (change, _) = on_disk(&repository);
        assert_eq!(file(&change, "auto").churn(), 2, "only the real edit shows");
    }

    #[test]
    fn a_file_that_lfs_keeps_is_compared_by_its_pointer() {
        let repository = Repository::new();
        let content = "a large file\n";
        let digest = countersign::evidence::file::digest(content.as_bytes());
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {}\n",
            content.len()
        );
        repository.write("model.bin", pointer).commit("before");
        repository.write("model.bin", content);
        assert!(on_disk(&repository).0.is_empty());
        repository.write("model.bin", "another file\n");
        assert_eq!(statuses(&on_disk(&repository).0), ["modified model.bin"]);
    }

    #[test]
    fn nested_repositories_are_submodules() {
        let repository = Repository::new();
        repository.write("a", "a\n").commit("before");
        fs::create_dir(repository.root().join("inner")).unwrap();
        let inner = repository.root().join("inner");
        git(&inner, &["init", "-q", "-b", "main", "."]);
        repository.write("inner/secret", "s\n");
        git(&inner, &["add", "."]);
        git(&inner, &["commit", "-qm", "inner"]);
        let (change, _) = on_disk(&repository);
        assert_eq!(statuses(&change), ["added inner"]);
        assert!(matches!(file(&change, "inner").content, Content::Opaque(_)));
        repository.git(&["add", "inner"]);
        repository.git(&["commit", "-qm", "adds it"]);
        assert!(on_disk(&repository).0.is_empty());
        git(&inner, &["commit", "-q", "--allow-empty", "-m", "moves on"]);
        assert_eq!(statuses(&on_disk(&repository).0), ["modified inner"]);
        fs::remove_dir_all(&inner).unwrap();
        fs::create_dir(&inner).unwrap();
        assert!(
            on_disk(&repository).0.is_empty(),
            "a submodule that is not initialised is unchanged"
        );
    }

    #[test]
    fn pipes_and_large_files_are_not_read() {
        let repository = Repository::new();
        repository.write("a", "a\n").commit("before");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(repository.root().join("pipe"))
                .status()
                .unwrap()
                .success()
        );
        repository.write("large", vec![b'x'; countersign::limits::BLOB_BYTES + 1]);
        let (change, _) = on_disk(&repository);
        assert_eq!(statuses(&change), ["added large"]);
        assert!(matches!(&file(&change, "large").content, Content::Opaque(why) if why.contains("limit")));
        assert!(
            change.notes().iter().any(|note| note.contains("`pipe`")),
            "{:?}",
            change.notes()
        );
    }

    #[test]
    fn an_unreadable_file_is_opaque() {
        use std::os::unix::fs::PermissionsExt as _;
        let repository = Repository::new();
        repository.write("a", "a\n").commit("before");
        repository.write("a", "b\n");
        let place = repository.root().join("a");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o0)).unwrap();
        if fs::read(&place).is_ok() {
            eprintln!("not judged: root reads every file");
            return;
        }
        let (change, _) = on_disk(&repository);
        assert!(
            matches!(&file(&change, "a").content, Content::Opaque(why) if why.contains("cannot be read"))
        );
    }

    #[test]
    fn operations_conflicts_and_stashes_are_seen() {
        let repository = Repository::new();
        repository.write("a", "1\n").commit("one");
        repository.git(&["checkout", "-qb", "other"]);
        repository.write("a", "other\n").commit("other");
        repository.git(&["checkout", "-q", "main"]);
        repository.write("a", "main\n").commit("main");
        repository.write("a", "later\n");
        repository.git(&["stash", "push", "-q", "-m", "for later"]);
        let fails = |words: &[&str]| {
            let done = std::process::Command::new("git")
                .args(["-c", "user.name=Ada", "-c", "user.email=a@example.org"])
                .args(words)
                .current_dir(repository.root())
                .output()
                .unwrap();
            assert!(!done.status.success());
        };
        let operations = || staged(&repository).1.operations;
        assert!(operations().is_empty());
        fails(&["merge", "other"]);
        let (change, state) = staged(&repository);
        assert_eq!(state.operations, ["merge"]);
        assert_eq!(state.conflicts, [path("a")]);
        assert_eq!(state.stashes, ["On main: for later"]);
        assert!(change.is_empty(), "of a conflict the head's own side counts");
        assert_eq!(statuses(&on_disk(&repository).0), ["modified a"]);
        repository.git(&["merge", "--abort"]);
        fails(&["cherry-pick", "other"]);
        assert_eq!(operations(), ["cherry-pick"]);
        repository.git(&["cherry-pick", "--abort"]);
        fails(&["rebase", "other"]);
        assert_eq!(operations(), ["rebase"]);
        repository.git(&["rebase", "--abort"]);
        repository.git(&["bisect", "start"]);
        assert_eq!(operations(), ["bisect"]);
        repository.git(&["bisect", "reset"]);
        fails(&["revert", "HEAD~1"]);
        assert_eq!(operations(), ["revert"]);
        repository.git(&["revert", "--abort"]);
        let patch = repository.beside("other.patch");
        fs::write(
            &patch,
            repository.git(&["format-patch", "-1", "--stdout", "other"]),
        )
        .unwrap();
        fails(&["am", patch.to_str().unwrap()]);
        assert_eq!(operations(), ["am"]);
    }

    #[test]
    fn nothing_is_ever_written() {
        let repository = Repository::new();
        repository
            .write("a", "a\n")
            .write("b", "b\n")
            .write(".gitignore", "x\n")
            .commit("one");
        repository.write("a", "b\n").commit("two");
        repository.git(&["stash", "list"]);
        repository.write("a", "stashed\n");
        repository.git(&["stash", "-q"]);
        repository.write("a", "c\n").write("new", "new\n");
        repository.git(&["add", "a"]);
        // the index is stale: git itself would refresh it here
        repository.write("b", "b\n");
        let before = snapshot(repository.root());
        for _ in 0..2 {
            let change = last(&repository);
            change.paths(Side::Head).unwrap();
            change.head_reaches("HEAD~1").unwrap();
            staged(&repository);
            on_disk(&repository);
        }
        assert_eq!(snapshot(repository.root()), before);
    }
}

mod patches {
    use super::*;

    fn read(text: impl AsRef<[u8]>) -> Result<Change, countersign::error::Error> {
        patch::change("x.patch", text.as_ref())
    }

    /// A patch gives no ids where only the path or the mode changed.
    fn without_ids(file: &FileChange) -> FileChange {
        let bare = |version: &Version| Version {
            id: ObjectId("".into()),
            ..version.clone()
        };
        let sides = match &file.sides {
            Sides::Added(new) => Sides::Added(bare(new)),
            Sides::Deleted(old) => Sides::Deleted(bare(old)),
            Sides::Both(old, new) => Sides::Both(bare(old), bare(new)),
        };
        FileChange {
            sides,
            ..file.clone()
        }
    }

    #[test]
    fn a_patch_gives_the_same_files_and_lines_as_the_range() {
        let repository = Repository::new();
        repository
            .write("moved", text(20))
            .write("gone", text(3))
            .write("edited with space", text(30))
            .write("run", "x\n");
        repository
            .write("binary", b"\0one")
            .write("quote\"tab\tä", "q\n")
            .write("typed", "t\n")
            .write("last", "no end")
            .commit("before");
        repository
            .remove("moved")
            .write("to/moved", text(20).replace("line 5 ", "LINE 5 "));
        repository
            .remove("gone")
            .write("new", "new\nno end")
            .write("empty", "")
            .write("run", "x\n")
            .executable("run", true);
        repository.write(
            "edited with space",
            text(30)
                .replace("line 3 ", "a\nb ")
                .replace("line 5 of a text\n", "")
                .replace("line 30", "--- x"),
        );
        repository
            .write("binary", b"\0two")
            .write("quote\"tab\tä", "Q\n")
            .write("last", "no end\n");
        repository
            .remove("typed")
            .link("typed", "run")
            .write(OsStr::from_bytes(b"raw\xff\n"), "raw\n")
            .commit("after");
        let change = last(&repository);
        for options in [
            &["-U3"][..],
            &["-U0"],
            &["-U3", "--no-prefix"],
            &["--src-prefix=i/", "--dst-prefix=w/"],
        ] {
            let words = [
                &["diff", "-M", "--binary", "--full-index"],
                options,
                &["HEAD~1", "HEAD"],
            ]
            .concat();
            let ours = read(repository.git(&words)).unwrap();
            assert_eq!(ours.files().len(), change.files().len());
            for (patched, ranged) in ours.files().iter().zip(change.files()) {
                assert_eq!(without_ids(patched), without_ids(ranged), "{options:?}");
            }
            let added = file(&ours, "new").after().unwrap();
            assert_eq!(ours.bytes(added).unwrap(), b"new\nno end");
            let edited = file(&ours, "edited with space").after().unwrap();
            assert!(matches!(
                ours.bytes(edited),
                Err(Unproven::NotSupplied(Kind::Files))
            ));
        }
    }

    #[test]
    fn mails_and_logs_around_a_diff_are_passed_over() {
        let repository = Repository::new();
        repository.write("a", text(5)).commit("before");
        repository
            .write("a", text(6))
            .commit("one\n\nwith a list\n- of\n+ things");
        repository.write("b", text(2)).commit("two");
        let both = repository.git(&["format-patch", "--stdout", "HEAD~2"]);
        assert_eq!(statuses(&read(both).unwrap()), ["modified a", "added b"]);
        let log = repository.git(&["log", "-p", "-2"]);
        assert_eq!(statuses(&read(log).unwrap()), ["modified a", "added b"]);
        let mailed = repository.git(&["format-patch", "--stdout", "HEAD~1"]);
        let mailed = String::from_utf8(mailed).unwrap().replace('\n', "\r\n");
        assert_eq!(statuses(&read(mailed).unwrap()), ["added b"]);
    }

    #[test]
    fn plain_diffs_are_read() {
        let change =
            read("--- a/x y\t2024-01-01\n+++ b/x y\t2024-01-02\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n")
                .unwrap();
        assert_eq!(statuses(&change), ["modified x y"]);
        let change = read("--- x.orig\n+++ x\n@@ -1 +1 @@\n-old\n+new\n").unwrap();
        assert_eq!(statuses(&change), ["modified x"]);
        let change = read("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+new\n").unwrap();
        assert_eq!(statuses(&change), ["added x"]);
        let change =
            read("--- old/x\t1970-01-01 00:00:00 +0000\n+++ new/x\t2024-01-01\n@@ -0,0 +1 @@\n+new\n")
                .unwrap();
        assert_eq!(change.files()[0].status, Status::Added);
    }

    #[test]
    fn a_malformed_patch_is_refused_at_its_line() {
        let head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";
        for (hunk, line, part) in [
            ("@@ -1,2 +1,2 @@\n-a\n+b\n", 6, "ends inside a hunk"),
            ("@@ -1 +1 @@\n-a\n+b\n+c\n", 7, "more lines than its header"),
            ("@@ -1 +1,2 @@\n-a\n-b\n+c\n", 6, "other lines than its header"),
            (
                "@@ -1,3 +1,3 @@\n-a\n+b\n\ndiff --git a/y b/y\n",
                8,
                "fewer lines",
            ),
            ("@@ -x +1 @@\n", 4, "header of a hunk"),
            ("@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b\n", 7, "before the end"),
        ] {
            let said = error(read(format!("{head}{hunk}")));
            assert!(
                said.contains(part) && said.contains(&format!("line {line}")),
                "{said}"
            );
        }
        assert!(error(read("diff --git a/../x b/../x\nnew file mode 100644\n")).contains("not a path"));
        assert!(
            error(read(
                "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
            ))
            .contains("a side that the file does not have")
        );
    }

    #[test]
    fn what_is_no_patch_is_refused() {
        for text in ["", "hello\n", "\0\0\0", "diff --git\n"] {
            assert!(error(read(text)).contains("holds no diff"), "{text:?}");
        }
        assert!(error(read("diff --cc x\n")).contains("merge"));
        assert!(error(read("@@ -1 +1 @@\n-a\n+b\n")).contains("without the name"));
        let twice = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n".repeat(2);
        let said = error(read(twice));
        assert!(
            said.contains("`x` is changed twice") && said.contains("line 7"),
            "{said}"
        );
    }

    #[test]
    fn what_a_patch_does_not_show_is_unknown() {
        let change = read("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").unwrap();
        assert!(matches!(
            change.entry(Side::Head, &path("other")),
            Err(Unproven::NotSupplied(Kind::Files))
        ));
        assert!(change.entry(Side::Head, &path("x")).unwrap().is_some());
        assert!(change.paths(Side::Head).is_err() && change.commits().is_err());
        let change = read("diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n").unwrap();
        assert!(matches!(file(&change, "y").content, Content::Opaque(_)));
    }
}

/// Random trees and real histories, compared with `git diff -M`.
mod as_git_does {
    use std::collections::BTreeMap;

    use super::common::repository::Row;
    use super::*;
    use proptest::prelude::*;

    /// What a tree holds at a name: its mode, and lines by their numbers.
    type Tree = BTreeMap<&'static str, (i32, Vec<u8>)>;

    const NAMES: [&str; 12] = [
        "a", "b/a", "b/c", "b/d/e.rs", "f g", "h", "h.rs", "i/a", "j", "k/l/m", "n\t\"", "ö",
    ];

    fn tree() -> impl Strategy<Value = Tree> {
        let mode = prop_oneof![6 => Just(0o100_644), 1 => Just(0o100_755), 1 => Just(0o120_000)];
        let content = (proptest::collection::vec(0u8..9, 0..30), any::<bool>(), 0..12u8).prop_map(
            |(lines, ends, kind)| {
                let text: String = lines.iter().map(|line| format!("line number {line}\n")).collect();
                let text = if ends { text } else { text.trim_end().to_owned() };
                let text = if kind == 0 {
                    text.replace('\n', "\r\n")
                } else {
                    text
                };
                if kind == 1 {
                    [text.as_bytes(), b"\0"].concat()
                } else {
                    text.into_bytes()
                }
            },
        );
        proptest::collection::btree_map(proptest::sample::select(&NAMES[..]), (mode, content), 0..10)
    }

    /// A second tree that has something in common with the first: some files stay, move or get a line.
    fn edited(tree: &Tree, edits: &[u8]) -> Tree {
        let mut after = Tree::new();
        for ((name, (mode, content)), edit) in tree.iter().zip(edits) {
            let place = NAMES.iter().position(|known| known == name).unwrap();
            let other = NAMES[(place + usize::from(*edit)) % NAMES.len()];
            let more = [content.as_slice(), b"\none more line\n"].concat();
            match edit {
                0..=3 => after.insert(name, (*mode, content.clone())),
                4..=5 => after.insert(other, (*mode, content.clone())),
                6..=8 => after.insert(other, (*mode, more)),
                9 => after.insert(name, (*mode, more)),
                10 => after.insert(name, (0o100_755, content.clone())),
                _ => None,
            };
        }
        after
    }

    fn commit(git: &git2::Repository, tree: &Tree) -> String {
        let mut index = git2::Index::new().unwrap();
        for (name, (mode, content)) in tree {
            // a file hides the folder of the same name
            if NAMES
                .iter()
                .any(|other| tree.contains_key(other) && name.starts_with(&format!("{other}/")))
            {
                continue;
            }
            let entry = git2::IndexEntry {
                ctime: git2::IndexTime::new(0, 0),
                mtime: git2::IndexTime::new(0, 0),
                dev: 0,
                ino: 0,
                mode: *mode as u32,
                uid: 0,
                gid: 0,
                file_size: 0,
                id: git.blob(content).unwrap(),
                flags: 0,
                flags_extended: 0,
                path: name.as_bytes().to_vec(),
            };
            index.add(&entry).unwrap();
        }
        let tree = git.find_tree(index.write_tree_to(git).unwrap()).unwrap();
        let parent = git.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let ada = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(1_700_000_000, 0)).unwrap();
        git.commit(Some("HEAD"), &ada, &ada, "x", &tree, &parents)
            .unwrap()
            .to_string()
    }

    /// Where several deleted files are equally similar to an added one, git's choice is an accident of its tables;
    /// what must agree is which paths changed, and how where there is no choice.
    fn touched(rows: &BTreeMap<Vec<u8>, Row>) -> BTreeMap<Vec<u8>, char> {
        let sides = rows.iter().flat_map(|(path, row)| match row.status {
            'R' => vec![(path.clone(), 'A'), (row.old.clone(), 'D')],
            status => vec![(path.clone(), status)],
        });
        sides.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_trees(before in tree(), edits in proptest::collection::vec(0u8..13, 12), extra in tree()) {
            let repository = Repository::new();
            let git = git2::Repository::open(repository.root()).unwrap();
            let mut after = edited(&before, &edits);
            after.extend(extra.into_iter().take(2));
            let (base, head) = (commit(&git, &before), commit(&git, &after));
            let change = range(repository.root(), Some(&base), Some(&head)).unwrap();
            let (ours, gits) = (by_us(&change), by_git(repository.root(), &[&base, &head]));
            prop_assert_eq!(touched(&ours), touched(&gits));
            let renames = |rows: &BTreeMap<Vec<u8>, Row>| rows.values().filter(|row| row.status == 'R').count();
            prop_assert_eq!(renames(&ours), renames(&gits), "{:?} {:?}", ours, gits);
            for (path, row) in &ours {
                let Some(other) = gits.get(path).filter(|other| row.status != 'R' && other.status == row.status) else {
                    continue;
                };
                // a binary file of which only the mode changed: git says `-`, we say that no line changed
                let is_same_blob = row.lines == Some((0, 0)) && other.lines.is_none();
                let lines = if is_same_blob { row.lines } else { other.lines };
                prop_assert_eq!(row, &Row { lines, ..other.clone() });
            }
        }
    }

    /// Every commit of a real history against its first parent: `COUNTERSIGN_HISTORY` names the git folder,
    /// `COUNTERSIGN_COMMITS` how many commits.
    #[test]
    #[ignore = "set COUNTERSIGN_HISTORY to a git folder"]
    fn real_histories() {
        let folder = std::path::PathBuf::from(std::env::var_os("COUNTERSIGN_HISTORY").unwrap());
        let most = std::env::var("COUNTERSIGN_COMMITS").unwrap_or_else(|_| "300".to_owned());
        let list = git(
            &folder,
            &["log", "--first-parent", "--format=%H %P", "-n", &most, "--all"],
        );
        let (mut compared, mut files, mut different) = (0, 0, Vec::new());
        for line in String::from_utf8(list).unwrap().lines() {
            let mut words = line.split(' ');
            let (Some(head), Some(base)) = (words.next(), words.next().filter(|base| !base.is_empty()))
            else {
                continue;
            };
            let change = range(&folder, Some(base), Some(head)).unwrap();
            let (mut ours, mut gits) = (by_us(&change), by_git(&folder, &[base, head]));
            for (path, row) in &mut ours {
                let is_opaque = change
                    .file(&path_of(path))
                    .is_some_and(|file| matches!(file.content, Content::Opaque(_)));
                if let Some(other) = gits.get_mut(path)
                    && (is_opaque || other.lines.is_none())
                {
                    // opaque here, or a binary file that only moved: git says `-`, we say that nothing changed
                    other.lines = None;
                    row.lines = None;
                }
            }
            compared += 1;
            files += ours.len();
            let rows = ours.iter().filter(|(path, row)| gits.get(*path) != Some(row));
            let rows: Vec<String> = rows
                .map(|(path, row)| format!("{} {} {:?}", row.status, path_of(path), row.lines))
                .collect();
            if ours != gits {
                different.push(format!("{base}..{head}\n  {}", rows.join("\n  ")));
            }
        }
        println!(
            "{compared} commits, {files} files, {} different\n{}",
            different.len(),
            different.join("\n")
        );
    }

    fn path_of(raw: &[u8]) -> RepoPath {
        path(raw)
    }
}

mod documents {
    use countersign::{evidence::claims::document, finding::Place};

    use super::*;

    #[test]
    fn each_commit_message_is_judged_against_its_own_diff() {
        let repository = Repository::new();
        repository.write("kept.rs", "kept\n").commit("before");
        repository.write("a.rs", "a\n").commit("add a\n\nIt is new.\n");
        repository.write("a.rs", "b\n").commit("change a");
        let change = range(repository.root(), Some("HEAD~2"), Some("HEAD")).unwrap();
        let documents = document::of_commits(&change).unwrap();
        let titles: Vec<&str> = documents
            .iter()
            .filter_map(|document| document.title.as_deref())
            .collect();
        assert_eq!(titles, ["add a", "change a"]);
        assert_eq!(documents[0].body.trim(), "It is new.");
        assert!(matches!(documents[0].place(1), Place::Commit(_)));
        let own = |at: usize| documents[at].own_change(&change).unwrap().unwrap();
        assert_eq!(statuses(&own(0)), ["added a.rs"]);
        assert_eq!(statuses(&own(1)), ["modified a.rs"]);
        assert_eq!(own(1).files()[0].removed().count(), 1);
        let version = own(1).entry(Side::Base, &path("a.rs")).unwrap().unwrap();
        assert_eq!(own(1).text(&version).unwrap(), "a\n");
        assert_eq!(own(0).entry(Side::Base, &path("a.rs")).unwrap(), None);
    }

    #[test]
    fn the_first_commit_of_all_is_compared_with_nothing_and_a_merge_with_none() {
        let repository = Repository::new();
        let first = repository.write("a.rs", "a\n").commit("first");
        repository.git(&["switch", "-qc", "side"]);
        repository.write("b.rs", "b\n").commit("b");
        repository.git(&["switch", "-q", "main"]);
        repository.write("c.rs", "c\n").commit("c");
        repository.git(&["merge", "-q", "--no-ff", "-m", "merge side", "side"]);
        let change = range(repository.root(), Some("HEAD~2"), Some("HEAD")).unwrap();
        let own = change.of_commit(&ObjectId(first.trim().into())).unwrap();
        assert_eq!(statuses(&own), ["added a.rs"]);
        let merge = repository.ask(&["rev-parse", "HEAD"]);
        assert!(matches!(
            change.of_commit(&ObjectId(merge.into())),
            Err(Unproven::Insufficient(_))
        ));
        let titles = document::of_commits(&change).unwrap();
        assert!(
            titles
                .iter()
                .all(|document| document.title.as_deref() != Some("merge side"))
        );
    }
}

mod reviews {
    use countersign::{
        checks::{Settings, claims::Told},
        evidence::{
            Evidence,
            claims::{Claims, manifest},
            reviews::{Reviews, Thread},
        },
        finding::{Abstain, Judged},
        policy::Policy,
    };

    use super::*;

    /// Two commits of which the second touches `a.rs` near its end.
    fn repository() -> (Repository, String) {
        let repository = Repository::new();
        repository
            .write("a.rs", text(60))
            .write("b.rs", text(5))
            .commit("before");
        let first = repository
            .write("a.rs", text(60).replace("line 3 ", "LINE 3 "))
            .write("b.rs", text(6))
            .commit("first");
        repository
            .write(
                "a.rs",
                text(60)
                    .replace("line 3 ", "LINE 3 ")
                    .replace("line 50 ", "LINE 50 "),
            )
            .commit("second");
        let first = first.trim().to_owned();
        (repository, first)
    }

    fn thread(path: &str, line: u32, commit: &str) -> Thread {
        Thread {
            id: format!("{path}:{line}"),
            path: Some(path.to_owned()),
            lines: Some((line, line)),
            author: "dana".to_owned(),
            body: "Rename this.".to_owned(),
            commit: Some(commit.to_owned()),
            ..Thread::default()
        }
    }

    fn judged(claim: &str, threads: Vec<Thread>, repository: &Repository) -> Judged {
        let change = range(repository.root(), Some("HEAD~2"), Some("HEAD")).unwrap();
        let claims = Claims {
            claims: manifest::parse("claims.yaml", claim.as_bytes()).unwrap(),
            ..Claims::default()
        };
        let reviews = Reviews {
            threads,
            inputs: Vec::new(),
        };
        let evidence = Evidence::of(change)
            .with_claims(Ok(claims))
            .with_reviews(Some(reviews));
        let settings = Settings::new(Policy::default()).unwrap();
        Told::of(&evidence, &settings).sum("claims-review-addressed", &evidence)
    }

    const ALL: &str = "- form: review-addressed\n";

    #[test]
    fn a_thread_whose_file_nobody_touched_since_is_not_addressed() {
        let (repository, first) = repository();
        let findings = judged(ALL, vec![thread("b.rs", 2, &first)], &repository).unwrap();
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].says.contains("does not touch `b.rs`"),
            "{}",
            findings[0].says
        );
        assert_eq!(findings[0].at_most, None);
        let named = "- form: review-addressed\n  target: b.rs:2\n";
        assert_eq!(
            judged(named, vec![thread("b.rs", 2, &first)], &repository)
                .unwrap()
                .len(),
            1
        );
        let last = repository.ask(&["rev-parse", "HEAD"]);
        let findings = judged(ALL, vec![thread("a.rs", 2, &last)], &repository).unwrap();
        assert!(
            findings[0].says.contains("no commit came after it"),
            "{}",
            findings[0].says
        );
    }

    #[test]
    fn an_edit_near_the_remark_answers_it_and_one_elsewhere_decides_nothing() {
        let (repository, first) = repository();
        assert_eq!(
            judged(ALL, vec![thread("a.rs", 48, &first)], &repository),
            Ok(Vec::new())
        );
        for undecided in [thread("a.rs", 3, &first), thread("a.rs", 48, &"c".repeat(40))] {
            assert!(matches!(
                judged(ALL, vec![undecided], &repository),
                Err(Abstain::NotApplicable(_))
            ));
        }
        let mixed = vec![thread("a.rs", 48, &first), thread("b.rs", 2, &first)];
        let findings = judged(ALL, mixed, &repository).unwrap();
        assert_eq!(
            findings[0].at_most,
            Some(countersign::finding::Level::Warn),
            "it may be done elsewhere"
        );
    }
}
