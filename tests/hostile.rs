//! Does every reader of untrusted files end in parsed or refused, whatever the bytes are?
//!
//! Each reader is given arbitrary bytes, and real files that were cut, spliced, repeated and salted. It must not panic;
//! what it refuses, it refuses with one short line that names no path of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a reader that does not do as expected is a failed test"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use countersign::{
    evidence::{
        change::patch,
        claims::manifest,
        coverage, earlier,
        locks::{self, Format},
        manifests, mutation, task, tests,
    },
    limits,
    path::RepoPath,
    policy::Policy,
};
use proptest::{prelude::*, sample::Index};

/// Larger files of the test data are left out: they show nothing that smaller ones do not.
const SEED_BYTES: u64 = 24 * 1024;
/// The longest refusal: a message, and the name of a file before it.
const REFUSAL_BYTES: usize = limits::MESSAGE_BYTES + 512;

/// Parsed, or refused with these words.
type Outcome = Result<(), String>;

/// A reader of one kind of file.
struct Reader {
    name: &'static str,
    /// Reads these bytes as the file of this name.
    read: fn(&str, &[u8]) -> Outcome,
    /// Which files of the test data it reads.
    is_seed: fn(&Path) -> bool,
    /// Further files: name and content.
    seeds: &'static [(&'static str, &'static str)],
}

