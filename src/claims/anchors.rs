//! Which words of a clause are names: of files, of symbols?
//!
//! Code spans first, bare words of a telling shape second. What is no name for sure is none (CHECKS 4.4).

use super::tokens::{Kind, Token};

/// Endings by which a bare word is a file.
#[rustfmt::skip]
const EXTENSIONS: &[&str] = &[
    "rs", "py", "pyi", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "kt", "kts", "scala",
    "c", "h", "cc", "cpp", "cxx", "hpp", "cs", "fs", "rb", "php", "swift", "m", "mm", "ex", "exs", "erl", "hs",
    "ml", "clj", "lua", "pl", "r", "jl", "dart", "zig", "sh", "bash", "zsh", "fish", "ps1", "bat", "sql", "vue",
    "svelte", "astro", "proto", "md", "mdx", "rst", "adoc", "txt", "json", "jsonc", "json5", "jsonl", "yaml",
    "yml", "toml", "ini", "cfg", "conf", "env", "lock", "xml", "html", "htm", "css", "scss", "less", "sass",
    "gradle", "properties", "csproj", "fsproj", "sln", "tf", "hcl", "graphql", "gql", "prisma", "snap", "slt",
    "ipynb", "svg", "png", "csv", "tsv", "tmpl", "j2", "hbs", "ejs", "mk", "cmake", "nix", "bzl", "sum", "mod",
    "rules", "pem", "plist", "pbxproj", "mustache", "styl", "wgsl", "glsl", "gitignore", "dockerfile", "scm",
    "el",
];

/// Endings of files that users keep too: "add X in `config.yaml`" often tells where they configure it.
#[rustfmt::skip]
const DATA: &[&str] = &[
    "json", "jsonc", "json5", "jsonl", "yaml", "yml", "toml", "ini", "cfg", "conf", "env", "properties", "md",
    "mdx", "rst", "adoc", "txt", "xml", "csv", "tsv", "lock", "html", "plist",
];

/// Files that are known without an ending.
const WHOLE: &[&str] = &[
    "makefile",
    "dockerfile",
    "justfile",
    "rakefile",
    "gemfile",
    "procfile",
    "jenkinsfile",
    "vagrantfile",
    "codeowners",
    "license",
    "brewfile",
    "cmakelists.txt",
];

/// Products and formats that are written like files.
#[rustfmt::skip]
const PRODUCTS: &[&str] = &[
    "node.js", "next.js", "vue.js", "react.js", "express.js", "d3.js", "three.js", "ethers.js", "web3.js",
    "p5.js", "nuxt.js", "ember.js", "chart.js", "alpine.js", "solid.js", "discord.js", "deno.js", "moment.js",
    "day.js", "require.js", "backbone.js", "socket.io", "asp.net", "system.text.json", "schema.rb", "nest.js",
    "electron.js", "cypress.js", "video.js", "bun.js", "angular.js", "underscore.js", "knockout.js",
    "matter.js", "tensorflow.js", "pdf.js", "highlight.js", "prism.js", "date.h", "llama.cpp", "whisper.cpp",
    "stable-diffusion.cpp", "crypto.js", "bignumber.js", "viem.sh",
];

/// Words in front of a name that belong to it.
pub const ARTICLES: &[&str] = &[
    "the", "a", "an", "its", "our", "this", "these", "their", "all", "both", "each", "some", "every",
];

/// A file as a clause names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathAnchor {
    /// The path, several where they share one word: `load.go/save.go`.
    pub paths: Vec<String>,
    /// It stands in code quotes.
    pub quoted: bool,
    /// It names folders too.
    pub whole: bool,
    /// It is a folder, as far as its spelling tells.
    pub folder: bool,
    /// It is data or documentation by its ending.
    pub data: bool,
}

/// The file that a word names.
pub fn path(token: &Token) -> Option<PathAnchor> {
    let quoted = match token.kind {
        Kind::Code => true,
        Kind::Word => false,
        Kind::Quoted | Kind::Mark => return None,
    };
    let text = without_line(token.text.trim_start_matches("./"));
    if !is_path(text, quoted) {
        return None;
    }
    let paths = shared(text).unwrap_or_else(|| vec![text.to_owned()]);
    let name = text
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(text)
        .to_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    Some(PathAnchor {
        quoted,
        whole: text.trim_end_matches('/').contains('/'),
        folder: text.ends_with('/') || (ending.is_none() && !WHOLE.contains(&name.as_str())),
        data: name.starts_with('.') || ending.is_some_and(|ending| DATA.contains(&ending)),
        paths,
    })
}

