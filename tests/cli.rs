//! What does somebody get who runs the program wrongly, or on a machine that fails?
//!
//! Always: an exit code of the four, one message that names the thing and the way out, no panic.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up is a failed test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use assert_cmd::cargo::CommandCargoExt as _;

/// A repository with two commits and, beside it, a task that is kept.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bench = Self { folder };
        fs::create_dir_all(bench.path("repo/src")).unwrap();
        bench.git(&["init", "-q", "-b", "main"]);
        bench.commit("src/a.py", "def one():\n    return 1\n", "The first commit");
        bench.commit("src/a.py", "def one():\n    return 2\n", "The second commit");
        bench.file("task.yaml", "deny: [migrations/**]\n");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn commit(&self, name: &str, text: &str, message: &str) {
        self.file(&format!("repo/{name}"), text);
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    fn git(&self, words: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.path("repo"))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(words)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        assert!(git.status().unwrap().success(), "git {words:?}");
    }

    fn git_says(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        let output = git.current_dir(self.path("repo")).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::cargo_bin("countersign").unwrap();
        command.current_dir(self.folder.path()).args(words);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "GITHUB_ACTIONS"] {
            command.env_remove(name);
        }
        command.env_remove("CI_MERGE_REQUEST_DESCRIPTION");
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        Ran::of(self.command(words).output().unwrap())
    }

    /// `check` on the last commit.
    fn check(&self, words: &[&str]) -> Ran {
        let mut all = vec!["check", "--repo", "repo", "--base", "HEAD~1"];
        all.extend(words);
        self.run(&all)
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Self {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
        ran
    }

    /// Refused: nothing on standard output, and a message that holds every one of these.
    #[track_caller]
    fn refused(&self, message: &[&str]) {
        assert_eq!(self.code, 2, "{}", self.err);
        assert_eq!(self.out, "");
        assert!(self.err.starts_with("error: "), "{}", self.err);
        for part in message {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let bench = Bench::new();
    for flag in ["--task", "--claims", "--policy", "--earlier"] {
        bench
            .check(&[flag, "nowhere.yaml"])
            .refused(&["cannot read `nowhere.yaml`"]);
    }
    bench
        .run(&["check", "--diff", "nowhere.patch"])
        .refused(&["nowhere.patch"]);
}

#[test]
fn a_folder_is_not_a_file() {
    let bench = Bench::new();
    bench
        .check(&["--task", "repo"])
        .refused(&["cannot read `repo`", "it is a folder"]);
}

#[test]
fn an_unknown_field_is_named_with_its_place_and_what_would_be_right() {
    let bench = Bench::new();
    bench.file("task.yaml", "id: a\nalow: [src/**]\n");
    let ran = bench.check(&["--task", "task.yaml"]);
    ran.refused(&["task `task.yaml` at line 2 column 1", "alow", "allow"]);
    bench.file("claims.yaml", "claims:\n  - form: all-pass\n    sauce: x\n");
    let ran = bench.check(&["--claims", "claims.yaml"]);
    ran.refused(&["claims `claims.yaml` at line 3", "sauce", "source"]);
    bench.file("policy.yaml", "strickt: true\n");
    let ran = bench.check(&["--policy", "policy.yaml"]);
    ran.refused(&["policy `policy.yaml` at line 1 column 1", "strickt", "strict"]);
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    let bench = Bench::new();
    bench.file("policy.yaml", "mutation:\n  score: high\n");
    let ran = bench.check(&["--policy", "policy.yaml"]);
    ran.refused(&[
        "policy `policy.yaml` at line 2",
        "score",
        "high",
        "expected a number",
    ]);
    bench.file("task.yaml", "attempt: -1\n");
    bench
        .check(&["--task", "task.yaml"])
        .refused(&["task `task.yaml` at line 1", "attempt"]);
}

#[test]
fn yaml_that_does_not_parse_and_yaml_that_attacks_are_refused_with_their_line() {
    let bench = Bench::new();
    for (text, line) in [
        ("id: a\ndeny: [src\n", ""),
        ("id: a\nid: b\n", ""),
        ("id: a\nsummary: &x y\n", "line 2"),
        (&format!("deny: {}\n", "[".repeat(100)), "line 1"),
        ("a\u{1b}[31m: b\n", "line 1"),
    ] {
        bench.file("task.yaml", text);
        bench
            .check(&["--task", "task.yaml"])
            .refused(&["task `task.yaml`", line]);
    }
    bench.file("task.yaml", &format!("summary: {}\n", "x".repeat(70_000)));
    bench
        .check(&["--task", "task.yaml"])
        .refused(&["task.yaml", "bytes", "limit"]);
}

#[test]
fn a_check_that_does_not_exist_gets_the_nearest_one() {
    let bench = Bench::new();
    bench.file(
        "policy.yaml",
        "strict: true\nlevels:\n  scope-forbiden-path: warn\n",
    );
    let ran = bench.check(&["--policy", "policy.yaml"]);
    ran.refused(&[
        "policy `policy.yaml` at line 3",
        "scope-forbiden-path",
        "did you mean `scope-forbidden-path`",
    ]);
    let ran = bench.check(&["--require", "test"]);
    ran.refused(&["`test`", "did you mean `tests`"]);
    bench
        .run(&["explain", "scope-forbiden-path"])
        .refused(&["did you mean `scope-forbidden-path`"]);
    bench
        .run(&["schema", "polcy"])
        .refused(&["did you mean `policy`"]);
    bench.run(&["man", "chek"]).refused(&["did you mean `check`"]);
}

#[test]
fn an_earlier_verdict_that_is_none_is_refused_with_its_place() {
    let bench = Bench::new();
    for text in [
        "{\n  \"schema_version\": }",
        "{}",
        "{\"schema_version\": 99, \"change\": {}}",
        "",
    ] {
        bench.file("earlier.json", text);
        bench
            .check(&["--earlier", "earlier.json"])
            .refused(&["earlier verdict `earlier.json`"]);
    }
}

#[test]
fn an_unknown_revision_is_named() {
    let bench = Bench::new();
    for words in [["--base", "no-such-branch"], ["--head", "no-such-branch"]] {
        let mut all = vec!["check", "--repo", "repo"];
        all.extend(words);
        bench.run(&all).refused(&["no-such-branch", "help: "]);
    }
}

#[test]
fn a_folder_without_a_repository_is_named() {
    let bench = Bench::new();
    fs::create_dir(bench.path("empty")).unwrap();
    bench
        .run(&["check", "--repo", "empty"])
        .refused(&["empty", "help: "]);
    bench
        .run(&["check", "--repo", "nowhere"])
        .refused(&["nowhere", "help: "]);
}

#[test]
fn an_empty_range_is_a_mistake_and_no_pass() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "--repo", "repo", "--base", "HEAD", "--head", "HEAD"]);
    ran.refused(&["nothing changed", "--base"]);
    for (mode, way_out) in [("--staged", "git add"), ("--worktree", "HEAD~1")] {
        bench
            .run(&["check", "--repo", "repo", mode])
            .refused(&["nothing changed", way_out]);
    }
}

