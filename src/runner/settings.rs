//! Which settings does a configuration file or a script hold, line by line, and under which names?
//!
//! Every line that is no comment becomes one setting with the names around it: a table of TOML or INI, the keys of
//! YAML, the keys of JSON and of objects in JavaScript, the target of a make file. This is no parser: it reads any text
//! in one pass, and what it does not understand keeps the names it had.

use crate::path::RepoPath;

/// One line, with everything that is said around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// 1-based line where it begins.
    pub line: u32,
    /// 1-based line where it ends; another where a command goes on after `\`.
    pub last: u32,
    /// Its own text.
    pub text: String,
    /// Names around it, outermost first, and its own text: `jobs > test > continue-on-error: true`.
    pub full: String,
    /// First and last line of what belongs together: a step, a target, a table, a command of several lines.
    pub block: (u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Tables,
    Indented,
    Braces,
    Blocks,
    Markup,
    Targets,
    Plain,
}

/// Names around a line are kept to this depth; deeper ones add nothing that a rule asks for.
const DEPTH: usize = 24;

impl Shape {
    fn of(path: &RepoPath) -> Self {
        let name = path.name().to_lowercase();
        let extension = path.extension().to_lowercase();
        match extension.as_str() {
            "toml" | "ini" | "cfg" => Self::Tables,
            "yml" | "yaml" => Self::Indented,
            "json" | "json5" | "jsonc" | "js" | "cjs" | "mjs" | "ts" | "cts" | "mts" => Self::Braces,
            "gradle" | "kts" => Self::Blocks,
            "xml" => Self::Markup,
            "mk" | "make" | "just" => Self::Targets,
            _ if matches!(
                name.as_str(),
                "makefile" | "gnumakefile" | "justfile" | ".justfile"
            ) =>
            {
                Self::Targets
            }
            _ if matches!(name.as_str(), "config" | ".coveragerc" | ".mocharc") => Self::Tables,
            _ => Self::Plain,
        }
    }
}

/// The settings of a text.
pub fn read(path: &RepoPath, text: &str) -> Vec<Setting> {
    let shape = Shape::of(path);
    let lines = joined(text, shape);
    match shape {
        Shape::Tables => tables(&lines),
        Shape::Indented => indented(&lines),
        Shape::Braces => braces(&lines, opening_key),
        Shape::Blocks => braces(&lines, opening_words),
        Shape::Markup => markup(&lines),
        Shape::Targets => targets(&lines),
        Shape::Plain => plain(&lines),
    }
}

struct Written {
    first: u32,
    last: u32,
    indent: usize,
    text: String,
}

/// Lines without comments; a command that goes on after `\` is one line.
fn joined(text: &str, shape: Shape) -> Vec<Written> {
    let mut lines: Vec<Written> = Vec::new();
    let mut open = false;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let trimmed = line.trim();
        let goes_on = trimmed.strip_suffix('\\');
        let body = goes_on.unwrap_or(trimmed).trim_end();
        if open {
            if let Some(last) = lines.last_mut() {
                last.text = format!("{} {body}", last.text);
                last.last = number;
            }
        } else if !body.is_empty() && !is_comment(body, shape) {
            lines.push(Written {
                first: number,
                last: number,
                indent: line.len() - line.trim_start().len(),
                text: body.to_owned(),
            });
        }
        open = goes_on.is_some() && (open || !is_comment(body, shape)) && !lines.is_empty();
    }
    lines
}

fn is_comment(line: &str, shape: Shape) -> bool {
    match shape {
        Shape::Braces | Shape::Blocks => {
            line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
        }
        Shape::Markup => line.starts_with("<!--") && line.ends_with("-->"),
        Shape::Tables => line.starts_with('#') || line.starts_with(';'),
        Shape::Indented | Shape::Targets | Shape::Plain => line.starts_with('#'),
    }
}

fn full(names: &[String], text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if names.is_empty() {
        return text;
    }
    format!("{} > {text}", names.join(" > "))
}

fn setting(names: &[String], line: &Written) -> Setting {
    Setting {
        line: line.first,
        last: line.last,
        text: line.text.split_whitespace().collect::<Vec<_>>().join(" "),
        full: full(names, &line.text),
        block: (line.first, line.last),
    }
}

fn plain(lines: &[Written]) -> Vec<Setting> {
    lines.iter().map(|line| setting(&[], line)).collect()
}

