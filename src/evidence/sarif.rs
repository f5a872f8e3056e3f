//! What did the project's own linters find?
//!
//! SARIF 2.1.0. A result that was suppressed, that the tool calls unchanged, or that is no fault is none.

use std::path::Path;

use serde::Deserialize;

use super::file::{self, Input};
use crate::{error::Error, limits};

/// What the linters of one side found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sarif {
    /// The runs of all files.
    pub runs: Vec<Run>,
    /// The files read.
    pub inputs: Vec<Input>,
}

/// One run of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The tool's name.
    pub tool: String,
    /// The tool itself says that it did not come to its end.
    pub failed: bool,
    /// What it found.
    pub results: Vec<Found>,
}

/// One finding of a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The rule's id.
    pub rule: String,
    /// The file as the tool names it, `/`-separated; may be absolute.
    pub path: String,
    /// First and last line, 1-based.
    pub lines: (u32, u32),
    /// What it says.
    pub message: String,
    /// Only a note: nothing to mend.
    pub is_note: bool,
    /// The tool calls it an error.
    pub is_error: bool,
    /// The tool counts its rule among those about security.
    pub is_security: bool,
}

#[derive(Deserialize)]
struct RawLog {
    version: String,
    #[serde(default)]
    runs: Option<Vec<RawRun>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRun {
    tool: RawTool,
    /// Absent where the run was only a query of rules.
    #[serde(default)]
    results: Option<Vec<RawResult>>,
    #[serde(default)]
    artifacts: Vec<RawArtifact>,
    #[serde(default)]
    invocations: Vec<RawInvocation>,
    #[serde(default)]
    external_property_file_references: Option<RawExternal>,
}

#[derive(Deserialize)]
struct RawExternal {
    #[serde(default)]
    results: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct RawTool {
    driver: RawDriver,
}

#[derive(Deserialize)]
struct RawDriver {
    name: String,
    #[serde(default)]
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRule {
    id: String,
    #[serde(default)]
    default_configuration: Option<RawConfiguration>,
    #[serde(default)]
    properties: Option<RawProperties>,
}

#[derive(Deserialize)]
struct RawProperties {
    #[serde(default)]
    tags: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct RawConfiguration {
    #[serde(default)]
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawInvocation {
    #[serde(default)]
    execution_successful: Option<bool>,
}

#[derive(Deserialize)]
struct RawArtifact {
    #[serde(default)]
    location: Option<RawPlace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawResult {
    #[serde(default)]
    rule_id: Option<String>,
    #[serde(default)]
    rule_index: Option<i64>,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    baseline_state: Option<String>,
    #[serde(default)]
    message: RawMessage,
    #[serde(default)]
    locations: Vec<RawLocation>,
    #[serde(default)]
    suppressions: Option<Vec<RawSuppression>>,
}

#[derive(Deserialize)]
struct RawSuppression {
    #[serde(default)]
    status: Option<String>,
}

#[derive(Default, Deserialize)]
struct RawMessage {
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLocation {
    #[serde(default)]
    physical_location: Option<RawPhysical>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPhysical {
    #[serde(default)]
    artifact_location: Option<RawPlace>,
    #[serde(default)]
    region: Option<RawRegion>,
}

#[derive(Deserialize)]
struct RawPlace {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    index: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRegion {
    #[serde(default)]
    start_line: Option<u32>,
    #[serde(default)]
    end_line: Option<u32>,
}

impl Sarif {
    /// Reads every file.
    ///
    /// # Errors
    /// A file cannot be read, passes a limit, is no SARIF 2.1.0, or does not hold its own results.
    pub fn read(role: &'static str, paths: &[impl AsRef<Path>]) -> Result<Self, Error> {
        let mut all = Self::default();
        for path in paths {
            let bytes = file::read(path.as_ref(), limits::SARIF_BYTES)?;
            let name = file::shown(path.as_ref());
            all.inputs.push(Input::of(role, name.clone(), &bytes));
            all.runs.extend(parse(&name, &bytes)?);
        }
        Ok(all)
    }
}

/// The runs of one file.
///
/// # Errors
/// As [`Sarif::read`].
pub fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Run>, Error> {
    let wrong = |problem: String| Error::invalid("sarif", name, problem);
    let text = file::text(bytes).map_err(wrong)?;
    if !text.trim_start().starts_with('{') {
        return Err(wrong("is no JSON object".to_owned()));
    }
    let log: RawLog = serde_json::from_str(text).map_err(|error| Error::Invalid {
        kind: "sarif",
        file: name.to_owned(),
        line: Some(error.line()),
        column: Some(error.column()),
        problem: error.to_string(),
    })?;
    if log.version != "2.1.0" {
        let problem = format!(
            "is SARIF `{}`; only 2.1.0 is read",
            crate::escape::line(&log.version)
        );
        return Err(wrong(problem));
    }
    let runs: Vec<Run> = log
        .runs
        .unwrap_or_default()
        .into_iter()
        .map(run)
        .collect::<Result<_, _>>()
        .map_err(wrong)?;
    let count: usize = runs.iter().map(|run| run.results.len()).sum();
    if count > limits::SARIF_RESULTS {
        return Err(Error::Limit {
            what: "sarif-results",
            file: name.to_owned(),
            problem: format!("holds {count} results; the limit is {}", limits::SARIF_RESULTS),
        });
    }
    Ok(runs)
}

fn run(raw: RawRun) -> Result<Run, String> {
    let outside = raw.external_property_file_references;
    if outside.is_some_and(|outside| !outside.results.is_empty()) {
        return Err("keeps its results in other files, which are not read".to_owned());
    }
    let failed = raw
        .invocations
        .iter()
        .any(|invocation| invocation.execution_successful == Some(false));
    let results = raw.results.unwrap_or_default();
    let found = |result: &RawResult| found(result, &raw.tool.driver.rules, &raw.artifacts);
    Ok(Run {
        failed,
        results: results
            .iter()
            .filter(|result| is_fault(result))
            .filter_map(found)
            .collect(),
        tool: raw.tool.driver.name,
    })
}

/// A result that stands: not suppressed, not old, and no report of something that is well.
fn is_fault(result: &RawResult) -> bool {
    let is_suppressed = result.suppressions.iter().flatten().any(|suppression| {
        // a suppression that was asked for and not granted suppresses nothing
        !matches!(suppression.status.as_deref(), Some("underReview" | "rejected"))
    });
    let is_old = matches!(result.baseline_state.as_deref(), Some("unchanged" | "absent"));
    let is_fault = matches!(result.kind.as_deref(), None | Some("fail" | "open" | "review"));
    !is_suppressed && !is_old && is_fault
}

fn found(result: &RawResult, rules: &[RawRule], artifacts: &[RawArtifact]) -> Option<Found> {
    let at = |index: Option<i64>| usize::try_from(index?).ok();
    let rule = at(result.rule_index).and_then(|index| rules.get(index));
    let rule = rule.or_else(|| {
        rules
            .iter()
            .find(|rule| Some(&rule.id) == result.rule_id.as_ref())
    });
    let default = rule.and_then(|rule| rule.default_configuration.as_ref()?.level.clone());
    let level = result
        .level
        .clone()
        .or(default)
        .unwrap_or_else(|| "warning".to_owned());
    let tags = rule
        .and_then(|rule| rule.properties.as_ref())
        .map(|properties| &properties.tags);
    let is_security = tags.into_iter().flatten().any(is_about_security);
    let place = result.locations.first()?.physical_location.as_ref()?;
    let file = place.artifact_location.as_ref()?;
    let uri = file.uri.clone().or_else(|| {
        let artifact = artifacts.get(at(file.index)?)?;
        artifact.location.as_ref()?.uri.clone()
    })?;
    let region = place.region.as_ref();
    let first = region
        .and_then(|region| region.start_line)
        .filter(|line| (1..=limits::LINE_NUMBER).contains(line))?;
    let last = region.and_then(|region| region.end_line).unwrap_or(first);
    let rule = result
        .rule_id
        .clone()
        .or_else(|| rule.map(|rule| rule.id.clone()));
    let message = result.message.text.clone().unwrap_or_default();
    Some(Found {
        rule: rule.unwrap_or_default(),
        path: path_of(&uri),
        lines: (first, last.clamp(first, limits::LINE_NUMBER)),
        message: crate::escape::cut(&message, limits::MESSAGE_BYTES).into_owned(),
        is_note: matches!(level.as_str(), "note" | "none"),
        is_error: level == "error",
        is_security,
    })
}

/// `security`, and the numbers of weaknesses that scanners give.
fn is_about_security(tag: &serde_json::Value) -> bool {
    let tag = tag.as_str().unwrap_or_default().to_lowercase();
    tag == "security" || tag.starts_with("cwe-") || tag.contains("/cwe/")
}

/// `file:///home/a/b%20c.rs` as a path.
fn path_of(uri: &str) -> String {
    let path = uri.strip_prefix("file://").unwrap_or(uri);
    let path = path.trim_start_matches("./");
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        match (byte, behind) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).replace('\\', "/")
}

/// The value of a hexadecimal digit.
fn digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit.to_ascii_lowercase() - b'a').saturating_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Run>, String> {
        parse("lint.sarif", text.as_bytes()).map_err(|error| error.to_string())
    }

    fn with(result: &str) -> String {
        format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "ruff", "rules": [{{"id": "F401", "defaultConfiguration": {{"level": "note"}}}}]}}}},
            "artifacts": [{{"location": {{"uri": "src/b.py"}}}}], "results": [{result}]}}]}}"#
        )
    }

    const PLACE: &str = r#""locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///repo/src/a%20b.py"}, "region": {"startLine": 3, "endLine": 5}}}]"#;

    #[test]
    fn a_result_has_a_rule_a_place_and_a_level() {
        let runs = read(&with(&format!(
            r#"{{"ruleId": "E501", "message": {{"text": "too long"}}, {PLACE}}}"#
        )))
        .unwrap();
        let found = &runs[0].results[0];
        assert_eq!(
            (found.rule.as_str(), found.path.as_str(), found.lines),
            ("E501", "/repo/src/a b.py", (3, 5))
        );
        assert!(!found.is_note, "warning is the default");
        let noted = read(&with(&format!(r#"{{"ruleIndex": 0, "message": {{}}, {PLACE}}}"#))).unwrap();
        assert_eq!(
            (noted[0].results[0].rule.as_str(), noted[0].results[0].is_note),
            ("F401", true)
        );
        let indexed = r#"{"ruleId": "x", "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}, "region": {"startLine": 1}}}]}"#;
        assert_eq!(read(&with(indexed)).unwrap()[0].results[0].path, "src/b.py");
    }

    #[test]
    fn what_was_suppressed_or_is_old_or_well_is_no_result() {
        for spared in [
            r#""suppressions": [{"kind": "inSource"}]"#,
            r#""baselineState": "unchanged""#,
            r#""kind": "pass""#,
        ] {
            let text = with(&format!(r#"{{"ruleId": "x", {spared}, {PLACE}}}"#));
            assert_eq!(read(&text).unwrap()[0].results, [], "{spared}");
        }
        for kept in [
            r#""suppressions": []"#,
            r#""suppressions": [{"kind": "external", "status": "rejected"}]"#,
            r#""baselineState": "new""#,
        ] {
            let text = with(&format!(r#"{{"ruleId": "x", {kept}, {PLACE}}}"#));
            assert_eq!(read(&text).unwrap()[0].results.len(), 1, "{kept}");
        }
    }

    #[test]
    fn what_is_no_sarif_is_refused() {
        let outside = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "externalPropertyFileReferences": {"results": [{"location": {}}]}}]}"#;
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"version": "1.0.0"}"#,
            outside,
            r#"{"version""#,
            &r#"{"runs":["#.repeat(50_000),
        ] {
            assert!(read(wrong).is_err(), "{}", wrong.len());
        }
        assert_eq!(read(r#"{"version": "2.1.0", "runs": []}"#).unwrap(), []);
        let hostile = with(
            r#"{"locations": [{"physicalLocation": {"artifactLocation": {"uri": "%zz%"}, "region": {"startLine": 4294967295}}}]}"#,
        );
        assert_eq!(read(&hostile).unwrap()[0].results, []);
    }
}