#[test]
fn an_approval_of_nothing_that_exists_is_refused() {
    let bench = Bench::new();
    bench.file("task.yaml", "approve: [deleted-tests]\n");
    bench
        .check(&["--task", "task.yaml"])
        .refused(&["task `task.yaml`: approve", "did you mean `deleted-test`"]);
    bench.file("policy.yaml", "approve: [cii, dependency]\n");
    bench.check(&["--policy", "policy.yaml"]).refused(&[
        "policy `policy.yaml`: approve",
        "`cii`",
        "did you mean `ci`",
    ]);
}

#[test]
fn a_claim_that_no_check_decides_is_said_to_be_unchecked() {
    let bench = Bench::new();
    bench.file(
        "claims.yaml",
        "- form: file-edited\n  target: src/a.py\n- form: file-editd\n  target: b.py\n- form: benchmark\n",
    );
    let ran = bench.check(&["--claims", "claims.yaml"]);
    for note in [
        "not checked: claims.yaml:3: \"file-editd b.py\": there is no form `file-editd`; did you mean `file-edited`?",
        "not checked: claims.yaml:5: \"benchmark\": a number without proof: no result of a benchmark is read",
    ] {
        assert!(ran.out.contains(note), "{note} is not in: {}", ran.out);
    }
    assert!(!ran.out.contains("not checked: claims.yaml:1"), "{}", ran.out);
}