const READERS: &[Reader] = &[
    Reader {
        name: "test report",
        read: |_, bytes| {
            let run = with_file("report", bytes, |folder| {
                tests::read::run(folder, "tests", &names(&["report"]))
            });
            run.map_err(|error| error.to_string())?
                .whole()
                .map(|_| ())
                .map_err(|why| why.to_string())
        },
        is_seed: |path| {
            let folders = ["junit", "reports", "base-reports"];
            within(path, &folders) && ["xml", "trx", "json"].contains(&extension(path))
        },
        seeds: &[("report", GO_EVENTS), ("report", XUNIT), ("report", NUNIT)],
    },
    Reader {
        name: "mutation report",
        read: |_, bytes| {
            let run = with_file("report", bytes, |folder| {
                mutation::read::run(folder, "mutation", &names(&["report"]))
            });
            run.map_err(|error| error.to_string())?
                .whole()
                .map(|_| ())
                .map_err(|why| why.to_string())
        },
        is_seed: |path| within(path, &["mutation"]) && ["xml", "json", "meta"].contains(&extension(path)),
        seeds: &[],
    },
    Reader {
        name: "sources beside a mutmut report",
        read: |_, bytes| {
            let folder = tempfile::tempdir().unwrap();
            let shop = data().join("mutation/mutmut/shop/mutants/src/shop");
            fs::copy(shop.join("price.py.meta"), folder.path().join("price.py.meta")).unwrap();
            fs::write(folder.path().join("price.py.spans"), bytes).unwrap();
            fs::write(folder.path().join("price.py"), bytes).unwrap();
            let run = mutation::read::run(folder.path(), "mutation", &names(&["price.py.meta"]));
            let run = run.map_err(|error| error.to_string())?;
            // what became of a mutant stands in the report itself
            assert_eq!(run.mutants.len(), 17);
            Ok(())
        },
        is_seed: |path| {
            let is_beside = ["spans", "py"].contains(&extension(path));
            within(path, &["mutants"]) && is_beside
        },
        seeds: &[],
    },
    Reader {
        name: "coverage report",
        read: |_, bytes| {
            let read = with_file("report", bytes, |folder| {
                coverage::read::run(folder, &names(&["report"]))
            });
            let read = read.map_err(|error| error.to_string())?;
            read.map(|_| ()).map_err(|why| why.to_string())
        },
        is_seed: |path| within(path, &["coverage"]) && ["xml", "lcov", "info"].contains(&extension(path)),
        seeds: &[],
    },
    Reader {
        name: "dependency manifest",
        read: |name, bytes| {
            let path = RepoPath::new(name).unwrap();
            manifests::read(&path, bytes)
                .map(|_| ())
                .map_err(|why| why.to_string())
        },
        is_seed: |path| name_in_repository(path).is_some_and(|path| manifests::ecosystem(&path).is_some()),
        seeds: &[
            ("Pipfile", PIPFILE),
            ("setup.cfg", SETUP_CFG),
            ("constraints.txt", "a==1; python_version < '3'\n-r b.txt\n"),
        ],
    },
    Reader {
        name: "lock file",
        read: |name, bytes| {
            let path = RepoPath::new(name).unwrap();
            let (_, format) = locks::format(&path).unwrap();
            locks::read(&path, format, bytes)
                .map(|_| ())
                .map_err(|why| why.to_string())
        },
        is_seed: |path| {
            let format = name_in_repository(path).and_then(|path| locks::format(&path));
            format.is_some_and(|(_, format)| format != Format::Opaque)
        },
        seeds: &[
            ("pnpm-lock.yaml", PNPM),
            ("poetry.lock", POETRY),
            ("yarn.lock", YARN),
        ],
    },
    Reader {
        name: "patch",
        read: |_, bytes| {
            let change = patch::change("a.patch", bytes).map_err(|error| error.to_string())?;
            for file in change.files() {
                for version in file.before().into_iter().chain(file.after()) {
                    let _ = change.text(version);
                }
            }
            Ok(())
        },
        is_seed: |path| ["patch", "diff"].contains(&extension(path)),
        seeds: &[("a.patch", PATCH)],
    },
    Reader {
        name: "claims manifest",
        read: |name, bytes| {
            manifest::parse(name, bytes)
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
        is_seed: |path| file_name(path) == "claims.yaml",
        seeds: &[(
            "claims.json",
            "{\"claims\": [{\"form\": \"tests-pass\", \"source\": \"all tests pass\"}]}",
        )],
    },
    Reader {
        name: "task",
        read: |_, bytes| {
            let read = with_file("task.yaml", bytes, |folder| task::read(&folder.join("task.yaml")));
            read.map(|_| ())
                .map_err(|error| without_folder(&error.to_string()))
        },
        is_seed: |path| file_name(path) == "task.yaml",
        seeds: &[],
    },
    Reader {
        name: "policy",
        read: |name, bytes| {
            let checks = countersign::checks::CHECKS.iter();
            let known: BTreeSet<&str> = checks.map(|check| check.id).collect();
            Policy::parse(name, bytes, &known)
                .map(|_| ())
                .map_err(|error| error.to_string())
        },
        is_seed: |path| ["policy.yaml", "countersign.yaml"].contains(&file_name(path)),
        seeds: &[],
    },
    Reader {
        name: "earlier verdict",
        read: |_, bytes| {
            let read = with_file("earlier.json", bytes, |folder| {
                earlier::read(&folder.join("earlier.json"))
            });
            read.map(|_| ())
                .map_err(|error| without_folder(&error.to_string()))
        },
        is_seed: |path| file_name(path) == "earlier.json",
        seeds: &[],
    },
];

const GO_EVENTS: &str = r#"{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"a_test.go:3: no\n"}
{"Action":"fail","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"run","Package":"p","Test":"TestB/with_zero"}
{"Action":"skip","Package":"p","Test":"TestB/with_zero","Elapsed":0}
{"Action":"fail","Package":"p","Elapsed":0.1}
"#;
const XUNIT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<assemblies timestamp="02/02/2026 10:00:00"><assembly name="a.dll" total="2" passed="1" failed="1" skipped="0" errors="0">
<collection name="c" total="2" passed="1" failed="1" skipped="0"><test name="A.B.adds" type="A.B" method="adds" time="0.1" result="Pass"/>
<test name="A.B.fails" type="A.B" method="fails" time="0.1" result="Fail"><failure><message><![CDATA[no]]></message></failure></test>
</collection></assembly></assemblies>
"#;
const NUNIT: &str = r#"<test-run testcasecount="2" total="2" passed="1" failed="1"><test-suite type="TestFixture" fullname="A.B">
<test-case fullname="A.B.adds" result="Passed"/><test-case fullname="A.B.fails" result="Failed"><failure><message>no</message></failure></test-case>
</test-suite></test-run>
"#;
const PIPFILE: &str =
    "[packages]\na = \"*\"\nb = {version = \"==1.0\", git = \"https://example.org/b.git\"}\n";
const SETUP_CFG: &str = "[options]\ninstall_requires =\n    a>=1\n    b==2; python_version < '3'\n\n[options.extras_require]\ntest = pytest\n";
const PNPM: &str = "lockfileVersion: '9.0'\n\npackages:\n\n  left@1.0.0:\n    resolution: {integrity: sha512-AA==}\n\n  '@a/b@2.0.0':\n    resolution: {tarball: https://example.org/b.tgz}\n";
const POETRY: &str = "[[package]]\nname = \"a\"\nversion = \"1.0\"\n\n[package.source]\ntype = \"git\"\nurl = \"https://example.org/a.git\"\n\n[[package]]\nname = \"b\"\nversion = \"2\"\n";
const YARN: &str = "# yarn lockfile v1\n\n\n\"@a/b@^1.0.0\":\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/@a/b/-/b-1.0.0.tgz#aa\"\n  integrity sha512-AA==\n";
const PATCH: &str = r#"diff --git a/a.txt b/b.txt
similarity index 60%
rename from a.txt
rename to b.txt
index 1111111..2222222 100644
--- a/a.txt
+++ b/b.txt
@@ -1,3 +1,3 @@
 one
-two
+2
 three
\ No newline at end of file
diff --git "a/with \"quote\" and \303\244" "b/with \"quote\" and \303\244"
old mode 100644
new mode 100755
diff --git a/image.png b/image.png
new file mode 100644
index 0000000..3333333
Binary files /dev/null and b/image.png differ
diff --git a/gone b/gone
deleted file mode 120000
index 4444444..0000000
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-target
"#;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    read(folder.path())
}

/// A reader that names the file as its caller wrote it was called with a folder of this machine.
fn without_folder(problem: &str) -> String {
    let words = problem.split('`');
    let bare = |word: &str| {
        word.rsplit_once('/')
            .filter(|(folder, _)| folder.starts_with(&std::env::temp_dir().display().to_string()))
            .map_or(word.to_owned(), |(_, name)| name.to_owned())
    };
    words.map(bare).collect::<Vec<_>>().join("`")
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|end| end.to_str()).unwrap_or_default()
}