/// Whether a bare word is written like a file.
pub fn is_bare_path(text: &str) -> bool {
    is_path(without_line(text.trim_start_matches("./")), false)
}

fn without_line(text: &str) -> &str {
    let (head, tail) = text.split_once([':', '#']).unwrap_or((text, ""));
    let is_line = !tail.is_empty()
        && tail
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'L'));
    if is_line { head } else { text }
}

fn is_path(text: &str, quoted: bool) -> bool {
    let odd = |c: char| c.is_whitespace() || "*<>{}()$~:;,\"'`|?!=&%#\\^".contains(c) || c.is_control();
    // square brackets are folders of routes: `app/[id]/page.tsx`
    let strange = text.is_empty()
        || text.starts_with(['/', '-', '@', '!'])
        || text.contains(odd)
        || text.contains("...");
    let lower = text.to_lowercase();
    if strange || text.contains("//") || text.len() > MAX || PRODUCTS.contains(&lower.as_str()) {
        return false;
    }
    let name = lower.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let known = ending.is_some_and(|(_, ending)| EXTENSIONS.contains(&ending));
    let dotted =
        name.starts_with('.') && name.len() > 2 && name.chars().nth(1).is_some_and(char::is_alphabetic);
    let slashed = text.trim_end_matches('/').contains('/') || text.ends_with('/');
    let letters = lower
        .split('/')
        .any(|part| part.chars().any(|c| c.is_ascii_alphabetic()));
    if quoted {
        let whole = WHOLE.contains(&name);
        // `x.y()` and `a.b` are no files; a code span with a folder in it is one
        return known && !is_call(name)
            || whole
            || (dotted && !is_extension(name))
            || (slashed && letters && !is_fraction(text) && !is_host(&lower));
    }
    let product = !slashed && text.starts_with(|c: char| c.is_uppercase()) && lower.ends_with(".js");
    let whole = WHOLE.contains(&name) && text.starts_with(|c: char| c.is_uppercase()) && name != "license";
    (known && !product && !is_host(&lower)) || whole || is_dotfile(name)
}

/// Longest word that is taken for a path.
const MAX: usize = 300;

/// `json.h` is a file, `console.log` is not; endings that are also names of methods need more to be one.
fn is_call(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    matches!(ending, "env" | "lock" | "mod" | "sum" | "r" | "m" | "rules")
        && !stem.contains(['-', '_'])
        && !matches!(
            name,
            "go.mod"
                | "go.sum"
                | "cargo.lock"
                | "yarn.lock"
                | "poetry.lock"
                | "uv.lock"
                | "bun.lock"
                | "composer.lock"
                | "gemfile.lock"
                | "pdm.lock"
        )
}

/// `.rs` alone is an ending, `.env` and `.gitignore` are files.
fn is_extension(name: &str) -> bool {
    let ending = name.trim_start_matches('.');
    !matches!(ending, "env" | "gitignore" | "conf") && EXTENSIONS.contains(&ending)
}

fn is_dotfile(name: &str) -> bool {
    matches!(
        name,
        ".gitignore"
            | ".dockerignore"
            | ".gitattributes"
            | ".editorconfig"
            | ".npmrc"
            | ".prettierrc"
            | ".eslintrc"
    )
}

/// `14/14`, `n/m`: a fraction.
fn is_fraction(text: &str) -> bool {
    text.split('/')
        .all(|part| part.chars().all(|c| c.is_ascii_digit()))
}

fn is_host(lower: &str) -> bool {
    let host = lower.split('/').next().unwrap_or_default();
    [".com", ".org", ".io", ".dev", ".net"]
        .iter()
        .any(|end| host.ends_with(end))
}

/// `load.go/save.go` are two files.
fn shared(text: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = text.split('/').collect();
    let is_file = |part: &&str| {
        part.rsplit_once('.')
            .is_some_and(|(stem, end)| !stem.is_empty() && EXTENSIONS.contains(&end))
    };
    (parts.len() > 1 && parts.iter().all(is_file)).then(|| parts.into_iter().map(str::to_owned).collect())
}

/// Kinds of symbols: a name in front of one of these is a symbol.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "function", "functions", "method", "methods", "class", "classes", "struct", "structs", "enum", "enums",
    "trait", "interface", "type", "types", "field", "fields", "constant", "constants", "const", "component",
    "components", "hook", "parameter", "parameters", "param", "argument", "flag", "option", "fixture", "helper",
    "helpers", "property", "attribute", "variable", "macro", "decorator", "column", "handler", "middleware",
    "variant", "mixin", "protocol", "test", "exception", "service", "util", "utility", "getter", "setter",
    "endpoint", "arguments", "flags", "options", "hooks", "properties", "attributes", "variables", "columns",
    "variants", "macros", "handlers", "event", "events", "input", "inputs", "setting", "settings", "predicate",
];