#[test]
fn reports_that_are_missing_or_unreadable_leave_the_run_unproven() {
    let bench = Bench::new();
    let ran = bench.check(&["--tests", "reports/*.xml"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("reports/*.xml"), "{}", ran.out);
    assert!(ran.out.contains("verdict: unproven"), "{}", ran.out);
    bench.file("cut.xml", "<testsuite><testcase name=\"a\"");
    let ran = bench.check(&["--tests", "cut.xml"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("cut.xml"), "{}", ran.out);
    let ran = bench.check(&["--mutation", "nowhere.json"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("nowhere.json"), "{}", ran.out);
}

#[test]
fn required_evidence_that_nobody_gives_leaves_the_run_unproven() {
    let bench = Bench::new();
    let ran = bench.check(&["--require", "coverage"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("unproven[coverage]"), "{}", ran.out);
    assert!(ran.out.contains("--coverage FILE"), "{}", ran.out);
    for (kind, argument) in [
        ("reviews", "--reviews FILE"),
        ("sarif", "--sarif FILE"),
        ("transcripts", "--claims FILE"),
    ] {
        let ran = bench.check(&["--require", kind]);
        assert_eq!(ran.code, 3, "{kind}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(&format!("unproven[{kind}]")), "{}", ran.out);
        assert!(ran.out.contains(argument), "{kind}: {}", ran.out);
    }
}

#[test]
fn bad_arguments_are_refused_with_the_usage() {
    let bench = Bench::new();
    bench.run(&["chekc"]).refused(&["chekc", "check"]);
    bench.check(&["--tset", "a.xml"]).refused(&["--tset"]);
    bench
        .check(&["--report", "pdf"])
        .refused(&["no report format `pdf`", "text, json"]);
    bench.check(&["--report", "json="]).refused(&["names no file"]);
    bench.check(&["--color", "pink"]).refused(&["pink", "auto"]);
    bench.check(&["--staged", "--worktree"]).refused(&["--worktree"]);
    let ran = bench.run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Usage"), "{}", ran.err);
}

#[test]
fn help_that_was_asked_for_is_no_failure_and_tells_the_exit_codes() {
    let bench = Bench::new();
    for words in [vec!["--help"], vec!["check", "--help"]] {
        let ran = bench.run(&words);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("Exit codes: 0 pass, 1 fail, 2"), "{}", ran.out);
    }
    assert_eq!(bench.run(&["--version"]).code, 0);
}

#[test]
fn every_format_ends_with_the_same_code() {
    let bench = Bench::new();
    bench.file("deny.yaml", "deny: [src/**]\n");
    for (words, code) in [
        (vec!["--task", "deny.yaml"], 1),
        (vec!["--task", "task.yaml"], 0),
        (vec!["--require", "coverage"], 3),
        (vec!["--task", "nowhere.yaml"], 2),
    ] {
        for format in countersign::report::FORMATS {
            let mut all = words.clone();
            all.extend(["--report", format.name]);
            let ran = bench.check(&all);
            assert_eq!(
                ran.code, code,
                "{words:?} {}: {}{}",
                format.name, ran.out, ran.err
            );
        }
    }
}

#[test]
fn one_run_makes_every_report_and_each_is_whole() {
    let bench = Bench::new();
    let ran = bench.check(&[
        "--task",
        "task.yaml",
        "--report",
        "text",
        "--report",
        "json=out.json",
    ]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("verdict: pass"), "{}", ran.out);
    let json: serde_json::Value = serde_json::from_slice(&fs::read(bench.path("out.json")).unwrap()).unwrap();
    assert_eq!(json["verdict"], "pass");
    assert_eq!(json["exit_code"], 0);
    assert_eq!(ran.err, "");
}

#[test]
fn a_report_can_be_read_by_others_as_the_umask_says() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    bench.check(&["--report", "json=out.json"]);
    bench.file("plain", "");
    let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("out.json"), mode("plain"));
}

#[test]
fn a_report_that_is_a_link_stays_a_link() {
    let bench = Bench::new();
    bench.file("real.json", "old");
    std::os::unix::fs::symlink("real.json", bench.path("link.json")).unwrap();
    bench.check(&["--report", "json=link.json"]);
    assert!(
        fs::symlink_metadata(bench.path("link.json"))
            .unwrap()
            .is_symlink()
    );
    assert!(
        fs::read_to_string(bench.path("real.json"))
            .unwrap()
            .contains("schema_version")
    );
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_judging() {
    let bench = Bench::new();
    bench.check(&["--report", "json=no/such/out.json"]).refused(&[
        "cannot write `no/such/out.json`: there is no folder `no/such`",
        "create it",
    ]);
    bench
        .check(&["--report", "json=repo"])
        .refused(&["cannot write `repo`", "it is a folder"]);
    // the output is opened first: the revision is not even looked at
    let ran = bench.run(&[
        "check",
        "--repo",
        "repo",
        "--base",
        "no-such",
        "--report",
        "json=no/out.json",
    ]);
    ran.refused(&["cannot write `no/out.json`"]);
}

#[test]
fn two_reports_do_not_share_a_place() {
    let bench = Bench::new();
    bench
        .check(&["--report", "text", "--report", "json"])
        .refused(&["two reports", "standard output"]);
    bench
        .check(&["--report", "text=a", "--report", "json=a"])
        .refused(&["two reports", "`a`"]);
}

#[test]
fn a_run_without_a_verdict_leaves_the_old_report_and_no_half_one() {
    let bench = Bench::new();
    bench.file("out.json", "old");
    bench
        .check(&["--task", "nowhere.yaml", "--report", "json=out.json"])
        .refused(&["nowhere.yaml"]);
    assert_eq!(fs::read_to_string(bench.path("out.json")).unwrap(), "old");
    bench
        .check(&["--task", "nowhere.yaml", "--report", "json=new.json"])
        .refused(&["nowhere.yaml"]);
    let left = fs::read_dir(bench.folder.path()).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name == "new.json"), "{names:?}");
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().starts_with(".countersign")),
        "{names:?}"
    );
}