fn within(path: &Path, folders: &[&str]) -> bool {
    let mut parts = path.iter().filter_map(|part| part.to_str());
    parts.any(|part| folders.contains(&part))
}

fn name_in_repository(path: &Path) -> Option<RepoPath> {
    RepoPath::new(file_name(path)).ok()
}

/// Every small file below the data and the cases.
static FILES: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let mut found = Vec::new();
    let mut folders = vec![data(), data().with_file_name("cases")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.metadata().unwrap().len() <= SEED_BYTES {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
});

type Seeds = Vec<(String, Vec<u8>)>;

/// The files that each reader starts from: name and content, each content once.
static SEEDS: LazyLock<BTreeMap<&'static str, Seeds>> = LazyLock::new(|| {
    let seeds = |reader: &Reader| {
        let own = reader.seeds.iter();
        let own = own.map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = FILES
            .iter()
            .filter(|path| (reader.is_seed)(path.strip_prefix(root).unwrap()));
        let files = files.map(|path| (file_name(path).to_owned(), fs::read(path).unwrap()));
        let all: BTreeSet<(String, Vec<u8>)> = own.chain(files).collect();
        (reader.name, all.into_iter().collect())
    };
    READERS.iter().map(seeds).collect()
});

/// Text that has undone some parser.
const SALT: &[&[u8]] = &[
    b"\0",
    b"\xFF",
    b"\xED\xA0\x80",
    b"\xEF\xBB\xBF",
    b"\xFE\xFF",
    b"\r",
    b"\n",
    b"\n---\n",
    b"<",
    b"</",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE a [<!ENTITY b \"cc\">]>",
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"<a b='' b=''>",
    b"{",
    b"}",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"\"",
    b"'",
    b"\\u0000",
    b"\\ud800",
    b"&a [*a, *a]",
    b"<<: *a",
    b"!!binary ",
    b"-1",
    b"1e999",
    b"NaN",
    b"99999999999999999999",
    b"4294967295",
    b"../../etc/passwd",
    b"@@ -1,4294967295 +0,0 @@\n",
    b"\xC3\xA4\xE2\x86\x92\xF0\x9F\xA6\x80",
];

#[derive(Clone, Debug)]
enum Edit {
    Cut(Index),
    Remove(Index, usize),
    Flip(Index, u8),
    Salt(Index, Index),
    Repeat(Index, usize, usize),
    /// What follows a place in this file is replaced by what follows a place in another.
    Splice(Index, Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Edit::Cut),
        (at(), 1..80_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Flip(at, byte)),
        (at(), at()).prop_map(|(at, salt)| Edit::Salt(at, salt)),
        (at(), 1..200_usize, 2..100_usize).prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        (at(), at(), at()).prop_map(|(at, other, from)| Edit::Splice(at, other, from)),
    ]
}

fn place(index: &Index, bytes: &[u8]) -> usize {
    index.index(bytes.len() + 1)
}

fn edited(mut bytes: Vec<u8>, edits: &[Edit], seeds: &Seeds) -> Vec<u8> {
    for edit in edits {
        match edit {
            Edit::Cut(at) => bytes.truncate(place(at, &bytes)),
            Edit::Remove(at, length) => {
                let start = place(at, &bytes);
                bytes.drain(start..bytes.len().min(start + length));
            }
            Edit::Flip(at, byte) => {
                let at = place(at, &bytes);
                if let Some(old) = bytes.get_mut(at) {
                    *old ^= byte;
                }
            }
            Edit::Salt(at, salt) => {
                let at = place(at, &bytes);
                let salt = SALT[salt.index(SALT.len())];
                bytes.splice(at..at, salt.iter().copied());
            }
            Edit::Repeat(at, length, times) => {
                let start = place(at, &bytes);
                let end = bytes.len().min(start + length);
                let again = bytes[start..end].repeat(*times);
                bytes.splice(end..end, again);
            }
            Edit::Splice(at, other, from) => {
                let (_, other) = &seeds[other.index(seeds.len())];
                bytes.truncate(place(at, &bytes));
                bytes.extend_from_slice(&other[place(from, other)..]);
            }
        }
    }
    bytes
}