/// TOML and INI: the table above; a list that is still open; in INI, the key above an indented line.
fn tables(lines: &[Written]) -> Vec<Setting> {
    let mut found = Vec::new();
    let (mut table, mut key, mut depth) = (Vec::new(), String::new(), 0_i32);
    let mut start = 1;
    for line in lines {
        let header = line.text.starts_with('[') && depth <= 0 && line.indent == 0;
        if header {
            let inside = line.text.trim_start_matches('[').split(']').next();
            table = vec![inside.unwrap_or_default().trim().replace(['"', '\''], "")];
            (key, depth, start) = (String::new(), 0, line.first);
            continue;
        }
        let inside = depth > 0 || (line.indent > 0 && !key.is_empty());
        let mut names: Vec<String> = table.clone();
        if inside {
            names.push(key.clone());
        } else {
            let name = line.text.split(['=', ':']).next().unwrap_or_default();
            key = name.trim().trim_matches('"').to_owned();
            depth = 0;
        }
        depth += balance(&line.text);
        found.push(Setting {
            block: (start, line.last),
            ..setting(&names, line)
        });
    }
    found
}

/// How many more brackets a line opens than it closes.
fn balance(text: &str) -> i32 {
    text.chars().fold(0_i32, |sum, c| match c {
        '[' | '{' | '(' => sum.saturating_add(1),
        ']' | '}' | ')' => sum.saturating_sub(1),
        _ => sum,
    })
}

/// YAML: the keys of lesser indentation. What belongs together is the innermost item of a list, or the second key.
fn indented(lines: &[Written]) -> Vec<Setting> {
    let mut found: Vec<Setting> = Vec::new();
    let mut stack: Vec<(usize, String)> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let mut in_items: Vec<bool> = Vec::new();
    let mut text_below: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        if text_below.is_some_and(|indent| line.indent <= indent) {
            text_below = None;
        }
        if text_below.is_none() {
            let item = line.text.starts_with("- ");
            let column = line.indent + if item { 2 } else { 0 };
            stack.retain(|(indent, _)| *indent < line.indent || (item && *indent == line.indent));
            if item {
                stack.retain(|(indent, name)| *indent < column && (*indent < line.indent || name != "-"));
            }
            let names: Vec<String> = names_of(&stack);
            found.push(setting(&names, line));
            in_items.push(item || stack.iter().any(|(_, name)| name == "-"));
            owners.push(owner(&stack, item, index, &owners));
            let body = line.text.strip_prefix("- ").unwrap_or(&line.text).trim();
            if let Some(key) = key_of(body).filter(|_| stack.len() < DEPTH) {
                if item {
                    stack.push((line.indent, "-".to_owned()));
                }
                stack.push((column, key.to_owned()));
                let value = body.split_once(':').map_or("", |(_, value)| value.trim());
                if value.starts_with('|') || value.starts_with('>') {
                    text_below = Some(line.indent);
                }
            } else if item {
                stack.push((line.indent, "-".to_owned()));
            }
        } else {
            found.push(setting(&names_of(&stack), line));
            in_items.push(true);
            owners.push(owners.last().copied().unwrap_or(index));
        }
    }
    blocks(&mut found, &owners);
    for (index, one) in found.iter_mut().enumerate() {
        if !in_items.get(index).is_some_and(|inside| *inside) {
            one.block = around(lines, index).unwrap_or(one.block);
        }
    }
    found
}

/// The first and last line of what a key of YAML stands in: a job with all its steps.
fn around(lines: &[Written], index: usize) -> Option<(u32, u32)> {
    let own = lines.get(index)?;
    let parent = lines
        .get(..index)?
        .iter()
        .rev()
        .find(|line| line.indent < own.indent)?;
    let after = lines
        .get(index..)?
        .iter()
        .take_while(|line| line.indent >= own.indent);
    Some((parent.first, after.last()?.last))
}

fn names_of(stack: &[(usize, String)]) -> Vec<String> {
    let names = stack.iter().map(|(_, name)| name);
    names.filter(|name| *name != "-").cloned().collect()
}

/// The line that begins what a line belongs to.
fn owner(stack: &[(usize, String)], item: bool, index: usize, owners: &[usize]) -> usize {
    let inside_item = stack.iter().any(|(_, name)| name == "-");
    let nested = stack.len() >= 2;
    if item && !inside_item {
        return index;
    }
    if inside_item || nested {
        return owners.last().copied().unwrap_or(index);
    }
    index
}

fn key_of(text: &str) -> Option<&str> {
    let (key, rest) = text.split_once(':')?;
    let plain = !key.is_empty() && (rest.is_empty() || rest.starts_with(' ')) && !key.contains(' ');
    plain.then(|| key.trim_matches(['"', '\'']))
}

