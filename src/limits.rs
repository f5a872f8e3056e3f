//! How much of an untrusted input does the gate read before it refuses?
//!
//! One table. The numbers come from measured attacks on the parsers behind each reader
//! (security research, section 7.6); each reader names the limit it enforces, and has a test at, below and
//! above it.

/// Files that the change left alone and that are parsed because they hold the name of a file which it took away.
pub const IMPORTERS: usize = 1_000;

/// Bytes in one of our own YAML or JSON files (policy, task): quadratic parsing stays under 0.02 s here.
pub const CONFIG_BYTES: usize = 64 * 1024;
/// Bytes in a claims manifest.
pub const CLAIMS_BYTES: usize = 256 * 1024;
/// Bytes in one receipt: 20,000 reports with their digests fit.
pub const RECEIPT_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of one text of the author: a pull-request text, a commit message, a final message.
pub const PROSE_BYTES: usize = 256 * 1024;
/// Words of one clause; a longer one is cut into several.
pub const CLAUSE_WORDS: usize = 200;
/// Claims that are taken from one text of the author.
pub const PROSE_CLAIMS: usize = 500;
/// Bytes of the event that a CI system hands over; GitHub caps its own at 25 MB and rarely passes 100 kB.
pub const EVENT_BYTES: usize = 25 * 1024 * 1024;
/// Bytes of one agent transcript; read as a stream.
pub const TRANSCRIPT_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of one line of a transcript; a longer one is passed over.
pub const TRANSCRIPT_LINE_BYTES: usize = 8 * 1024 * 1024;
/// Lines of one transcript.
pub const TRANSCRIPT_LINES: usize = 1_000_000;
/// Bytes of a transcript that is one JSON document: a parsed one takes several times as much memory.
pub const TRANSCRIPT_DOCUMENT_BYTES: usize = 32 * 1024 * 1024;
/// Commands and edits kept of one transcript.
pub const TRANSCRIPT_STEPS: usize = 100_000;
/// Files of a transcript that is a folder of small ones.
pub const TRANSCRIPT_FILES: usize = 20_000;
/// Bytes kept of one command line.
pub const COMMAND_BYTES: usize = 16 * 1024;
/// Bytes of one path in evidence.
pub const PATH_BYTES: usize = 4096;
/// Claims in one manifest.
pub const CLAIMS_COUNT: usize = 500;
/// Nesting of brackets and indentation in a YAML file.
pub const YAML_DEPTH: usize = 32;
/// Bytes in one test report; read as a stream.
pub const TEST_REPORT_BYTES: u64 = 256 * 1024 * 1024;
/// Open elements in one XML report.
pub const XML_DEPTH: usize = 64;
/// Attributes of one XML element.
pub const XML_ATTRIBUTES: usize = 256;
/// Bytes in one attribute value, name or identifier of a report.
pub const XML_VALUE_BYTES: usize = 64 * 1024;
/// Bytes of one tag or one text of an XML report: bounds the memory that one token takes while it is read. Output of a
/// test that a report keeps is one text; the largest seen in 1,360 real reports is under 1 MiB.
pub const XML_TOKEN_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one line of a report that has one JSON object a line.
pub const REPORT_LINE_BYTES: usize = 1024 * 1024;
/// Bytes of message text kept of one failing case.
pub const KEPT_TEXT_BYTES: usize = 4 * 1024;
/// Frames kept of the traces of one failing case.
pub const FRAMES: usize = 64;
/// Frames kept of all failing cases of one report: about 15 MiB.
pub const FRAMES_OF_REPORT: usize = 200_000;
/// Lines kept of the output of one passing case.
pub const SIGNS_OF_CASE: usize = 4;
/// Lines kept of the output of all passing cases of one report.
pub const SIGNS_OF_REPORT: usize = 1_000;
/// Versions of tools that one report may name.
pub const VERSIONS: usize = 16;
/// Cases in all reports of one run.
pub const TEST_CASES: usize = 1_000_000;
/// Folders around changed files in which reports are looked for that nobody named.
pub const NEARBY_FOLDERS: usize = 200;
/// Report files in all globs of one kind.
pub const REPORT_FILES: usize = 20_000;
/// Bytes in one mutation report.
pub const MUTATION_BYTES: u64 = 64 * 1024 * 1024;
/// Mutants in all reports.
pub const MUTANTS: usize = 200_000;
/// The highest line number a mutation or coverage report may name: more lines than one blob may have bytes.
pub const LINE_NUMBER: u32 = 10_000_000;
/// Bytes in one coverage report.
pub const COVERAGE_BYTES: u64 = 256 * 1024 * 1024;
/// Lines of one coverage report.
pub const COVERAGE_LINES: usize = 10_000_000;
/// Bytes of one blob read as text; a larger one is opaque.
pub const BLOB_BYTES: usize = 8 * 1024 * 1024;
/// Lines on one side of a compared file: two million lines of three kinds take the comparison 22 s, and git as long.
pub const DIFF_LINES: usize = 400_000;
/// Changed paths in one change.
pub const CHANGED_PATHS: usize = 20_000;
/// Tree entries visited while comparing two trees.
pub const TREE_ENTRIES: usize = 2_000_000;
/// Folders inside folders in one tree.
pub const TREE_DEPTH: usize = 256;
/// Pairs of a deleted and an added file whose contents are compared; git's `diff.renameLimit` of 1,000, squared.
pub const RENAME_PAIRS: usize = 1_000_000;
/// Pieces of text (8 bytes each) kept at once to find renames: 32 MiB.
pub const RENAME_PIECES: usize = 4 * 1024 * 1024;
/// Bytes of changed files on disk that are kept for one run.
pub const CAPTURED_BYTES: usize = 256 * 1024 * 1024;
/// Commits walked to find out whether a branch still holds the base.
pub const ANCESTORS: usize = 200_000;
/// Commits read of one range.
pub const COMMITS: usize = 2_000;
/// Commits behind the base whose versions of the changed files are compared with the head.
pub const PAST_COMMITS: usize = 50;
/// Entries of trees looked up to follow the history of the changed files.
pub const TRAIL_LOOKUPS: usize = 100_000;
/// Commits of one change whose edits of one file are compared with one another.
pub const CONTESTED_EDITS: usize = 200;
/// Bytes of other files read to find out whether a name is used there.
pub const SEARCHED_BYTES: usize = 64 * 1024 * 1024;
/// Files searched for a name that the task requires.
pub const SEARCHED_FILES: usize = 5_000;
/// Bytes in one SARIF file.
pub const SARIF_BYTES: u64 = 64 * 1024 * 1024;
/// Results in one SARIF file.
pub const SARIF_RESULTS: usize = 100_000;
/// Bytes in one export of a review; a page of a hundred comments with their hunks has under 1 MiB.
pub const REVIEWS_BYTES: usize = 16 * 1024 * 1024;
/// Threads in all exports of a review.
pub const REVIEW_THREADS: usize = 10_000;
/// Bytes in one patch file.
pub const PATCH_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of one TOML or JSON dependency manifest.
pub const MANIFEST_BYTES: usize = 1024 * 1024;
/// Manifests of the base tree that are read to tell whether an added package is new to the project.
pub const MANIFESTS: usize = 5_000;
/// Objects and lists inside one another in one JSON manifest or lock file.
pub const JSON_DEPTH: usize = 64;
/// Bytes of one lock file.
pub const LOCKFILE_BYTES: usize = 32 * 1024 * 1024;
/// Packages in one lock file.
pub const LOCKED_PACKAGES: usize = 200_000;
/// Bytes of one glob.
pub const GLOB_BYTES: usize = 1024;
/// Braces inside braces in one glob: deeper ones make the glob library panic.
pub const GLOB_BRACES: usize = 8;
/// Bytes of one regular expression of a policy.
pub const REGEX_BYTES: usize = 4 * 1024;
/// Bytes one compiled regular expression may take.
pub const REGEX_COMPILED_BYTES: usize = 1024 * 1024;
/// Bytes that one table of our own expressions may take when compiled together.
pub const WORDS_COMPILED_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one line given to a regular expression; the rest is not searched.
pub const REGEX_LINE_BYTES: usize = 16 * 1024;
/// Bytes of a list shown in one line of a report.
pub const SHOWN_BYTES: usize = 240;
/// Bytes of a message shown in a report.
pub const MESSAGE_BYTES: usize = 2 * 1024;
/// Examples of one kind that a finding names before it says how many more there are.
pub const NAMED: usize = 10;
/// Bytes of one source file given to a parser; a larger one is not parsed.
pub const SYNTAX_BYTES: usize = 1024 * 1024;
/// Nodes of one syntax tree.
pub const SYNTAX_NODES: usize = 2_000_000;
/// Nesting of one syntax tree; the deepest of 12,008 published files has 741.
pub const SYNTAX_DEPTH: usize = 10_000;
/// Places kept of one file that does not parse.
pub const PARSE_ERRORS: usize = 100;
/// Bytes of a name in code that is kept; a longer one is no name.
pub const NAME_BYTES: usize = 256;
/// Helpers that call helpers, so many times over.
pub const HELPER_ROUNDS: usize = 16;
/// Address space of one parser process, in bytes.
pub const PARSER_MEMORY: u64 = 2 * 1024 * 1024 * 1024;
/// Stack of the thread that parses, in bytes.
pub const PARSER_STACK: usize = 256 * 1024 * 1024;
/// Stack of the thread that looks for faults in a file which a parser process survived, in bytes: twice what that had.
pub const PLANNER_STACK: usize = 2 * PARSER_STACK;
/// Bytes of a text whose tree a parser process keeps for the one after it: of one side of a file for the other.
pub const KEPT_TREE_BYTES: usize = 256 * 1024;
/// Processor time for one file, whatever its size, in milliseconds.
pub const PARSER_MILLISECONDS: u64 = 250;
/// Processor time for each MiB of a file, in milliseconds; at least three times the worst real file.
pub const PARSER_MILLISECONDS_PER_MIB: u64 = 10_000;
/// Wall time after which a parser that uses no processor time is given up, in milliseconds.
pub const PARSER_SILENCE: u64 = 60_000;
/// Parser processes that may die in one run before the rest of the files is left unparsed.
pub const PARSER_RESTARTS: usize = 50;
/// Parser processes at a time.
pub const PARSERS: usize = 8;
/// Bytes of one answer of a parser process.
pub const PARSER_ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// Bytes of packed facts of changed files that are kept in memory; more lies in a temporary file. Packed, facts are one to
/// three times as long as their source: that of 2,000 files of 2.5 KB on both sides nearly fits.
pub const PACKED_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of packed facts of changed files that stay unpacked once somebody looked at them: all of an ordinary change.
pub const UNPACKED_BYTES: usize = 2 * 1024 * 1024;
/// Longest name that is compared letter by letter with those of a change, and most words it is compared with: the cost
/// is their product.
pub const NEAR_NAME_BYTES: usize = 64;
/// See [`NEAR_NAME_BYTES`].
pub const NEAR_WORDS: usize = 5_000;
/// Names of the texts that are looked for in the tree.
pub const NAMES_OF_TEXT: usize = 100;
/// Processor time for each rule that looks at a file, in milliseconds: where a pack is tried, its queries are compiled first.
pub const RULE_MILLISECONDS: u64 = 60;
/// Ways in which one pattern may be met at one node.
pub const RULE_MATCHES: usize = 1_000;
/// Nodes that are held against one pattern from one node on.
pub const RULE_STEPS: usize = 200_000;
/// Nodes that follow one another where a pattern says `*` or `+`.
pub const RULE_REPEATS: usize = 500;
/// Matches of one query in one file, before its guards are asked.
pub const RULE_CANDIDATES: usize = 20_000;
/// Hits of one rule in one file that are kept.
pub const RULE_HITS: usize = 1_000;
/// Bytes of one capture that a finding may quote.
pub const RULE_QUOTE_BYTES: usize = 80;
/// Bytes of one file of rules.
pub const PACK_BYTES: usize = 1024 * 1024;
/// Rules in one file.
pub const PACK_RULES: usize = 1_000;
/// Bytes of one query of a rule.
pub const QUERY_BYTES: usize = 16 * 1024;
/// Bytes of one question to a parser process: a file with the places of its comments and strings, or a list of rules.
pub const PARSER_QUESTION_BYTES: usize = 32 * 1024 * 1024;
/// Files on disk, beside those of the judged tree, that are looked at for the copy in which tests run.
pub const COPIED_FILES: usize = 50_000;
/// Bytes of files on disk, beside those of the judged tree, that are looked at for the copy in which tests run.
pub const COPIED_BYTES: u64 = 512 * 1024 * 1024;
/// Wall time after which the tests of one mutant are given up at the earliest, in milliseconds; slow tests get more.
pub const LEAST_TEST_MILLISECONDS: u64 = 2_000;
/// Mutants that need a build of their own may together take this many times what the build and the tests take without one.
pub const BUDGET_RUNS: u32 = 5;
/// The least time that they have, in seconds.
pub const LEAST_BUDGET_SECONDS: u64 = 60;
