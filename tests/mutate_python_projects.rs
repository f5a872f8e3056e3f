//! Are Python projects found as they are laid out and installed, and is their own interpreter used?

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a run that cannot be laid out is a failed test"
)]

mod common {
    pub(crate) mod pytest;
    pub(crate) mod repository;
}

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use assert_cmd::cargo::CommandCargoExt as _;
use common::{
    pytest::{python, verdicts},
    repository::Repository,
};

#[test]
fn projects_may_be_laid_out_in_any_way_that_pytest_understands() {
    let configuration = "[tool.pytest.ini_options]\ntestpaths = ['tests', 'src']\naddopts = '--doctest-modules -x --strict-markers'\npythonpath = ['src']\nfilterwarnings = ['error']\n";
    let conftest = "import os\nimport pathlib\n\nfrom space.shop.price import net\n\nRATE = net(10)\n\n\ndef pytest_sessionstart(session):\n    os.chdir(pathlib.Path(__file__).parent)\n";
    let price = "from .rates import RATE\n\n\ndef net(a):\n    return a * RATE\n\n\ndef shown(a):\n    \"\"\"In words.\n\n    >>> shown(2)\n    '2 coins'\n    \"\"\"\n    return f'{a} ' + 'coins'\n";
    let unit = "import pathlib\nimport unittest\n\nfrom space.shop.price import net\n\n\nclass Net(unittest.TestCase):\n    def test_net(self):\n        with self.subTest('one'):\n            self.assertEqual(net(2), 6)\n\n    def test_folder(self):\n        self.assertTrue(pathlib.Path('conftest.py').exists())\n";
    let files = [
        ("pyproject.toml", configuration),
        ("tests/conftest.py", conftest),
        ("tests/test_net.py", unit),
        ("src/space/shop/__init__.py", ""),
        ("src/space/shop/price.py", price),
        ("src/space/shop/rates.py", "RATE = 3\n"),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(found["src/space/shop/rates.py:1 4"], "Killed");
    assert_eq!(found["src/space/shop/price.py:5 /"], "Killed");
    assert_eq!(
        found["src/space/shop/price.py:14 'XXcoinsXX'"], "Killed",
        "only an example in documentation runs it"
    );
    assert!(found.values().all(|status| status != "Pending"), "{found:#?}");
}

#[test]
fn the_projects_own_environment_is_found() {
    let repository = Repository::new();
    repository.write(".gitignore", ".venv\n");
    repository.write("one.py", "def one(a):\n    return a + 1\n");
    repository.write(
        "test_one.py",
        "import one\n\n\ndef test_one():\n    assert one.one(1) == 2\n",
    );
    repository.commit("A project");
    let venv = python().parent().unwrap().parent().unwrap().to_owned();
    std::os::unix::fs::symlink(venv, repository.root().join(".venv")).unwrap();
    let output = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .env_remove("VIRTUAL_ENV")
        .args(["mutate", "--all"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
}

#[test]
fn an_interpreter_without_pytest_is_named() {
    let repository = Repository::new();
    repository.write("one.py", "def one(a):\n    return a + 1\n");
    repository.write("test_one.py", "def test_one():\n    pass\n");
    repository.commit("A project");
    let folder = repository.beside("bare");
    let made = Command::new(python())
        .args(["-m", "venv", "--without-pip"])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(made.status.success());
    let output = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .args(["mutate", "--all", "--python"])
        .arg(folder.join("bin/python"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("has no pytest") && told.contains("--python"),
        "{told}"
    );
}

#[test]
fn parts_of_a_namespace_package_are_measured_where_they_are() {
    let files = [
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\npythonpath = ['core', 'extra']\n",
        ),
        (
            "core/firm/price.py",
            "BASE = 3\n\n\ndef net(a):\n    return a + BASE\n",
        ),
        (
            "extra/firm/tax.py",
            "from firm.price import BASE, net\n\n\ndef gross(a):\n    return net(a) * 2 + BASE\n",
        ),
        (
            "tests/test_tax.py",
            "from firm import tax\n\n\ndef test_gross():\n    assert tax.gross(1) == 11\n",
        ),
    ];
    let (_, found) = verdicts(&files, &[]);
    assert_eq!(found["core/firm/price.py:1 4"], "Killed");
    assert_eq!(found["core/firm/price.py:5 -"], "Killed");
    assert_eq!(found["extra/firm/tax.py:5 -"], "Killed");
    assert!(found.values().all(|status| status == "Killed"), "{found:#?}");
}

/// A virtual environment with what the tests' own one has.
fn environment(folder: &Path) -> PathBuf {
    let made = Command::new(python())
        .args(["-m", "venv", "--without-pip"])
        .arg(folder)
        .status()
        .unwrap();
    assert!(made.success());
    let sites = |python: &Path| {
        let asked = Command::new(python)
            .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
            .output();
        PathBuf::from(String::from_utf8(asked.unwrap().stdout).unwrap().trim())
    };
    let own = folder.join("bin/python");
    let shared = sites(&python());
    fs::write(sites(&own).join("shared.pth"), format!("{}\n", shared.display())).unwrap();
    own
}

#[test]
fn an_editable_install_leads_into_the_copy() {
    let repository = Repository::new();
    let setup = "from setuptools import setup\n\nsetup(name='shop', version='1', packages=['shop'], package_dir={'shop': 'lib/shop'})\n";
    repository
        .write("setup.py", setup)
        .write(
            "pyproject.toml",
            "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n",
        )
        .write(".gitignore", "*.egg-info/\nbuild/\n")
        .write(
            "lib/shop/__init__.py",
            "RATE = 3\n\n\ndef net(a):\n    return a * RATE\n",
        )
        .write(
            "tests/test_shop.py",
            "import shop\n\n\ndef test_net():\n    assert shop.net(2) == 6\n",
        );
    repository.commit("A project");
    let own = environment(&repository.beside("environment"));
    let installed = Command::new(&own)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--no-build-isolation",
            "--editable",
        ])
        .arg(repository.root())
        .output()
        .unwrap();
    assert!(
        installed.status.success(),
        "{}",
        String::from_utf8_lossy(&installed.stderr)
    );
    let output = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .args(["mutate", "--all", "--python"])
        .arg(&own)
        .output()
        .unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("0 survived"), "{told}");
}

