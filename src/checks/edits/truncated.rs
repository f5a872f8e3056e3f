//! Was a file cut short: most of its lines gone without a word, its end inside an open block, or a comment in place of
//! the rest?
//!
//! Lines that moved to another file are not lost, a file that was written anew is not cut, and one sentence of the
//! author about the removal is enough.

use std::collections::{BTreeSet, HashSet};

use crate::{
    checks::Settings,
    evidence::{
        Evidence, Supplied,
        change::{Change, Content, FileChange, Line, Status, weight},
        claims::Form,
    },
    finding::{Abstain, Finding, Judged, Level, Place, Unproven},
    kinds::{FileKind, Kinds},
    path::RepoPath,
    risk,
    search::{Search, holds_identifier},
};

/// Shorter files are rewritten too often for their length to mean anything, in lines.
const LEAST_LINES: usize = 40;
/// Share of its lines that a file must lose, in per cent.
const LOST: usize = 60;
/// New lines for so many lost ones make it a rewrite, in per cent.
const REWRITTEN: usize = 25;
/// Share of the lost lines that turn up elsewhere in the change, in per cent, for them to have moved.
const MOVED: usize = 50;
/// Shorter lines turn up everywhere, in bytes.
const TELLING_LINE: usize = 8;

/// Languages whose blocks are in braces, and whose files end outside of all.
const BRACES: &[&str] = &[
    "rs", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "kt", "c", "cc", "cpp", "cxx",
    "h", "hpp", "cs", "swift", "php", "scala", "dart", "css", "scss", "json", "zig", "proto", "tf",
];

/// Judges the item.
///
/// # Errors
/// No text file that was there before was edited, or one cannot be read.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files();
    let judged = || files.iter().filter(|file| is_judged(file, &settings.kinds));
    let (mut findings, mut unread, mut any) = (Vec::new(), None, false);
    for file in judged() {
        any = true;
        match look(file, evidence, settings) {
            Ok(found) => findings.extend(found),
            Err(why) => unread = Some(why),
        }
    }
    match unread {
        Some(why) if findings.is_empty() => Err(why.into()),
        None if !any => Err(Abstain::not_applicable("no text that people write was edited")),
        Some(_) | None => Ok(findings),
    }
}

/// Files at head that people write by hand and that are text, or should be.
fn is_judged(file: &FileChange, kinds: &Kinds) -> bool {
    let there = match file.status {
        Status::Added | Status::Modified | Status::Renamed => true,
        Status::Deleted | Status::Copied | Status::TypeChanged => false,
    };
    let text = match file.content {
        Content::Text(_) => file.churn() > 0,
        Content::Binary | Content::Opaque(_) => kinds.is_source_by_name(file.path()),
    };
    let is_file = file.after().is_some_and(|side| side.mode.is_file());
    there && text && is_file && kinds.is_hand_written(file.path())
}

fn look(file: &FileChange, evidence: &Evidence, settings: &Settings) -> Supplied<Option<Finding>> {
    match &file.content {
        Content::Text(_) => {}
        Content::Binary => {
            return Err(Unproven::Unreadable(format!(
                "`{}` is named like source code and is not text",
                file.path()
            )));
        }
        Content::Opaque(why) => {
            return Err(Unproven::Unreadable(format!(
                "`{}` cannot be read: {why}",
                file.path()
            )));
        }
    }
    if is_harmless(file) {
        return Ok(None);
    }
    let sides = Sides::read(file, &evidence.change)?;
    if let Some(finding) = elided(file, &sides) {
        return Ok(Some(finding));
    }
    if let Some(finding) = open_block(file, &sides) {
        return Ok(Some(finding));
    }
    let lost = lost(file, &sides, &evidence.change);
    let lost = lost.filter(|_| !is_accounted_for(file, evidence, settings));
    // prose and lists of settings are shortened for their own sake: seen in honest commits
    let prose = match settings.kinds.of(file.path()) {
        FileKind::Docs | FileKind::Other => true,
        FileKind::Source | FileKind::Test | FileKind::Lock | FileKind::Generated | FileKind::Vendored => {
            false
        }
    };
    let Some(finding) = lost else { return Ok(None) };
    let is_work = prose
        || goes_on_in_new_files(file, evidence, &settings.kinds)
        || nobody_misses_it(file, evidence).unwrap_or(false);
    Ok(Some(if is_work {
        finding.at_most(Level::Warn)
    } else {
        finding
    }))
}