/// A refusal is one line, safe to print, and the same on every machine.
fn check(reader: &Reader, outcome: Outcome) -> Result<(), TestCaseError> {
    let Err(problem) = outcome else { return Ok(()) };
    prop_assert!(
        !problem.trim().is_empty(),
        "{}: refused without a word",
        reader.name
    );
    prop_assert!(
        !problem.contains(char::is_control),
        "{}: {problem:?} is no printable line",
        reader.name
    );
    prop_assert!(
        problem.len() <= REFUSAL_BYTES,
        "{}: refused with {} bytes",
        reader.name,
        problem.len()
    );
    // where this test put the file; some fixtures quote other temporary folders
    let here = std::env::temp_dir().join(".tmp").display().to_string();
    prop_assert!(!problem.contains(&here), "{}: {problem}", reader.name);
    Ok(())
}

fn few() -> ProptestConfig {
    ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn arbitrary_bytes_are_parsed_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), seed in any::<Index>(), keep in 0..40_usize) {
        for reader in READERS {
            let seeds = &SEEDS[reader.name];
            let (name, start) = &seeds[seed.index(seeds.len())];
            // the beginning of a real file leads the bytes past the first gate
            let bytes = [&start[..keep.min(start.len())], &bytes].concat();
            check(reader, (reader.read)(name, &bytes))?;
        }
    }

    #[test]
    fn real_files_that_were_tampered_with_are_parsed_or_refused(seed in any::<Index>(), edits in prop::collection::vec(edit(), 1..4)) {
        for reader in READERS {
            let seeds = &SEEDS[reader.name];
            let (name, bytes) = &seeds[seed.index(seeds.len())];
            let bytes = edited(bytes.clone(), &edits, seeds);
            check(reader, (reader.read)(name, &bytes))?;
        }
    }
}

#[test]
fn every_reader_starts_from_files_that_it_reads() {
    for reader in READERS {
        let seeds = &SEEDS[reader.name];
        let read = seeds
            .iter()
            .filter(|(name, bytes)| (reader.read)(name, bytes).is_ok());
        let read = read.count();
        assert!(
            read > 0,
            "{} reads none of its {} files",
            reader.name,
            seeds.len()
        );
        for (name, text) in reader.seeds {
            let outcome = (reader.read)(name, text.as_bytes());
            assert_eq!(outcome, Ok(()), "{} of its own: {name}", reader.name);
        }
    }
}

/// Places at which a report may be cut: after every element and every line, where a cut is hardest to see.
fn cuts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let ends = bytes.iter().enumerate();
    ends.filter(|(_, byte)| matches!(byte, b'>' | b'\n' | b'}'))
        .map(|(at, _)| at + 1)
}

#[test]
fn a_test_report_that_is_cut_short_is_never_whole_with_fewer_red_cases() {
    let run = |bytes: &[u8]| {
        with_file("report", bytes, |folder| {
            tests::read::run(folder, "tests", &names(&["report"])).unwrap()
        })
    };
    let mut reports = 0;
    for (name, bytes) in &SEEDS["test report"] {
        let whole = run(bytes);
        let red = whole.red().count();
        if whole.whole().is_err() || red == 0 {
            continue;
        }
        reports += 1;
        for end in cuts(bytes) {
            let cut = run(&bytes[..end]);
            let kept = cut.red().count();
            assert!(
                cut.whole().is_err() || kept >= red,
                "{name} cut after {end} bytes: whole with {kept} of {red} red cases"
            );
        }
    }
    assert!(reports >= 30, "only {reports} reports have red cases");
}

#[test]
fn a_mutation_report_that_is_cut_short_is_never_whole_with_fewer_mutants() {
    let run = |bytes: &[u8]| {
        with_file("report", bytes, |folder| {
            mutation::read::run(folder, "mutation", &names(&["report"])).unwrap()
        })
    };
    let mut reports = 0;
    for (name, bytes) in &SEEDS["mutation report"] {
        let whole = run(bytes);
        if whole.whole().is_err() || whole.mutants.is_empty() {
            continue;
        }
        reports += 1;
        // three ends a line are enough: the parsers of JSON are cut in their own tests
        for end in cuts(bytes).step_by(7) {
            let cut = run(&bytes[..end]);
            let kept = cut.mutants.len();
            assert!(
                cut.whole().is_err() || kept >= whole.mutants.len(),
                "{name} cut after {end} bytes: whole with {kept} mutants"
            );
        }
    }
    assert!(reports >= 5, "only {reports} reports have mutants");
}
