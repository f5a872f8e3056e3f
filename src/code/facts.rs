//! What is known about one source file?
//!
//! Plain data: it travels from the parser process to the gate, and knows neither paths nor sides.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};

pub use super::{
    later::{Later, List},
    packed::Tokens,
};

/// A range of a file: bytes `start..end`, on the 1-based lines `first` to `last`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// 1-based line of the first byte.
    pub first: u32,
    /// 1-based line of the last byte.
    pub last: u32,
}

impl Span {
    /// Whether another range lies inside this one, or is the same.
    pub const fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether a line is one of its lines.
    pub const fn has_line(&self, line: u32) -> bool {
        self.first <= line && line <= self.last
    }
}

/// What kind of thing a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefinitionKind {
    /// A function that belongs to no type.
    Function,
    /// A function of a class, a type or an interface.
    Method,
    /// A class.
    Class,
    /// A struct, a union or a record.
    Struct,
    /// An enumeration.
    Enum,
    /// One value of an enumeration.
    Variant,
    /// A trait.
    Trait,
    /// An interface or an annotation type.
    Interface,
    /// A type alias or another named type.
    Type,
    /// A constant, a static or a variable of a module.
    Constant,
    /// A field of a struct or a class.
    Field,
    /// A module or a namespace written out in the file.
    Module,
    /// A macro.
    Macro,
}

impl DefinitionKind {
    /// Whether it has code that runs.
    pub const fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::Method)
    }

    /// Whether other definitions live inside it by name.
    pub const fn is_scope(self) -> bool {
        matches!(
            self,
            Self::Class | Self::Struct | Self::Enum | Self::Trait | Self::Interface | Self::Module
        )
    }
}

/// Who may use a definition, as far as its own file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Only its file, module or class.
    Private,
    /// More than its module and less than everyone: `pub(crate)`, `protected`, the default of Java.
    Restricted,
    /// Everyone who can reach its module.
    Public,
}

/// One parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name or pattern, as written; `self` and `this` included.
    pub name: String,
    /// A call must pass it.
    pub required: bool,
    /// It takes any number of arguments.
    pub variadic: bool,
    /// It can be passed by name only.
    pub keyword_only: bool,
}

/// Something the file defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its own name.
    pub name: String,
    /// Its name inside the file: `Class.method`, `Type::function`, `module::Type`.
    pub qualified: String,
    /// What it defines.
    pub kind: DefinitionKind,
    /// Who may use it.
    pub visibility: Visibility,
    /// It stands inside the body of a function.
    pub local: bool,
    /// Parameters, for functions.
    pub parameters: Vec<Parameter>,
    /// The type it returns, as written, for functions that say so.
    pub returns: Option<String>,
    /// Its header without formatting and comments: everything before the body. Cut at
    /// [`crate::limits::MESSAGE_BYTES`].
    pub signature: String,
    /// Names of its attributes, decorators or annotations, outermost first.
    pub decorators: Vec<String>,
    /// From its first decorator to its end.
    pub span: Span,
    /// The line of its name.
    pub header: u32,
    /// The tokens of its body, without formatting and comments. Equal bodies have equal hashes.
    pub body: u64,
    /// How many tokens its body has.
    pub size: u32,
}

/// How much an assertion proves, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Nothing: a constant, or a value compared with itself.
    None,
    /// That something is there, true, or does not fail.
    Truthiness,
    /// Something about the value: order, type, a part of it, that it differs from another.
    Comparison,
    /// The whole value.
    Equality,
}

/// What form an assertion has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssertionKind {
    /// A value is compared with what is expected.
    Value,
    /// Something must fail in a stated way.
    Exception,
    /// Output is compared with a stored picture of itself.
    Snapshot,
    /// Calls of a stand-in are checked.
    Mock,
    /// The test is failed by hand, usually behind a condition.
    Fail,
    /// A function that is called like an assertion and is not one we know.
    House,
}

/// One assertion of a test or of a helper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// 1-based line where it begins.
    pub line: u32,
    /// 1-based line where it ends.
    pub last: u32,
    /// What asserts, as called: `assert_eq!`, `expect().toBe`, `self.assertEqual`.
    pub name: String,
    /// Its form.
    pub kind: AssertionKind,
    /// How much it proves.
    pub strength: Strength,
    /// It may be skipped: it stands in a branch or in a handler of errors.
    pub conditional: bool,
    /// Without formatting and comments, cut at [`crate::limits::MESSAGE_BYTES`].
    pub text: String,
    /// The hash of its tokens, uncut.
    pub hash: u64,
    /// The expected value where it is written out as a literal; the type of the expected exception.
    pub expected: Option<String>,
}

/// What a marker does to a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkerKind {
    /// It does not run: skip, ignore, disabled.
    Skip,
    /// It must fail, or may: xfail, failing.
    ExpectedFailure,
    /// Only it runs, and its siblings do not.
    Only,
    /// It has a name and no body yet.
    Todo,
}

/// A switch on a test, its group or its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// What it does.
    pub kind: MarkerKind,
    /// As written: `pytest.mark.skip`, `it.only`, `ignore`.
    pub name: String,
    /// 1-based line.
    pub line: u32,
    /// The reason given, where it is a literal.
    pub reason: Option<String>,
    /// It depends on something: a platform, a version, a condition of the code.
    pub conditional: bool,
    /// It stands on a group or on the file and holds for everything inside.
    pub inherited: bool,
}