/// Kinds whose names may be written differently in the code, or stand in no code at all.
#[rustfmt::skip]
const LOOSE: &[&str] = &[
    "parameter", "parameters", "param", "argument", "flag", "option", "endpoint", "type", "types", "handler",
    "property", "attribute", "field", "fields", "column", "test", "service", "variable", "arguments", "flags",
    "options", "properties", "attributes", "variables", "columns", "handlers", "event", "events", "input",
    "inputs", "setting", "settings",
];

/// Whether a word is a kind of symbol.
pub fn is_kind(token: &Token) -> bool {
    token.is_one_of(KINDS)
}

/// Whether names of this kind may stand in no code.
pub fn is_loose(token: &Token) -> bool {
    token.is_one_of(LOOSE)
}

/// Names of products that are written like symbols.
#[rustfmt::skip]
const NATURAL: &[&str] = &[
    "OAuth", "GitHub", "GitLab", "JavaScript", "TypeScript", "PostgreSQL", "MySQL", "SQLite", "GraphQL",
    "OpenAI", "OpenAPI", "DevOps", "LangChain", "YouTube", "LinkedIn", "MongoDB", "DynamoDB", "CloudFront",
    "WebSocket", "WebSockets", "FastAPI", "PyTorch", "NumPy", "VSCode", "macOS", "iOS", "iPhone", "DateTime",
    "README", "ChatGPT", "StackOverflow", "NextAuth", "WebAssembly", "CoPilot", "DuckDB", "ClickHouse",
    "RabbitMQ", "CircleCI", "JetBrains", "IntelliJ", "PowerShell",
];

/// The symbol that a word names: a code span, or a word of a shape that prose does not have.
pub fn symbol(token: &Token) -> Option<String> {
    let text = token.text.trim();
    let quoted = token.kind == Kind::Code;
    if (!quoted && token.kind != Kind::Word) || path(token).is_some() {
        return None;
    }
    let bare = text
        .split(['(', '<'])
        .next()
        .unwrap_or_default()
        .trim_end_matches(['!', '?']);
    let bare = bare
        .trim_start_matches("--")
        .trim_start_matches(['@', '$', '#', '.']);
    let is_name = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && part.starts_with(|c: char| c.is_alphabetic() || c == '_')
    };
    let name = bare.rsplit(['.', ':']).next().unwrap_or_default();
    let whole = bare
        .split(['.', ':'])
        .filter(|part| !part.is_empty())
        .all(is_name);
    if !whole || name.chars().count() < 3 || text.contains(char::is_whitespace) && !text.contains('(') {
        return None;
    }
    (quoted || (is_code_shaped(text) && !NATURAL.contains(&bare))).then(|| bare.to_owned())
}

/// Whether a word is a name in code and nothing else: of several parts, or a call, and the name of no product. Outside of
/// code quotes a name that begins with a capital may be one that we do not know.
pub fn is_sure(token: &Token) -> bool {
    let Some(name) = symbol(token) else { return false };
    let last = name.rsplit(['.', ':']).next().unwrap_or(&name);
    let called = token.text.trim().ends_with("()");
    let shaped = is_code_shaped(last) || called;
    let cased =
        token.kind == Kind::Code || called || last.contains('_') || last.starts_with(char::is_lowercase);
    shaped && cased && !NATURAL.contains(&last)
}

/// snake_case with two parts, camelCase, CamelCase with two humps, or a call.
pub fn is_code_shaped(text: &str) -> bool {
    if let Some(head) = text.strip_suffix("()") {
        return head.len() >= 3
            && head
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    }
    if !text.chars().all(|c| c.is_alphanumeric() || c == '_') || !text.starts_with(char::is_alphabetic) {
        return false;
    }
    let parts = text.split('_').filter(|part| !part.is_empty()).count();
    let letters: Vec<char> = text.chars().collect();
    let humps = letters
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_lowercase() && b.is_uppercase()))
        .count();
    (text.contains('_') && parts >= 2) || (humps >= 1 && letters.len() > 4)
}