fn blocks(found: &mut [Setting], owners: &[usize]) {
    let mut ends: std::collections::BTreeMap<usize, (u32, u32)> = std::collections::BTreeMap::new();
    for (setting, owner) in found.iter().zip(owners) {
        let (first, last) = setting.block;
        let known = ends.entry(*owner).or_insert((first, last));
        known.1 = known.1.max(last);
    }
    for (setting, owner) in found.iter_mut().zip(owners) {
        if let Some(block) = ends.get(owner) {
            setting.block = *block;
        }
    }
}

/// JSON, and objects in JavaScript: the keys before brackets that are still open.
fn braces(lines: &[Written], opening: fn(&str) -> String) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut stack: Vec<String> = Vec::new();
    for line in lines {
        let text = line.text.trim_end_matches(',');
        let closing = text.chars().take_while(|c| matches!(c, '}' | ']' | ')')).count();
        stack.truncate(stack.len().saturating_sub(closing));
        let names: Vec<String> = stack.iter().filter(|name| !name.is_empty()).cloned().collect();
        if text.chars().any(char::is_alphanumeric) {
            let cleaned = text.replace('"', "").replace('\'', "");
            let written = Written {
                text: cleaned,
                first: line.first,
                last: line.last,
                indent: line.indent,
            };
            found.push(setting(&names, &written));
        }
        let rest: String = text.chars().skip(closing).collect();
        let opened = usize::try_from(balance(&rest)).unwrap_or(0);
        let closed = usize::try_from(-balance(&rest)).unwrap_or(0);
        stack.truncate(stack.len().saturating_sub(closed));
        for index in 0..opened.min(DEPTH.saturating_sub(stack.len())) {
            let name = if index == 0 { opening(&rest) } else { String::new() };
            stack.push(name);
        }
    }
    found
}

fn opening_key(text: &str) -> String {
    let key = text.split(':').next().filter(|key| key.len() < text.len());
    let key = key.unwrap_or_default().trim().trim_matches(['"', '\'', '{', ' ']);
    let plain = key.chars().all(|c| c.is_alphanumeric() || "_-./^$".contains(c));
    if plain { key.to_owned() } else { String::new() }
}

/// What stands before the first bracket of a block in Gradle: `tasks.named(test)`.
fn opening_words(text: &str) -> String {
    let words = text.split('{').next().unwrap_or_default().trim();
    words.replace(['"', '\''], "")
}

/// XML: the elements that are still open.
fn markup(lines: &[Written]) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut stack: Vec<String> = Vec::new();
    for line in lines {
        let own = Written {
            text: line.text.replace(['<', '>'], " "),
            ..*line
        };
        let closes_first = line.text.starts_with("</");
        if !closes_first {
            found.push(setting(&stack, &own));
        }
        for tag in line.text.split('<').skip(1) {
            if tag.starts_with('/') {
                stack.pop();
            } else if !tag.starts_with(['!', '?']) && !tag.trim_end().ends_with("/>") && stack.len() < DEPTH {
                let end = tag.find(|c: char| c.is_whitespace() || c == '>');
                stack.push(tag.get(..end.unwrap_or(tag.len())).unwrap_or_default().to_owned());
            }
        }
    }
    blocks_of_plugins(&mut found);
    found
}

/// In a build of Maven, what belongs together is a plugin: its name stands beside its settings.
fn blocks_of_plugins(found: &mut [Setting]) {
    let mut name = String::new();
    for one in found {
        if one.text.starts_with("plugin ") || one.text == "plugin" {
            name.clear();
        }
        if let Some(artifact) = one.text.strip_prefix("artifactId ") {
            name = artifact.split_whitespace().next().unwrap_or_default().to_owned();
        }
        if one.full.contains("plugin >") && !name.is_empty() {
            one.full = format!("{name}: {}", one.full);
        }
    }
}