#[test]
fn a_full_disk_is_no_pass_and_a_device_stays_a_device() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let bench = Bench::new();
    bench
        .check(&["--report", "json=/dev/full"])
        .refused(&["cannot write `/dev/full`", "No space left"]);
    assert_eq!(
        bench
            .check(&["--task", "task.yaml", "--report", "json=/dev/null"])
            .code,
        0
    );
    for device in ["/dev/full", "/dev/null"] {
        assert!(!fs::metadata(device).unwrap().is_file(), "{device}");
    }
    for words in [
        vec!["check", "--repo", "repo", "--base", "HEAD~1"],
        vec!["explain"],
        vec!["--help"],
        vec!["schema", "task"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(bench.command(&words).stdout(full).output().unwrap());
        assert_eq!(ran.code, 2, "{words:?}");
        assert!(
            ran.err.contains("cannot write `standard output`"),
            "{words:?}: {}",
            ran.err
        );
    }
}

#[test]
fn a_report_can_go_to_standard_error() {
    let bench = Bench::new();
    let ran = bench.check(&[
        "--task",
        "task.yaml",
        "--report",
        "text=/dev/stderr",
        "--report",
        "json",
    ]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("verdict: pass"), "{}", ran.err);
    assert!(ran.out.starts_with('{'), "{}", ran.out);
    let kept = fs::File::create(bench.path("err.txt")).unwrap();
    let words = [
        "check",
        "--repo",
        "repo",
        "--base",
        "HEAD~1",
        "--report",
        "text=/dev/stderr",
    ];
    bench.command(&words).stderr(kept).status().unwrap();
    assert!(
        fs::read_to_string(bench.path("err.txt"))
            .unwrap()
            .contains("verdict: ")
    );
}

