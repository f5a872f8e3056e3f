//! Does a line of code look as if it did something, judged by its text alone?
//!
//! Blank lines, comments, imports, declarations and lone brackets do nothing that a test could notice. A wrong "no"
//! makes a check say less; so every doubt is a "no".

/// Words that begin a line which only declares, imports or annotates.
const DECLARES: &[&str] = &[
    "use ",
    "pub use ",
    "mod ",
    "pub mod ",
    "extern ",
    "import ",
    "from ",
    "package ",
    "namespace ",
    "using ",
    "#include",
    "#define",
    "#if",
    "#endif",
    "require(",
    "export *",
    "export {",
    "struct ",
    "pub struct ",
    "enum ",
    "pub enum ",
    "trait ",
    "pub trait ",
    "impl ",
    "impl<",
    "type ",
    "pub type ",
    "interface ",
    "class ",
    "fn ",
    "pub fn ",
    "pub(crate) fn ",
    "pub(super) fn ",
    "async fn ",
    "pub async fn ",
    "const fn ",
    "pub const fn ",
    "unsafe fn ",
    "def ",
    "async def ",
    "func ",
    "function ",
    "export ",
    "@",
];
/// Where a comment begins, as the first thing of a line.
const COMMENTS: &[&str] = &["//", "#", "/*", "*", "--", "<!--", "\"\"\"", "'''", ";;"];
/// Words that decide or leave.
const DECIDES: &[&str] = &[
    "if", "elif", "while", "for", "match", "switch", "case", "return", "throw", "raise", "yield", "await",
    "assert",
];
/// Signs that compute or compare.
const COMPUTES: &[&str] = &[
    " + ", " - ", " * ", " / ", " % ", " == ", " != ", " === ", " !== ", " < ", " > ", " <= ", " >= ",
    " && ", " || ", " and ", " or ", " not ", " += ", " -= ", " *= ", " | ", " ^ ", " << ", " >> ",
];

/// Whether a line looks as if it did something.
pub fn looks_executable(line: &str) -> bool {
    let line = line.trim();
    let begins = |starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    if begins(COMMENTS) || begins(DECLARES) {
        return false;
    }
    let code = line.split(" //").next().unwrap_or(line);
    let code = code.split(" # ").next().unwrap_or(code);
    let first = code
        .trim_start_matches(['}', ' ', '('])
        .trim_start_matches("else ")
        .split(|character: char| !character.is_alphanumeric())
        .next()
        .unwrap_or_default();
    DECIDES.contains(&first) || COMPUTES.iter().any(|sign| code.contains(sign)) || calls(code)
}

/// Whether a name stands right before an opening bracket: `name(`.
fn calls(code: &str) -> bool {
    let mut before = ' ';
    for character in code.chars() {
        if character == '(' && (before.is_alphanumeric() || before == '_' || before == '!') {
            return true;
        }
        before = character;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_looks_executable() {
        for line in [
            "    return price - price * percent // 100",
            "if percent > 100 {",
            "} else if a { ",
            "let total = sum(prices);",
            "x += 1 ;",
            "println!(\"{x}\");",
        ] {
            assert!(looks_executable(line), "{line}");
        }
    }

    #[test]
    fn what_only_declares_does_not() {
        for line in [
            "",
            "}",
            "// if a > b",
            "# call(x)",
            "use std::fmt::{self, Write};",
            "from a import b",
            "pub fn sum(a: u32, b: u32) -> u32 {",
            "def total(self):",
            "name: String,",
            "LIMIT = 5",
            "@pytest.fixture(scope=\"module\")",
            "#[derive(Debug)]",
        ] {
            assert!(!looks_executable(line), "{line}");
        }
    }
}