/// Words behind a name that are no noun: what stands in front of them is a thing of its own.
#[rustfmt::skip]
const FOLLOWERS: &[&str] = &[
    "with", "to", "for", "so", "that", "which", "and", "or", "from", "in", "into", "by", "via", "on", "at",
    "as", "of", "using", "where", "because", "since", "containing", "after", "before", "accordingly", "again",
    "too", "itself", "directly", "only", "is", "now", "instead", "when", "if", "while", "has", "have", "per",
    "under", "within", "inside", "across", "through", "without", "but", "are", "also", "entirely", "completely",
    "altogether", "correctly", "properly", "everywhere", "throughout", "here", "there", "then", "respectively",
    "between", "behind", "alongside", "including", "plus", "based", "returning", "takes", "returns", "it",
    "they", "this", "we", "until", "once", "over", "not", "no", "due", "during", "rather", "like", "accepting",
    "covering", "defining", "holding", "wrapping", "handling", "providing", "exposing", "describing", "reading",
    "implementing", "allowing", "supporting", "following", "verifying", "added", "such", "whose", "each",
    "back",
];

/// Whether the word behind a name is a noun that the name describes: "`x.yaml` option".
pub fn describes(next: Option<&Token>) -> bool {
    next.is_some_and(|next| match next.kind {
        Kind::Mark => false,
        Kind::Code | Kind::Quoted => true,
        Kind::Word => !next.is_one_of(FOLLOWERS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::new(Kind::Word, text, 0..text.len())
    }

    fn code(text: &str) -> Token {
        Token::new(Kind::Code, text, 0..text.len())
    }

    #[test]
    fn files_are_known_by_their_shape() {
        for text in [
            "src/a.rs",
            "a.rs",
            "src/",
            "Makefile",
            ".gitignore",
            ".env.local",
            "pkg/export",
            "app/[id]/page.tsx",
            "a.ts:12",
            "go.mod",
        ] {
            assert!(path(&code(text)).is_some(), "{text}");
        }
        for text in [
            "/users",
            "*.rs",
            "src/**",
            "https://x.y/a.rs",
            "~/a.rs",
            "14/14",
            "Node.js",
            "Schema.rb",
            "a b.rs",
            "foo",
            "console.log",
            "process.env",
            ".rs",
            "@acme/config",
            "example.com/a",
            "--out/x",
            "a/.../b.rs",
            "cargo test",
        ] {
            assert_eq!(path(&code(text)), None, "{text}");
        }
        for text in ["src/a.rs", "a.rs", "Dockerfile", "package.json"] {
            assert!(path(&word(text)).is_some(), "{text}");
        }
        for text in [
            "and/or",
            "client/server",
            "Express.js",
            "e.g",
            "v1.2",
            "ethers.js",
            "makefile",
            "github.com/a/b.go",
        ] {
            assert_eq!(path(&word(text)), None, "{text}");
        }
    }

    #[test]
    fn a_path_knows_what_it_tells() {
        let two = path(&code("load.go/save.go")).unwrap();
        assert_eq!(two.paths, ["load.go", "save.go"]);
        let data = path(&code("config/app.yaml")).unwrap();
        assert!(data.data && data.whole && !data.folder);
        assert!(path(&code("src/utils")).unwrap().folder);
        assert_eq!(path(&code("a.rs:12-14")).unwrap().paths, ["a.rs"]);
    }

    #[test]
    fn symbols_are_code_spans_or_shaped_like_code() {
        for (text, name) in [
            ("parse_retry()", "parse_retry"),
            ("CsvWriter::flush", "CsvWriter::flush"),
            ("is_beta", "is_beta"),
            ("--max-rows", "max-rows"),
            ("Retry", "Retry"),
        ] {
            assert_eq!(symbol(&code(text)).as_deref(), Some(name), "{text}");
        }
        for text in ["fetchAll", "run_all", "HttpClient", "parse()"] {
            assert!(symbol(&word(text)).is_some(), "{text}");
        }
        for token in [
            code("HttpClient"),
            code("run_all"),
            word("run_all"),
            word("fetchAll"),
            word("parse()"),
        ] {
            assert!(is_sure(&token), "{token:?}");
        }
        for token in [
            code("Retry"),
            code("GitHub"),
            word("HttpClient"),
            word("ElevenLabs"),
        ] {
            assert!(!is_sure(&token), "{token:?}");
        }
        for text in ["parser", "Retry", "GitHub", "OAuth", "iOS"] {
            assert_eq!(symbol(&word(text)), None, "{text}");
        }
        for text in ["ab", "cargo test", "src/a.rs", "a + b", "3"] {
            assert_eq!(symbol(&code(text)), None, "{text}");
        }
    }
}