/// What kind of test it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestKind {
    /// A function or method that a runner calls.
    Case,
    /// A case inside a case: `t.Run`, `t.test`.
    Subtest,
    /// Generated inputs: property tests and fuzz tests.
    Property,
    /// A method that makes cases when it runs.
    Factory,
    /// An example whose output is compared.
    Example,
}

/// One test that the file defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestDefinition {
    /// Its own name: the function, or the title.
    pub name: String,
    /// The title shown instead of the name, where one is given.
    pub title: Option<String>,
    /// Names of the modules, classes, groups or outer tests around it, outermost first.
    pub groups: Vec<String>,
    /// The package that the file declares, for languages whose reports name it.
    pub package: Option<String>,
    /// What kind of test.
    pub kind: TestKind,
    /// It stands for any number of reported cases: parameters, tables, retries by count.
    pub parametrised: bool,
    /// Part of its name is known only when it runs; `name` is what stands before that part.
    pub dynamic: bool,
    /// From its first decorator to its end.
    pub span: Span,
    /// The line of its name.
    pub header: u32,
    /// The tokens of its body, without formatting and comments.
    pub body: u64,
    /// How many tokens its body has.
    pub size: u32,
    /// Switches on it and on everything around it.
    pub markers: Vec<Marker>,
    /// What it asserts itself, in the order of the file.
    pub assertions: Vec<Assertion>,
    /// It passes only if something fails: `#[should_panic]`, `pytest.raises`, `assertThrows`.
    pub expects_exception: bool,
    /// Helpers of this file that it calls and that assert, directly or through others: name and strongest assertion.
    pub helpers: Vec<(String, Strength)>,
    /// The names of everything it calls, sorted, for closing over helpers of other files.
    pub calls: Vec<String>,
}

impl TestDefinition {
    /// The strongest thing it proves itself or through helpers of its file.
    pub fn strength(&self) -> Strength {
        let own = self.assertions.iter().map(|assertion| assertion.strength);
        let helped = self.helpers.iter().map(|(_, strength)| *strength);
        own.chain(helped).max().unwrap_or(Strength::None)
    }
}

/// A function that is no test and asserts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// Its own name.
    pub name: String,
    /// Its name inside the file.
    pub qualified: String,
    /// The strongest assertion that it makes, directly or through other helpers of its file.
    pub strength: Strength,
    /// 1-based line of its name.
    pub line: u32,
}

/// What a file takes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Import {
    /// 1-based line.
    pub line: u32,
    /// The module, package or path, as written; for Rust the whole path.
    pub path: String,
    /// The name taken out of it; absent where the whole is taken.
    pub name: Option<String>,
    /// The name it has in this file, where another is given.
    pub alias: Option<String>,
    /// It is looked up from this file: `./x`, `..x`, `mod x;`.
    pub relative: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// 1-based line.
    pub line: u32,
    /// What is called, as a path: `a.b().c`, `Type::new`, `vec!`.
    pub callee: String,
    /// How many arguments are passed by position.
    pub positional: u16,
    /// Names of arguments passed by name.
    pub keywords: Vec<String>,
    /// Some arguments are unpacked from a value, so that their number is unknown.
    pub spread: bool,
}

impl Call {
    /// The last part of what is called.
    pub fn name(&self) -> &str {
        last_part(&self.callee)
    }
}

/// The last part of a path such as `a::b`, `a.b()` or `assert!`.
pub fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches("()");
    path.rsplit(['.', ':']).next().unwrap_or(path)
}

/// A place that does not parse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseError {
    /// 1-based line.
    pub line: u32,
    /// What the parser expected, where it says so.
    pub says: String,
}

/// The hash of a token: SipHash with fixed keys, so that both sides of a change agree.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The hash of a sequence of tokens.
pub fn hash_all(hashes: impl Iterator<Item = u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for hash in hashes {
        hasher.write_u64(hash);
    }
    hasher.finish()
}

/// Everything that is known about one file. What travelled is unpacked part by part, as it is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileFacts {
    /// How many lines it has.
    pub lines: u32,
    /// What it defines, in the order of the file.
    pub definitions: List<Definition>,
    /// The tests it defines, in the order of the file.
    pub tests: List<TestDefinition>,
    /// Its functions that assert and are no tests.
    pub helpers: List<Helper>,
    /// Switches on the whole file.
    pub markers: List<Marker>,
    /// What it takes from elsewhere.
    pub imports: List<Import>,
    /// Every call, in the order of the file.
    pub calls: List<Call>,
    /// Comments, those that document something included.
    pub comments: List<Span>,
    /// String literals, with their quotes.
    pub strings: List<Span>,
    /// Comments and strings that document something.
    pub docstrings: List<Span>,
    /// Where it does not parse; at most [`crate::limits::PARSE_ERRORS`]. Never empty for a file that was not understood.
    pub errors: List<ParseError>,
    /// Its tokens; not part of what is printed.
    #[serde(skip)]
    pub tokens: Later<Tokens>,
}

impl FileFacts {
    /// Whether all of it was understood.
    pub fn parses(&self) -> bool {
        self.errors.is_empty()
    }

    /// The innermost definition around a line.
    pub fn definition_at(&self, line: u32) -> Option<&Definition> {
        let around = self.definitions.iter().filter(|one| one.span.has_line(line));
        around.min_by_key(|one| one.span.end - one.span.start)
    }

    /// The innermost test around a line.
    pub fn test_at(&self, line: u32) -> Option<&TestDefinition> {
        let around = self.tests.iter().filter(|one| one.span.has_line(line));
        around.min_by_key(|one| one.span.end - one.span.start)
    }
}
