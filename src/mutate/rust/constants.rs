//! Which constants are used only where a switch can stand?
//!
//! The compiler computes a constant once, so nothing in it can be switched. Each fault of it becomes a constant of its own
//! beside it, a twin. Where every use of the constant runs, each use chooses one of them. Elsewhere the compiler says at
//! least which twin is none, and which has the same value, so that no test can tell it; only the others need builds.

use std::{collections::BTreeMap, ops::Range};

use proc_macro2::{TokenStream, TokenTree};

use super::sites::Sites;

/// A constant whose value has faults.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    /// Its name.
    pub(super) name: String,
    /// Its type, as the file has it.
    pub(super) kind: String,
    /// The bytes of its value.
    pub(super) value: Range<usize>,
    /// The byte after it.
    pub(super) end: usize,
    /// What stands before `const`, with a space: `pub(super) `.
    pub(super) word: String,
    /// The module of this file around it.
    pub(super) module: Option<String>,
    /// Who may use it.
    pub(super) scope: Scope,
    /// Every use of it; none where a switch cannot stand at each.
    pub(super) uses: Vec<Range<usize>>,
}

/// Who may use a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Its function.
    Function,
    /// Its file, and files that hold modules of it.
    Module,
    /// Others.
    Public,
}

impl Constant {
    /// Its values can be compared by the compiler.
    pub(super) fn is_plain(&self) -> bool {
        PLAIN.contains(&self.kind.as_str())
    }

    /// Whether a use names this one, if it names a constant of this file. Where it does not, the compiler finds no twin
    /// there and says so.
    fn is_named_by(&self, used: &Used, only: bool) -> bool {
        match used.qualifier.as_deref() {
            None => only,
            Some("self" | "super" | "crate") => only,
            qualifier => qualifier == self.module.as_deref(),
        }
    }
}

/// Types whose values the compiler can compare.
const PLAIN: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char",
];

/// A name that runs may use.
#[derive(Clone, Debug)]
pub(super) struct Used {
    /// It.
    pub(super) name: String,
    /// What stands before its last `::`.
    pub(super) qualifier: Option<String>,
    /// The bytes of the path.
    pub(super) place: Range<usize>,
}

impl Used {
    /// `u8::MAX` is never a constant of the file.
    fn is_foreign(&self) -> bool {
        let of_type = |name: &str| PLAIN.contains(&name) || matches!(name, "f32" | "f64" | "str");
        self.qualifier.as_deref().is_some_and(of_type)
    }
}

/// Finds the uses of each constant. `open`: other files may use what this one does not publish.
pub(super) fn settle(text: &str, found: &mut Sites, used: &[Used], open: bool) {
    if found.constants.is_empty() {
        return;
    }
    let words = words(text);
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for constant in &found.constants {
        *named.entry(constant.name.clone()).or_default() += 1;
    }
    for constant in &mut found.constants {
        let count = named.get(&constant.name).copied().unwrap_or_default();
        let all = || used.iter().filter(|one| one.name == constant.name);
        // every other word of this name may be a pattern, a type, the text of a macro, another constant
        let is_whole = words.get(&constant.name) == Some(&(all().count() + count));
        let mut own = all().filter(|one| !one.is_foreign());
        let is_told = own.all(|one| constant.is_named_by(one, count == 1));
        // `format!("{LIMIT}")`, `format!("{a:>LIMIT$}")`
        let forms = [format!("{{{}", constant.name), format!("{}$", constant.name)];
        let is_written = forms.iter().any(|form| text.contains(form));
        let is_closed = match constant.scope {
            Scope::Function => true,
            Scope::Module => !open,
            Scope::Public => false,
        };
        if is_whole && is_told && !is_written && is_closed {
            let own = all().filter(|one| !one.is_foreign());
            constant.uses = own.map(|one| one.place.clone()).collect();
        }
    }
    for site in &mut found.sites {
        let constant = site.constant.and_then(|index| found.constants.get(index));
        if constant.is_some_and(|constant| !constant.uses.is_empty()) {
            site.obstacle = None;
        }
    }
}