/// Whether the file parses, and what it defined before is defined still or is no longer asked for: the change took the
/// uses away with what was used, which a cut does not do.
///
/// # Errors
/// A side cannot be parsed, or there is too much to search.
fn nobody_misses_it(file: &FileChange, evidence: &Evidence) -> Supplied<bool> {
    let Some(both) = evidence
        .changed_code()
        .find(|both| both.file.path() == file.path())
    else {
        return Ok(false);
    };
    let (Some(before), Some(after)) = (both.before()?, both.after()?) else {
        return Ok(false);
    };
    let stands = |name: &str| after.definitions.iter().any(|one| one.name == name);
    let defined = || before.definitions.iter().filter(|one| !one.local);
    if defined().next().is_none() {
        return Ok(false);
    }
    let gone: BTreeSet<&str> = defined()
        .map(|one| one.name.as_str())
        .filter(|name| !stands(name))
        .collect();
    let others = evidence
        .change
        .files()
        .iter()
        .filter(|other| other.path() != file.path());
    let holds = |line: &str| {
        gone.iter()
            .any(|name| line.contains(name) && holds_identifier(line, name))
    };
    let used_before = others.flat_map(FileChange::removed).any(|line| holds(&line.text));
    if !after.errors.is_empty() || !(gone.is_empty() || used_before) {
        return Ok(false);
    }
    let mut search = Search::new(&evidence.change, both.language, |path| path != file.path())?;
    let asked = search.first(|_, text| text.lines().any(holds))?;
    Ok(asked.is_none())
}

/// The share of the lost lines, in per cent, that new files hold where the work goes on in them: what is written anew is
/// often shorter.
const GOES_ON: usize = 75;

/// Whether new files of code hold nearly as many lines as went: work that was split up or written anew.
fn goes_on_in_new_files(file: &FileChange, evidence: &Evidence, kinds: &Kinds) -> bool {
    let files = evidence.change.files().iter();
    let new = files.filter(|other| {
        other.status == Status::Added
            && matches!(kinds.of(other.path()), FileKind::Source | FileKind::Test)
            && other.path().extension() == file.path().extension()
    });
    new.map(|other| other.added().count()).sum::<usize>() * 100 >= file.removed().count() * GOES_ON
}

/// Whether the differing lines alone rule out every kind of cut: then neither side needs to be read, nor known.
fn is_harmless(file: &FileChange) -> bool {
    let extension = file.path().extension();
    let (added, removed) = (file.added().count(), file.removed().count());
    let keeps_length = removed.saturating_sub(added) * 100 <= LEAST_LINES * LOST;
    let elides = file
        .added()
        .any(|line| is_comment(&line.text, &extension) && stands_for_the_rest(&line.text));
    keeps_length && !elides && (!BRACES.contains(&extension.as_str()) || closes_what_it_opens(file))
}

fn closes_what_it_opens(file: &FileChange) -> bool {
    let text = |lines: &mut dyn Iterator<Item = &Line>| -> String {
        lines.flat_map(|line| [&*line.text, "\n"]).collect()
    };
    let (added, removed) = (text(&mut file.added()), text(&mut file.removed()));
    DEPTHS.iter().any(|depth| depth(&added) <= depth(&removed))
}

fn is_comment(line: &str, extension: &str) -> bool {
    weight::is_comment(line, extension) || line.trim_start().starts_with("<!--")
}

/// Both sides of a file as text; the base is empty where the file is new.
struct Sides {
    base: String,
    head: String,
}

impl Sides {
    fn read(file: &FileChange, change: &Change) -> Supplied<Self> {
        let cannot = |why: Unproven| {
            Unproven::Insufficient(format!("the whole of `{}` is not known: {why}", file.path()))
        };
        let text =
            |side: Option<&_>| side.map_or(Ok(String::new()), |side| change.text(side).map_err(cannot));
        Ok(Self {
            base: text(file.before())?,
            head: text(file.after())?,
        })
    }

