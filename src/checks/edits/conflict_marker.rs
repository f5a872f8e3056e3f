//! Did unresolved conflict markers get into the change?
//!
//! Only the three markers in order, at the start of added lines of one file, as git writes them: headings underlined
//! with `=======`, indented examples, documentation, test data and strings over several lines are left alone.

use crate::{
    checks::Settings,
    evidence::{
        Evidence,
        change::{Content, FileChange, Line},
    },
    finding::{Abstain, Finding, Judged, Place, Unproven},
    kinds::{FileKind, Kinds},
    path::RepoPath,
};

/// Judges the item.
///
/// # Errors
/// No text was added, or a source file cannot be read as text.
pub fn run(evidence: &Evidence, settings: &Settings) -> Judged {
    let files = evidence.change.files();
    let searched = || {
        files
            .iter()
            .filter(|file| is_searched(file.path(), &settings.kinds))
    };
    let findings: Vec<Finding> = searched().filter_map(|file| finding(file, evidence)).collect();
    if !findings.is_empty() {
        return Ok(findings);
    }
    if let Some(why) = searched().find_map(|file| unread(file, &settings.kinds)) {
        return Err(Unproven::Unreadable(why).into());
    }
    if searched().all(|file| file.added().next().is_none()) {
        return Err(Abstain::not_applicable("no line was added that could hold one"));
    }
    Ok(findings)
}

/// Documentation and test data show markers on purpose; other people's code is theirs.
fn is_searched(path: &RepoPath, kinds: &Kinds) -> bool {
    match kinds.of(path) {
        FileKind::Source | FileKind::Lock | FileKind::Generated | FileKind::Other => true,
        FileKind::Test => {
            path.parts()
                .all(|part| !matches!(part.as_ref(), "fixtures" | "testdata" | "data" | "cases"))
                && kinds.is_source_by_name(path)
        }
        FileKind::Docs | FileKind::Vendored => false,
    }
}

/// Why a source file could hide a marker: it is not text.
fn unread(file: &FileChange, kinds: &Kinds) -> Option<String> {
    let after = file.after().filter(|side| side.mode.is_file())?;
    if !kinds.is_source_by_name(&after.path) {
        return None;
    }
    match &file.content {
        Content::Text(_) => None,
        Content::Binary => Some(format!(
            "`{}` is named like source code and is not text",
            after.path
        )),
        Content::Opaque(why) => Some(format!("`{}` cannot be read: {why}", after.path)),
    }
}

fn finding(file: &FileChange, evidence: &Evidence) -> Option<Finding> {
    let lines: Vec<&Line> = file.added().collect();
    let found = markers(&lines)?;
    let [first, _, last] = found;
    // without the whole file, the added lines are all there is to tell a string by
    let whole = file.after().and_then(|side| evidence.change.text(side).ok());
    let before = |line: &Line| -> String {
        match &whole {
            Some(text) => text
                .lines()
                .take((line.number as usize).saturating_sub(1))
                .collect::<Vec<_>>()
                .join("\n"),
            None => lines
                .iter()
                .take_while(|other| other.number < line.number)
                .map(|line| &*line.text)
                .collect::<Vec<_>>()
                .join("\n"),
        }
    };
    if is_inside_a_string(&before(first), &file.path().extension()) {
        return None;
    }
    let says = format!(
        "lines {} to {} hold an unresolved conflict",
        first.number, last.number
    );
    let finding = Finding::new(Place::lines(file.path(), first.number, last.number), says);
    let quote = |line: &Line| {
        format!(
            "{}: {}",
            line.number,
            crate::escape::cut(&crate::escape::line(&line.text), 200)
        )
    };
    Some(
        found
            .iter()
            .fold(finding, |finding, line| finding.because(quote(line))),
    )
}

/// The first three lines that are the markers, in their order.
fn markers<'a>(lines: &[&'a Line]) -> Option<[&'a Line; 3]> {
    let mut rest = lines.iter().copied();
    let first = rest.find(|line| is_marker(&line.text, '<') && line.text.len() > 8)?;
    let middle = rest.find(|line| is_marker(&line.text, '='))?;
    let last = rest.find(|line| is_marker(&line.text, '>') && line.text.len() > 8)?;
    Some([first, middle, last])
}

/// Seven of a character at the start of the line, then its end or a space.
fn is_marker(line: &str, character: char) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let rest = line.trim_start_matches(character);
    line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
}