#[test]
fn a_shallow_clone_is_told_how_to_become_whole() {
    let bench = Bench::new();
    let from = format!("file://{}", bench.path("repo").display());
    let to = bench.path("clone").display().to_string();
    bench.git(&["clone", "-q", "--depth", "1", &from, &to]);
    let ran = bench.run(&["check", "--repo", "clone", "--base", "HEAD~1"]);
    ran.refused(&["shallow", "git fetch --unshallow", "fetch-depth: 0"]);
}

#[test]
fn a_closed_pipe_is_no_pass() {
    let bench = Bench::new();
    for words in [
        vec!["check", "--repo", "repo", "--base", "HEAD~1"],
        vec!["demo"],
        vec!["explain"],
    ] {
        let mut child = bench
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
    }
}

#[test]
fn colours_follow_the_flag_and_the_environment_and_the_words_stay_the_same() {
    let bench = Bench::new();
    bench.file("deny.yaml", "deny: [src/**]\n");
    let words = [
        "check",
        "--repo",
        "repo",
        "--base",
        "HEAD~1",
        "--task",
        "deny.yaml",
    ];
    let look = |flag: &str, variables: &[(&str, &str)]| {
        let mut command = bench.command(&words);
        command.args(["--color", flag]).envs(variables.iter().copied());
        Ran::of(command.output().unwrap()).out
    };
    let plain = look("auto", &[]);
    assert!(!plain.contains('\u{1b}'), "a pipe is no terminal");
    let colored = look("always", &[("NO_COLOR", "1")]);
    assert!(colored.contains('\u{1b}'));
    assert_eq!(look("auto", &[("CLICOLOR_FORCE", "1")]), colored);
    assert_eq!(look("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    assert_eq!(look("never", &[("CLICOLOR_FORCE", "1")]), plain);
    assert_eq!(without_colours(&colored), plain);
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn hostile_names_stay_on_their_line_in_every_report() {
    let bench = Bench::new();
    let name = "src/x\u{1b}[2J\n::error::\u{202e}y.py";
    bench.commit(name, "a = 1\n", "A commit\n\n::set-output name=a::b");
    bench.file("deny.yaml", "deny: [src/**]\n");
    for format in countersign::report::FORMATS {
        let ran = bench.check(&["--task", "deny.yaml", "--report", format.name]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let odd = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!ran.out.contains(odd), "{}: {:?}", format.name, ran.out);
        let command =
            |line: &str| line.trim_start().starts_with("::") || line.trim_start().starts_with("##[");
        assert!(!ran.out.lines().any(command), "{}: {}", format.name, ran.out);
    }
    let ran = bench.check(&["--task", "no\u{1b}[31m\nsuch\n::error::x"]);
    ran.refused(&["no\\u{1b}[31m\\nsuch\\n::error::x"]);
    assert_eq!(ran.err.lines().count(), 1);
}

#[test]
fn many_findings_of_one_check_are_cut_in_text_and_whole_in_json() {
    let bench = Bench::new();
    for number in 0..12 {
        bench.file(&format!("repo/src/f{number:02}.py"), "a = 1\n");
    }
    bench.commit("src/last.py", "a = 1\n", "Many files");
    bench.file("deny.yaml", "deny: [src/**]\n");
    let text = bench.check(&["--task", "deny.yaml"]).out;
    let shown = text
        .lines()
        .filter(|line| line.starts_with("deny[scope-forbidden-path]"))
        .count();
    assert_eq!(shown, 5, "{text}");
    assert!(
        text.contains("and 8 more of `scope-forbidden-path`: see `--report json`"),
        "{text}"
    );
    let json = bench.check(&["--task", "deny.yaml", "--report", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let item = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == "scope-forbidden-path");
    assert_eq!(item.unwrap()["findings"].as_array().unwrap().len(), 13);
}

#[test]
fn a_json_report_can_be_given_to_the_next_run() {
    let bench = Bench::new();
    bench.commit("src/b.py", "b = 1\n", "Another file");
    bench.check(&["--report", "json=first.json"]);
    let (earlier, _) = countersign::evidence::earlier::read(&bench.path("first.json")).unwrap();
    let head = bench.git_says(&["rev-parse", "HEAD"]);
    assert_eq!(earlier.head.as_deref(), Some(head.trim()));
    assert_eq!(earlier.added, ["src/b.py"]);
    let ran = bench.check(&[
        "--earlier",
        "first.json",
        "--task",
        "task.yaml",
        "--report",
        "json",
    ]);
    assert!(matches!(ran.code, 0 | 1), "{}{}", ran.out, ran.err);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let inputs = json["inputs"].as_array().unwrap();
    assert!(
        inputs
            .iter()
            .any(|input| input["role"] == "earlier" && input["file"] == "first.json")
    );
}

#[test]
fn two_runs_on_the_same_evidence_give_the_same_bytes() {
    let bench = Bench::new();
    for format in countersign::report::FORMATS {
        let report = || bench.check(&["--task", "task.yaml", "--report", format.name]).out;
        assert_eq!(report(), report(), "{}", format.name);
    }
}

#[test]
fn a_program_under_another_name_parses_with_itself_and_not_with_what_lies_beside_it() {
    let bench = Bench::new();
    let ending = std::env::consts::EXE_EXTENSION;
    let renamed = bench.path("gate").with_extension(ending);
    let built = bench.command(&[]).get_program().to_owned();
    fs::copy(built, &renamed).unwrap();
    // what a search beside the program would start
    let decoy = bench.path("countersign").with_extension(ending);
    fs::copy(std::env::current_exe().unwrap(), decoy).unwrap();
    bench.commit("src/a.py", "def one(:\n    return 3\n", "Break it");
    let mut check = Command::new(renamed);
    check.args(["check", "--repo", "repo", "--base", "HEAD~1", "--report", "json"]);
    let ran = Ran::of(check.current_dir(bench.folder.path()).output().unwrap());
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut items = json["items"].as_array().unwrap().iter();
    let syntax = items.find(|item| item["id"] == "edits-syntax").unwrap();
    assert_eq!(syntax["findings"].as_array().unwrap().len(), 1, "{syntax}");
}

/// The event of a pull request with this text, as GitHub writes it.
fn event(text: &str) -> String {
    let pull = serde_json::json!({"number": 3, "title": "Return two", "body": text, "draft": false});
    serde_json::json!({"action": "opened", "number": 3, "pull_request": pull}).to_string()
}

const UNTRUE: &str = "Added `tests/test_a.py`.\r\n\r\nUpdated `README.md`.\r\n";

/// The places at which `claims-file` is broken, and how the JSON report tells of the claims.
fn refuted(ran: &Ran) -> (Vec<String>, serde_json::Value) {
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut items = json["items"].as_array().unwrap().iter();
    let item = items.find(|item| item["id"] == "claims-file").unwrap();
    let findings = item["findings"].as_array().into_iter().flatten();
    let levels = findings.map(|finding| finding["level"].as_str().unwrap().to_owned());
    (levels.collect(), json["read"].clone())
}

fn with_readme() -> Bench {
    let bench = Bench::new();
    bench.commit("README.md", "# A\n", "Describe it");
    bench.commit("src/a.py", "def one():\n    return 3\n", "The last commit");
    bench
}

const JUDGE: &[&str] = &["check", "--repo", "repo", "--base", "HEAD~1", "--report", "json"];

#[test]
fn the_text_of_a_pull_request_is_read_from_the_event_that_is_named() {
    let bench = with_readme();
    bench.file("event.json", &event(UNTRUE));
    let (levels, evidence) = refuted(&bench.run(&[JUDGE, &["--event", "event.json"]].concat()));
    assert!(
        !levels.is_empty() && levels.iter().all(|level| level == "warn"),
        "{levels:?}"
    );
    assert_eq!(evidence["claims"], 2);
    bench.file("event.json", "{\"ref\": \"refs/heads/main\"}");
    let (levels, evidence) = refuted(&bench.run(&[JUDGE, &["--event", "event.json"]].concat()));
    assert!(levels.is_empty() && evidence["claims"].is_null(), "{evidence}");
    bench.file("event.json", "[]");
    bench
        .check(&["--event", "event.json"])
        .refused(&["event.json", "no event of GitHub"]);
    bench
        .check(&["--event", "nowhere.json"])
        .refused(&["cannot read `nowhere.json`"]);
}

#[test]
fn a_workflow_of_github_hands_over_its_event_unless_claims_are_given() {
    let bench = with_readme();
    bench.file("event.json", &event(UNTRUE));
    bench.file("claims.yaml", "- form: dep-none\n");
    let count = |words: &[&str], actions: &str| {
        let mut command = bench.command(&[JUDGE, words].concat());
        command.env("GITHUB_ACTIONS", actions);
        command.env("GITHUB_EVENT_PATH", bench.path("event.json"));
        let (_, evidence) = refuted(&Ran::of(command.output().unwrap()));
        evidence["claims"].as_u64()
    };
    assert_eq!(count(&[], "true"), Some(2));
    assert_eq!(count(&[], "false"), None);
    assert_eq!(count(&["--claims", "claims.yaml"], "true"), Some(1));
}

#[test]
fn a_merge_request_of_gitlab_is_read_and_never_accuses_where_it_is_cut_off() {
    let bench = with_readme();
    let levels = |truncated: &str| {
        let mut command = bench.command(JUDGE);
        command.env("CI_MERGE_REQUEST_TITLE", "Return two");
        command.env("CI_MERGE_REQUEST_DESCRIPTION", UNTRUE);
        command.env("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED", truncated);
        let (levels, evidence) = refuted(&Ran::of(command.output().unwrap()));
        assert_eq!(evidence["claims"], 2);
        levels
    };
    assert!(!levels("false").is_empty());
    assert!(levels("true").is_empty());
}

#[test]
fn without_claims_the_messages_of_the_commits_accuse_and_prove_nothing() {
    let bench = with_readme();
    bench.commit("src/a.py", "def one():\n    return 4\n", "Updated `README.md`");
    let (levels, evidence) = refuted(&bench.run(JUDGE));
    assert_eq!(levels, ["warn"]);
    assert!(
        evidence["claims"].is_null() && evidence["message_claims"] == 1,
        "{evidence}"
    );
    let text = bench.check(&[]).out;
    assert!(
        text.contains("claims: 1 from commit messages (1 refuted)"),
        "{text}"
    );
    let joined = "Merge (#4)\n\n* Updated `README.md`\n* Returned five\n";
    bench.commit("src/a.py", "def one():\n    return 4.5\n", joined);
    assert!(
        refuted(&bench.run(JUDGE)).0.is_empty(),
        "joined messages never accuse"
    );
    bench.commit("src/a.py", "def one():\n    return 5\n", "Updated `src/a.py`");
    for required in ["claims", "claims-file", "claims-missing"] {
        let ran = bench.check(&["--require", required]);
        assert_eq!(ran.code, 3, "{required}: {}", ran.out);
        assert!(
            ran.out.contains("1 from commit messages (1 supported)"),
            "{}",
            ran.out
        );
    }
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = bench.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        for (command, _) in countersign::cli::commands() {
            assert!(ran.out.contains(&command), "{shell} does not name {command}");
        }
    }
    for (command, _) in countersign::cli::commands() {
        let ran = bench.run(&["man", &command]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains(".SH NAME"), "{command}");
    }
    bench.run(&["completions", "cmd"]).refused(&["cmd", "bash"]);
}

#[test]
fn every_check_has_a_page() {
    let bench = Bench::new();
    let list = bench.run(&["explain"]).out;
    for check in countersign::checks::CHECKS {
        assert!(list.contains(check.id), "{}", check.id);
        let ran = bench.run(&["explain", check.id]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.starts_with(&format!("# {}\n", check.id)), "{}", ran.out);
    }
}