    /// The last line with something on it, and its number.
    fn last(text: &str) -> Option<(u32, &str)> {
        (1_u32..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .last()
    }

    /// Whether the change made the end of the file what it is.
    fn end_changed(&self, file: &FileChange) -> bool {
        let added = Self::last(&self.head).is_some_and(|(number, _)| file.adds_line(number));
        let removed =
            Self::last(&self.base).is_some_and(|(last, _)| file.removed().any(|line| line.number == last));
        added || removed
    }
}

/// "… rest of the file" as the last line.
fn elided(file: &FileChange, sides: &Sides) -> Option<Finding> {
    let (number, line) = Sides::last(&sides.head)?;
    if !file.adds_line(number) || !is_comment(line, &file.path().extension()) || !stands_for_the_rest(line) {
        return None;
    }
    let finding = Finding::new(
        Place::line(file.path(), number),
        "the file ends with a comment that stands for the rest of it",
    );
    let quoted = crate::escape::line(line.trim());
    Some(
        finding
            .because(crate::escape::cut(&quoted, 200).into_owned())
            .fix("write the rest of the file out"),
    )
}

fn stands_for_the_rest(comment: &str) -> bool {
    let lower = comment.to_lowercase();
    let text = lower.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '/' | '#' | '*' | '<' | '!' | '-' | '>' | ';' | '{' | '}')
    });
    let dots =
        text.starts_with("...") || text.starts_with('…') || text.ends_with("...") || text.ends_with('…');
    let text = text.trim_matches(['.', '…', ' ', '(', ')', '[', ']']);
    let begins = [
        "rest of",
        "the rest of",
        "remaining",
        "existing",
        "other",
        "previous",
        "rest unchanged",
        "unchanged",
        "same as before",
        "omitted",
    ];
    let what = [
        "code",
        "file",
        "function",
        "method",
        "class",
        "implementation",
        "content",
        "unchanged",
        "remain",
        "same",
        "omitted",
        "module",
        "import",
        "handler",
        "test",
    ];
    let begins_so = begins.iter().any(|start| text.starts_with(start));
    let firm = text.starts_with("rest of the file")
        || text.starts_with("rest of file")
        || text.starts_with("rest unchanged");
    firm || (dots && begins_so && what.iter().any(|word| text.contains(word)))
}

/// More braces opened than closed where they were even before, however strings and comments are counted.
fn open_block(file: &FileChange, sides: &Sides) -> Option<Finding> {
    if !BRACES.contains(&file.path().extension().as_str()) || !sides.end_changed(file) {
        return None;
    }
    let balanced = DEPTHS.iter().all(|count| count(&sides.base) == 0);
    let open: Vec<i64> = DEPTHS.iter().map(|count| count(&sides.head)).collect();
    let least = open
        .iter()
        .copied()
        .min()
        .filter(|least| *least > 0 && balanced)?;
    let (number, line) = Sides::last(&sides.head)?;
    // a file whose last line closes something at the margin was written to its end, whatever the count says
    let inside = line.starts_with([' ', '\t']) || line.trim_end().ends_with(['{', '(', '[', ',']);
    if !inside {
        return None;
    }
    let open = crate::finding::number(
        usize::try_from(least).unwrap_or_default(),
        "open block",
        "open blocks",
    );
    let says = format!("the file ends inside {open}");
    let quoted = crate::escape::line(line.trim());
    let finding = Finding::new(Place::line(file.path(), number), says);
    Some(
        finding
            .because(format!("last line: {}", crate::escape::cut(&quoted, 200)))
            .fix("write the end of the file out"),
    )
}

/// Three ways to count; only what all say is believed.
const DEPTHS: [fn(&str) -> i64; 3] = [depth, depth_outside_strings, depth_outside_characters];

/// Braces opened less braces closed, every one counted.
fn depth(text: &str) -> i64 {
    text.bytes().fold(0, |depth, byte| match byte {
        b'{' => depth + 1,
        b'}' => depth - 1,
        _ => depth,
    })
}

/// As [`depth`], without what stands behind `//` and between double quotes on one line.
fn depth_outside_strings(text: &str) -> i64 {
    text.lines()
        .map(|line| {
            let line = line.replace("\\\\", "").replace("\\\"", "").replace("'\"'", "");
            let code: Vec<&str> = line.split('"').step_by(2).collect();
            let code = code.join("");
            depth(code.split("//").next().unwrap_or_default())
        })
        .sum()
}

/// As [`depth_outside_strings`], without a brace that stands alone between single quotes or backticks.
fn depth_outside_characters(text: &str) -> i64 {
    let mut text = text.to_owned();
    for quoted in ["'{'", "'}'", "`{`", "`}`", "'{", "{'", "'}", "}'"] {
        text = text.replace(quoted, "");
    }
    depth_outside_strings(&text)
}

/// Most lines of a longer file are gone, few came instead, and they are nowhere else in the change.
fn lost(file: &FileChange, sides: &Sides, change: &Change) -> Option<Finding> {
    let (before, after) = (sides.base.lines().count(), sides.head.lines().count());
    let (added, removed) = (file.added().count(), file.removed().count());
    let lost = before.saturating_sub(after);
    if before < LEAST_LINES
        || lost * 100 <= before * LOST
        || added * 100 >= removed * REWRITTEN
        || moved(file, change)
    {
        return None;
    }
    let says = format!(
        "`{}` lost {lost} of its {before} lines, and nobody says that they should go",
        file.path()
    );
    let finding = Finding::new(Place::File(file.path().clone()), says);
    Some(finding.because(format!("{removed} lines removed, {added} added")).fix(
        "restore the lines from the base, or say in the claims or a commit message what was removed from this file",
    ))
}