/// Whether the text before a line leaves a string open that may go over several lines. Told by counting its marks, so
/// that an odd one elsewhere hides a conflict rather than inventing one.
fn is_inside_a_string(before: &str, extension: &str) -> bool {
    let odd = |mark: &str| before.matches(mark).count() % 2 == 1;
    match extension {
        "py" | "pyi" | "toml" | "kt" | "scala" | "swift" | "ex" | "exs" | "jl" => odd("\"\"\"") || odd("'''"),
        "java" | "cs" => odd("\"\"\""),
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "go" => odd("`"),
        "rs" => odd_quotes(before) || before.rfind("r#\"") > before.rfind("\"#"),
        "rb" | "pl" | "php" | "sh" | "bash" | "yml" | "yaml" | "tf" => has_open_heredoc(before),
        _ => false,
    }
}

/// Double quotes that are neither escaped nor a character of their own.
fn odd_quotes(text: &str) -> bool {
    let plain = text.replace("\\\\", "").replace("\\\"", "").replace("'\"'", "");
    plain.matches('"').count() % 2 == 1
}

/// Whether the last `<<WORD` has no line with that word after it.
fn has_open_heredoc(text: &str) -> bool {
    let Some((_, rest)) = text.rsplit_once("<<") else {
        return false;
    };
    let rest = rest.trim_start_matches(['-', '~', '\'', '"', '<', ' ']);
    let word: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    !word.is_empty()
        && !rest
            .lines()
            .skip(1)
            .any(|line| line.trim().trim_end_matches([';', ',']) == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evidence::change::{Mode, memory},
        policy::Policy,
    };

    const TRIO: &str = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n";

    fn judged(path: &str, text: &[u8]) -> Judged {
        let file = (RepoPath::new(path).unwrap(), (Mode::File, text.to_vec()));
        let evidence = Evidence::of(memory::change([].into(), [file].into()));
        run(&evidence, &Settings::new(Policy::default()).unwrap())
    }

    #[test]
    fn the_three_markers_in_order_are_a_conflict() {
        let three_way = TRIO.replace("=======\n", "||||||| base\nc\n=======\n");
        for (path, text) in [
            ("src/a.rs", format!("fn x() {{}}\n{TRIO}")),
            ("Cargo.lock", TRIO.to_owned()),
            ("tests/a.py", TRIO.to_owned()),
            ("src/a.go", three_way),
            ("src/a.c", TRIO.replace('\n', "\r\n")),
        ] {
            assert_eq!(judged(path, text.as_bytes()).unwrap().len(), 1, "{path}");
        }
        assert_eq!(
            judged("src/a.rs", format!("x\n{TRIO}").as_bytes()).unwrap()[0]
                .place
                .to_string(),
            "src/a.rs:2"
        );
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        for (path, text) in [
            ("docs/a.md", TRIO.to_owned()),
            ("guide.rst", "Title\n=======\n".to_owned()),
            ("src/a.txt.py", "Title\n=======\n\nMore\n=======\n".to_owned()),
            ("tests/fixtures/a.rs", TRIO.to_owned()),
            ("tests/data.diff", TRIO.to_owned()),
            ("src/a.py", format!("X = \"\"\"\n{TRIO}\"\"\"\n")),
            ("src/a.ts", format!("const x = `\n{TRIO}`;\n")),
            ("src/a.rs", format!("const X: &str = \"\\\n{TRIO}\";\n")),
            ("src/b.rs", format!("const X: &str = r#\"\n{TRIO}\"#;\n")),
            ("run.sh", format!("cat <<'EOF' > a\n{TRIO}EOF\n")),
            ("src/a.java", TRIO.replace("<<<<<<<", "    <<<<<<<")),
            ("src/a.c", TRIO.replace("<<<<<<<", "<<<<<<<<")),
            ("src/a.c", "=======\n>>>>>>> b\n<<<<<<< a\n".to_owned()),
        ] {
            assert_eq!(
                judged(path, text.as_bytes()).unwrap_or_default(),
                Vec::new(),
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn source_that_is_not_text_is_unproven() {
        assert!(matches!(
            judged("src/a.sql", b"\0<<<<<<< HEAD"),
            Err(Abstain::Unproven(_))
        ));
        assert!(matches!(
            judged("logo.png", b"\0"),
            Err(Abstain::NotApplicable(_))
        ));
    }
}