/// How often each word stands in a text, comments and strings aside.
fn words(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut left: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = left.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => left.push(group.stream()),
                TokenTree::Ident(word) => *found.entry(word.to_string()).or_default() += 1,
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> usize {
        let sites = Sites::read(text).unwrap();
        let own = sites.constants.iter().filter(|constant| constant.name == "N");
        own.map(|constant| constant.uses.len()).sum()
    }

    #[test]
    fn a_constant_that_only_runs_use_has_switches() {
        assert_eq!(uses("const N: u32 = 2 * 3; fn f(a: u32) -> u32 { a / N + N }"), 2);
        assert_eq!(
            uses("mod m; fn f(a: u32) -> bool { const N: u32 = 2 * 3; a > N }"),
            1
        );
    }

    #[test]
    fn tests_and_the_arguments_of_known_macros_use_it_too() {
        let text = "mod m { pub(super) const N: u32 = 2 * 3; } fn f() -> u32 { m::N + u32::N } \
                    #[cfg(test)] mod t { #[test] fn g() { assert_eq!(super::f(), super::m::N * 2); h(super::m::N) } }";
        assert_eq!(uses(text), 3);
        let other = "#[cfg(unix)] mod m { pub(super) const N: u32 = 7; } #[cfg(not(unix))] mod m { pub(super) const N: u32 = 2 * 3; } \
                     fn f() -> u32 { m::N }";
        assert_eq!(uses(other), 2, "the compiler knows only one of them");
    }

    #[test]
    fn what_stands_in_the_type_of_a_constant_is_no_part_of_it() {
        let sites = Sites::read("fn f() -> u8 { const N: [u8; 1 + 1] = [1, 2 * 1]; N[0] }").unwrap();
        let inside = sites.sites.iter().filter(|site| site.constant.is_some());
        assert_eq!(inside.count(), 1);
        assert!(sites.sites.iter().any(|site| site.obstacle.is_some()));
    }

    #[test]
    fn one_use_that_cannot_be_switched_keeps_all_from_it() {
        for text in [
            "const N: usize = 2 * 3; fn f(a: usize) -> [u8; N] { [0; 6] }",
            "const N: u32 = 2 * 3; fn f(a: u32) -> bool { match a { N => true, _ => a > N } }",
            "const N: u32 = 2 * 3; fn f(a: u32) { assert!(a < N) }",
            "const N: u32 = 2 * 3; fn f(a: u32) -> String { format!(\"{N}\") + g(N) }",
            "const N: usize = 2 * 3; fn f(a: u32) -> String { format!(\"{a:>N$}\") + g(N) }",
            "const N: u32 = 2 * 3; const M: u32 = N; fn f() -> u32 { N + M }",
            "const N: u32 = 2 * 3; const fn f() -> u32 { N }",
            "pub const N: u32 = 2 * 3; fn f() -> u32 { N }",
            "mod m; const N: u32 = 2 * 3; fn f() -> u32 { N }",
            "#[cfg(unix)] const N: u32 = 2 * 3; fn f() -> u32 { N }",
            "const N: u32 = 2 * 3; fn f() -> S { S { N } }",
            "const N: u32 = 2 * 3; fn f() -> u32 { N } #[cfg(test)] mod t;",
            "const N: u32 = 2 * 3; fn f() -> u32 { N } #[cfg(test)] mod t { use super::N; }",
            "mod m { pub(crate) const N: u32 = 2 * 3; } pub use m::*; fn f() -> u32 { m::N }",
            "pub mod m { pub const N: u32 = 2 * 3; } fn f() -> u32 { m::N }",
            "mod a { pub const N: u32 = 2 * 3; } mod b { pub const N: u32 = 3 * 3; } fn f() -> u32 { a::N + b::N }",
            "const N: u32 = 2 * 3; fn f() -> u32 { N + Other::N }",
        ] {
            assert_eq!(uses(text), 0, "{text}");
        }
    }
}
