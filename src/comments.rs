//! Is a line of a file only a comment, or blank?
//!
//! By the look of the line alone: a comment sign at its start. What stands inside a block comment without a sign
//! of its own counts as code, so that an answer of "comment" is safe to act on.

const SLASHES: &[&str] = &["//", "/*", "*/", "<!--"];
const HASH: &[&str] = &["#"];
const DASHES: &[&str] = &["--"];
const SEMICOLON: &[&str] = &[";", "#"];
const PERCENT: &[&str] = &["%"];
const ANGLE: &[&str] = &["<!--", "-->"];
const NONE: &[&str] = &[];

/// Whether a line says nothing to a machine: blank, or a comment by the signs that files with this extension use.
pub fn is_comment_or_blank(extension: &str, line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() {
        return true;
    }
    let starts = signs(extension).iter().any(|sign| line.starts_with(sign));
    starts && !code_follows(line) || is_block_middle(extension, line)
}

/// Code after a block comment that ends on the same line.
fn code_follows(line: &str) -> bool {
    let closed = if line.starts_with("/*") {
        line.split_once("*/")
    } else if line.starts_with("<!--") {
        line.split_once("-->")
    } else {
        line.strip_prefix("*/").map(|rest| ("", rest))
    };
    closed.is_some_and(|(_, rest)| !rest.trim().is_empty() && !rest.trim_start().starts_with("//"))
}

/// ` * text`, as block comments are written in most languages with `/*`; in Rust such a line is a product.
fn is_block_middle(extension: &str, line: &str) -> bool {
    let starred = line == "*" || line.starts_with("* ");
    starred && extension != "rs" && signs(extension) == SLASHES
}

fn signs(extension: &str) -> &'static [&'static str] {
    match extension {
        "rs" | "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "go" | "java" | "kt" | "kts"
        | "scala" | "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "cs" | "swift" | "m" | "mm" | "dart"
        | "proto" | "zig" | "php" | "scss" | "less" | "css" | "vue" | "svelte" | "gradle" | "groovy"
        | "fs" | "jsonc" | "json5" => SLASHES,
        "py" | "pyi" | "rb" | "sh" | "bash" | "zsh" | "yaml" | "yml" | "toml" | "pl" | "r" | "jl" | "ex"
        | "exs" | "tf" | "cfg" | "conf" | "properties" | "ps1" | "mk" | "cmake" | "nix" => HASH,
        "sql" | "lua" | "hs" | "elm" | "ada" => DASHES,
        "ini" | "clj" | "cljs" | "lisp" | "el" | "scm" => SEMICOLON,
        "erl" | "tex" => PERCENT,
        "html" | "htm" | "xml" => ANGLE,
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_depends_on_the_language() {
        for (extension, line) in [
            ("rs", "  // a"),
            ("rs", "/// a"),
            ("py", "# a"),
            ("java", " * a"),
            ("java", "/* a */"),
            ("sql", "-- a"),
            ("html", "<!-- a -->"),
            ("md", "   "),
        ] {
            assert!(is_comment_or_blank(extension, line), "{extension}: {line}");
        }
    }

    #[test]
    fn code_that_looks_like_a_comment_is_code() {
        for (extension, line) in [
            ("rs", "#[test]"),
            ("rs", "    * factor"),
            ("c", "*pointer = 1;"),
            ("md", "# Heading"),
            ("js", "/* istanbul ignore next */ run();"),
            ("py", "x = 1  # a"),
            ("unknown", "// a"),
        ] {
            assert!(!is_comment_or_blank(extension, line), "{extension}: {line}");
        }
    }
}