/// Whether enough of the lines that went away came back in another file.
fn moved(file: &FileChange, change: &Change) -> bool {
    let telling = |text: &str| Some(text.trim().to_owned()).filter(|text| text.len() >= TELLING_LINE);
    let others = change.files().iter().filter(|other| other.path() != file.path());
    let elsewhere: HashSet<String> = others
        .flat_map(FileChange::added)
        .filter_map(|line| telling(&line.text))
        .collect();
    let gone: Vec<String> = file.removed().filter_map(|line| telling(&line.text)).collect();
    let back = gone.iter().filter(|line| elsewhere.contains(*line)).count();
    !gone.is_empty() && back * 100 >= gone.len() * MOVED
}

/// Whether the task, the policy or the author accounts for the removal: an approval of deletions, a claim that
/// something was removed or renamed, a sentence about removing that names the file, or such a commit that touches it.
fn is_accounted_for(file: &FileChange, evidence: &Evidence, settings: &Settings) -> bool {
    let path = file.path();
    let approved = |class| risk::approves(class, evidence, &settings.policy);
    let removal = [
        Form::FileDeleted,
        Form::FileRenamed,
        Form::SymbolRemoved,
        Form::SymbolRenamed,
    ];
    approved("deleted-file")
        || approved("deleted-test")
        || evidence
            .claims()
            .is_ok_and(|claims| claims.of(&removal).next().is_some())
        || risk::declared(evidence, |text| risk::says_gone(text, path)).is_some()
        || evidence.change.commits().is_ok_and(|commits| {
            let touches = |paths: &[RepoPath]| paths.contains(path);
            commits
                .iter()
                .any(|commit| touches(&commit.paths) && commit.message.lines().any(risk::speaks_of_removal))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::{
            change::{Mode, memory},
            claims::Claims,
            task::Task,
        },
        policy::Policy,
    };

    fn files(list: &[(&str, String)]) -> memory::Files {
        let file = |(path, text): &(&str, String)| {
            (
                RepoPath::new(path).unwrap(),
                (Mode::File, text.as_bytes().to_vec()),
            )
        };
        list.iter().map(file).collect()
    }

    fn evidence(before: &[(&str, String)], after: &[(&str, String)]) -> Evidence {
        Evidence::of(memory::change(files(before), files(after)))
    }

    fn judged(evidence: &Evidence) -> Judged {
        run(evidence, &Settings::new(Policy::default()).unwrap())
    }

    fn numbered(lines: std::ops::Range<usize>) -> String {
        lines.map(|n| format!("statement_number({n});\n")).collect()
    }

    #[test]
    fn most_lines_gone_without_a_word_is_a_cut() {
        let cut = |before, after| {
            judged(&evidence(
                &[("a.py", numbered(0..before))],
                &[("a.py", numbered(0..after))],
            ))
        };
        let found = cut(100, 39).unwrap();
        assert!(
            found[0].says.contains("lost 61 of its 100 lines"),
            "{}",
            found[0].says
        );
        assert_eq!(cut(100, 40), Ok(Vec::new()));
        assert_eq!(cut(39, 3), Ok(Vec::new()));
    }

    #[test]
    fn lines_that_moved_or_were_rewritten_are_not_lost() {
        let before = [("a.py", numbered(0..100))];
        let moved = [("a.py", numbered(0..20)), ("b.py", numbered(20..100))];
        assert_eq!(judged(&evidence(&before, &moved)), Ok(Vec::new()));
        let rewritten: String = (0..30).map(|n| format!("other({n})\n")).collect();
        assert_eq!(judged(&evidence(&before, &[("a.py", rewritten)])), Ok(Vec::new()));
        let lock = [("Cargo.lock", numbered(0..100))];
        assert!(judged(&evidence(&lock, &[("Cargo.lock", numbered(0..3))])).is_err());
    }

    #[test]
    fn shortened_prose_only_warns() {
        let readme = |lines| [("README.md", numbered(0..lines))];
        let found = judged(&evidence(&readme(100), &readme(9))).unwrap();
        assert_eq!(found[0].at_most, Some(Level::Warn));
    }

    #[test]
    fn what_goes_on_in_a_new_file_only_warns() {
        let before = [("src/a.py", numbered(0..100))];
        let after = |new: usize| {
            let new = (0..new).map(|line| format!("other_{line} = {line}\n"));
            let found = judged(&evidence(
                &before,
                &[("src/a.py", numbered(0..20)), ("src/b.py", new.collect())],
            ));
            found.unwrap()[0].at_most
        };
        assert_eq!(after(60), Some(Level::Warn));
        assert_eq!(after(59), None);
    }

    #[test]
    fn a_removal_that_is_named_or_approved_is_fine() {
        let cut = || {
            evidence(
                &[("src/parser.py", numbered(0..100))],
                &[("src/parser.py", numbered(0..9))],
            )
        };
        let text = |text: &str| Claims {
            documents: vec![crate::evidence::claims::document::Document::text("pr.md", text)],
            ..Claims::default()
        };
        assert_eq!(
            judged(&cut().with_claims(Ok(text("Drop most of the parser")))),
            Ok(Vec::new())
        );
        assert_eq!(
            judged(&cut().with_claims(Ok(text("Add a cache")))).unwrap().len(),
            1
        );
        let claim = crate::claims::tests::claims("- form: symbol-removed\n  target: LegacyParser\n");
        assert_eq!(judged(&cut().with_claims(Ok(claim))), Ok(Vec::new()));
        let task = Task {
            approve: vec!["deleted-file".to_owned()],
            ..Task::default()
        };
        assert_eq!(judged(&cut().with_task(Ok(task))), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_ends_inside_a_block_is_cut() {
        let before = "fn a() {\n    b();\n}\n".to_owned();
        let after = |text: &str| {
            judged(&evidence(
                &[("a.rs", before.clone())],
                &[("a.rs", text.to_owned())],
            ))
        };
        assert_eq!(
            after("fn a() {\n    b();\n").unwrap()[0].place.to_string(),
            "a.rs:2"
        );
        assert_eq!(
            after("fn a() {\n    b();\n}\nfn c() {\n    d(").unwrap()[0]
                .place
                .to_string(),
            "a.rs:5"
        );
        assert_eq!(after("fn a() {\n    b(\"{\");\n}\n"), Ok(Vec::new()));
        assert_eq!(after("fn a() {\n    b('{');\n}\n"), Ok(Vec::new()));
        let new = judged(&evidence(
            &[],
            &[("n.ts", "export function a() {\n  return 1;\n".to_owned())],
        ));
        assert_eq!(new.unwrap().len(), 1);
    }

    #[test]
    fn a_comment_in_place_of_the_rest_is_a_cut() {
        for comment in [
            "# ... rest of the file",
            "# ... existing code ...",
            "# (rest unchanged)",
            "# … remaining methods stay the same …",
        ] {
            assert!(stands_for_the_rest(comment), "{comment}");
        }
        for comment in [
            "# see the rest of the manual",
            "# and so on...",
            "# existing files are kept",
            "# the remaining budget is spent here",
            "# vim: set ts=4:",
            "// ---------------------",
        ] {
            assert!(!stands_for_the_rest(comment), "{comment}");
        }
        let after = [(
            "a.py",
            "def a():\n    b()\n# ... rest of the code remains the same\n".to_owned(),
        )];
        let found = judged(&evidence(&[("a.py", "def a():\n    b()\n".to_owned())], &after)).unwrap();
        assert_eq!(found[0].place.to_string(), "a.py:3");
    }

    #[test]
    fn source_that_is_not_text_is_unproven() {
        let outcome = judged(&evidence(
            &[("a.py", "a\n".to_owned())],
            &[("a.py", "a\0\n".to_owned())],
        ));
        assert!(matches!(outcome, Err(Abstain::Unproven(_))));
    }

    #[test]
    fn a_file_that_ends_at_the_margin_was_not_cut_whatever_its_braces_count() {
        let code = |more: &str| [("a.rs", format!("fn a() {{\n    b();\n}}\n{more}"))];
        let lexer = "fn c(d: char) -> bool {\n    d == '{' || d == '['\n}\n";
        assert_eq!(judged(&evidence(&code(""), &code(lexer))), Ok(Vec::new()));
        let raw = "const A: &str = r#\"{ {\"#;\nfn z() {\n}\n";
        assert_eq!(judged(&evidence(&code(""), &code(raw))), Ok(Vec::new()));
        let cut = "fn c() {\n    if d {\n        e();\n";
        assert_eq!(judged(&evidence(&code(""), &code(cut))).unwrap().len(), 1);
    }
}