/// A program that stands for `uv`: it writes down what it was told, and starts the tests' own interpreter.
const STAND_IN: &str = "#!/bin/sh\necho \"$UV_PROJECT_ENVIRONMENT $@\" >> \"$(dirname \"$0\")/told\"\nwhile [ \"$1\" != python ]; do shift; done\nshift\nexec PYTHON \"$@\"\n";

#[test]
fn a_project_that_uv_has_locked_is_run_by_uv_beside_the_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let repository = Repository::new();
    repository
        .write("pyproject.toml", "[project]\nname = 'one'\nversion = '1'\n")
        .write("uv.lock", "version = 1\n")
        .write("one.py", "def one(a):\n    return a + 1\n")
        .write(
            "test_one.py",
            "import one\n\n\ndef test_one():\n    assert one.one(1) == 2\n",
        );
    repository.commit("A project");
    let bin = repository.beside("bin");
    fs::create_dir(&bin).unwrap();
    let text = STAND_IN.replace("PYTHON", &python().display().to_string());
    fs::write(bin.join("uv"), text).unwrap();
    fs::set_permissions(bin.join("uv"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::cargo_bin("countersign")
        .unwrap()
        .current_dir(repository.root())
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .env("PATH", format!("{}:{path}", bin.display()))
        .args(["mutate", "--all"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    let told = fs::read_to_string(bin.join("told")).unwrap();
    let root = repository.root().display().to_string();
    assert!(
        told.contains("run --frozen --project") && told.contains(" python "),
        "{told}"
    );
    assert!(
        !told.contains(&root),
        "nothing goes into the tree of the user: {told}"
    );
    assert!(!repository.root().join(".venv").exists());
}