/// Make files: the target above an indented line.
fn targets(lines: &[Written]) -> Vec<Setting> {
    let mut found: Vec<Setting> = Vec::new();
    let mut owners = Vec::new();
    let (mut target, mut start) = (Vec::new(), 0);
    for (index, line) in lines.iter().enumerate() {
        if line.indent > 0 {
            found.push(setting(&target, line));
        } else {
            start = index;
            found.push(setting(&[], line));
            let name = line
                .text
                .split(':')
                .next()
                .filter(|name| name.len() < line.text.len());
            target = name.map(|name| name.trim().to_owned()).into_iter().collect();
        }
        owners.push(start);
    }
    blocks(&mut found, &owners);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &str, text: &str) -> Vec<String> {
        let found = read(&RepoPath::new(path).unwrap(), text);
        found.into_iter().map(|setting| setting.full).collect()
    }

    #[test]
    fn tables_name_their_keys_and_lists_their_items() {
        let text = "[tool.pytest.ini_options]\n# why\naddopts = [\n  \"-q\",\n  \"--co\",\n]\n[[bench]]\nharness = false\n";
        let found = all("pyproject.toml", text);
        assert!(
            found.contains(&"tool.pytest.ini_options > addopts > \"--co\",".to_owned()),
            "{found:?}"
        );
        assert!(found.contains(&"bench > harness = false".to_owned()), "{found:?}");
        let found = all("pytest.ini", "[pytest]\naddopts = -q\n    --co\n");
        assert!(found.contains(&"pytest > addopts > --co".to_owned()), "{found:?}");
    }

    #[test]
    fn yaml_names_its_keys_and_keeps_a_step_together() {
        let text = "jobs:\n  test:\n    steps:\n      - name: lint\n        run: cargo clippy\n      - name: unit\n        continue-on-error: true\n        run: |\n          set -e\n          cargo test || true\n";
        let path = RepoPath::new(".github/workflows/ci.yml").unwrap();
        let found = read(&path, text);
        let soft = found
            .iter()
            .find(|one| one.full.contains("continue-on-error"))
            .unwrap();
        assert_eq!(soft.full, "jobs > test > steps > continue-on-error: true");
        assert_eq!(soft.block, (6, 10));
        let jobs = "jobs:\n  lint:\n    steps:\n      - run: ruff .\n  test:\n    continue-on-error: true\n    steps:\n      - run: pytest\n  docs:\n    steps: []\n";
        let own = read(&path, jobs);
        let soft = own
            .iter()
            .find(|one| one.full.contains("continue-on-error"))
            .unwrap();
        assert_eq!(soft.block, (5, 8));
        let run = found.last().unwrap();
        assert_eq!(run.full, "jobs > test > steps > run > cargo test || true");
    }

    #[test]
    fn objects_name_the_keys_around_a_line() {
        let text = "{\n  \"jest\": {\n    \"testPathIgnorePatterns\": [\n      \"/slow/\"\n    ],\n    \"bail\": 1\n  },\n  \"scripts\": { \"test\": \"jest\" }\n}\n";
        let found = all("package.json", text);
        assert!(
            found.contains(&"jest > testPathIgnorePatterns > /slow/".to_owned()),
            "{found:?}"
        );
        assert!(found.contains(&"jest > bail: 1".to_owned()), "{found:?}");
        assert!(found.contains(&"scripts: { test: jest }".to_owned()), "{found:?}");
    }

    #[test]
    fn a_recipe_belongs_to_its_target_and_a_long_command_is_one_line() {
        let found = all("Makefile", "test: build\n\tcargo test \\\n\t  --all || true\n");
        assert_eq!(found, ["test: build", "test > cargo test --all || true"]);
    }

    #[test]
    fn a_plugin_of_maven_and_a_block_of_gradle_name_their_settings() {
        let text = "<plugin>\n  <artifactId>maven-surefire-plugin</artifactId>\n  <configuration>\n    <skip>true</skip>\n  </configuration>\n</plugin>\n";
        let found = all("pom.xml", text);
        let wanted = "maven-surefire-plugin: plugin > configuration > skip true /skip";
        assert!(found.contains(&wanted.to_owned()), "{found:?}");
        let found = all(
            "build.gradle.kts",
            "tasks.named(\"test\") {\n    ignoreFailures = true\n}\n",
        );
        assert!(
            found.contains(&"tasks.named(test) > ignoreFailures = true".to_owned()),
            "{found:?}"
        );
    }

    #[test]
    fn no_text_is_too_strange_to_be_read() {
        for name in [
            "a.toml", "a.yml", "a.json", "Makefile", "a.sh", "pom.xml", "a.gradle",
        ] {
            for text in [
                "]]]}}}",
                "</a></b><c",
                "<é><<<>",
                "\\",
                "[[[[[",
                "- - - -",
                ": : :",
                "\u{feff}ä:\n\tö: {",
                "# x \\\ny",
            ] {
                all(name, text);
            }
            all(name, &"[{(".repeat(10_000));
            all(name, &"a:\n ".repeat(1_000));
        }
    }
}
