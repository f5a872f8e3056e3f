#!/usr/bin/env python3
"""Do our verdicts on Python mutants agree with those of mutmut, and how much faster are they there?

    benches/mutate_python.py [FOLDER] [PACKAGE...]

Installs mutmut and pytest into FOLDER (default: target/agreement-python), takes the source distributions of three
published packages, runs both tools on each, one after the other on the same machine, and prints: the mutants that both
have and how many of them are judged alike, every other one with its explanation, and the wall and processor time of each
tool. Two mutants are the same if the functions that they leave are the same, as syntax trees. Needs the network once, and
some minutes of calm. Build the program first: `cargo build --release --bin countersign`, or name it in `COUNTERSIGN`.
"""

import ast
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tarfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
# package, version, what holds its code, what holds its tests
PACKAGES = [
    ("inflection", "0.5.1", "inflection", "test_inflection.py"),
    ("python-slugify", "8.0.4", "slugify", "test.py"),
    ("humanize", "4.13.0", "src", "tests"),
]
MUTMUT = "mutmut==3.8.1"
NEEDED = ["pytest==9.0.1", "freezegun", "text-unidecode"]
# exit codes of mutmut for one mutant; those that are missing say nothing
NOTICED = {1, 3, 35, 36, 24, -24, 152, 255, -9, -11}
UNNOTICED = {0, 5, 33}


def run(*command, log=None, folder=None, codes=(0,)):
    """Runs a command. Gives its wall and processor time in seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(log or os.devnull, "wb") as output:
        done = subprocess.run([str(word) for word in command], cwd=folder, stdout=output, stderr=output, check=False)
    if codes is not None and done.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}, see {log}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, used


def prepare(folder, python, name, version, code, tests):
    """The sources of a package as a repository of their own."""
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    run(python, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps", f"{name}=={version}", "-d", folder / "sdist",
        log=folder / f"{name}.download.log")
    archive = next((folder / "sdist").glob(f"{name.replace('-', '[-_]')}-{version}.tar.gz"))
    with tarfile.open(archive) as files:
        files.extractall(folder / "unpacked", filter="data")
        top = files.getnames()[0].split("/")[0]
    shutil.move(folder / "unpacked" / top, place)
    with open(place / "setup.cfg", "a", encoding="utf-8") as file:
        file.write(f"\n[mutmut]\npaths_to_mutate={code}/\ntests_dir={tests}\n")
    (place / ".gitignore").write_text("mutants/\n__pycache__/\n*.egg-info/\n.pytest_cache/\n")
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    run("git", "init", "--quiet", ".", folder=place)
    run("git", "add", "--all", folder=place)
    run("git", *who, "commit", "--quiet", "--message", name, folder=place)
    return place


def functions(tree):
    """The functions and methods of a module that are in no other function, by name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inner = [(f"{node.name}.{part.name}", part) for part in node.body if is_function(part)]
        else:
            inner = [(node.name, node)] if is_function(node) else []
        for name, function in inner:
            found.setdefault(name, []).append(function)
    return found


def is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def content(function):
    return ast.dump(function.args) + "".join(map(ast.dump, function.body))


def ours(report):
    """Our verdicts: file, function, its content with the fault."""
    found = {}
    for path, file in json.loads(report.read_text())["files"].items():
        source = file["source"]
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        before = {name: [content(one) for one in all_of] for name, all_of in functions(ast.parse(source)).items()}
        for mutant in file["mutants"]:
            start, end = (mutant["location"][side] for side in ("start", "end"))
            at = [starts[side["line"] - 1] + side["column"] - 1 for side in (start, end)]
            try:
                after = functions(ast.parse(source[: at[0]] + mutant["replacement"] + source[at[1]:]))
            except SyntaxError:
                continue
            for name, all_of in after.items():
                for one, old in zip(all_of, before.get(name, [])):
                    if content(one) != old:
                        found[path, name, content(one)] = mutant
    return found


def theirs(place):
    """The verdicts of mutmut in the same form."""
    found = {}
    for meta in sorted((place / "mutants").rglob("*.meta")):
        path = meta.with_suffix("")
        by_name = {}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if is_function(node) and "__mutmut_" in node.name:
                by_name[node.name] = content(node)
        for key, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            name = key.rsplit(".", 1)[-1]
            if name not in by_name or code not in NOTICED | UNNOTICED:
                continue
            plain = name.rsplit("__mutmut_", 1)[0]
            parts = plain[1:].strip("ǁ").split("ǁ") if "ǁ" in plain else [plain[2:]]
            found[str(path.relative_to(place / "mutants")), ".".join(parts), by_name[name]] = code
    return found


def explained(mutant, tests):
    killers = mutant.get("killedBy") or []
    if killers and not any(killer.startswith(tests) for killer in killers):
        return "an example in documentation notices it: mutmut was told of the tests only"
    if not mutant.get("coveredBy") and mutant["status"] in ("Killed", "Timeout"):
        return "it runs only while its file is imported: mutmut switches it on later"
    return "?"


def compare(report, place, tests):
    """Prints how far both agree."""
    own, other = ours(report), theirs(place)
    both = sorted(set(own) & set(other))
    alike, differing = 0, []
    for key in both:
        status = own[key]["status"]
        if status in ("Pending", "Ignored"):
            continue
        noticed = status not in ("Survived", "NoCoverage")
        if noticed == (other[key] in NOTICED):
            alike += 1
        else:
            differing.append((key, own[key], "noticed" if other[key] in NOTICED else "survived"))
    print(f"   {len(other)} mutants of mutmut, {len(own)} of ours in functions, {len(both)} in common, {alike} judged alike")
    by_reason = {}
    for (path, name, _), mutant, verdict in differing:
        line = mutant["location"]["start"]["line"]
        text = f"{path}:{line} {name}: {mutant.get('description')}: ours {mutant['status']}, mutmut {verdict}"
        by_reason.setdefault(explained(mutant, tests), []).append(text)
    for reason, texts in by_reason.items():
        print(f"   {len(texts)} differ: {reason}")
        for text in texts[:10]:
            print(f"      {text}")
    left = sorted({name for _, name, _ in set(other) - set(own)})
    if left:
        print(f"   {len(set(other) - set(own))} only mutmut has, in: {', '.join(left)[:300]}")


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/agreement-python").resolve()
    wanted = sys.argv[2:]
    countersign = os.environ.get("COUNTERSIGN", str(HERE / "target/release/countersign"))
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv/bin/python"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder / "venv")
        run(python, "-m", "pip", "install", "--quiet", MUTMUT, *NEEDED, log=folder / "install.log")
    for name, version, code, tests in PACKAGES:
        if wanted and name not in wanted:
            continue
        print(f"== {name} {version}", flush=True)
        place = prepare(folder, python, name, version, code, tests)
        report = folder / f"{name}.json"
        every = ["--all", "--noise", "--per-line", "0", "--per-function", "0", "--most", "0", "--jobs", "2"]
        wall, used = run(countersign, "mutate", *every, "--file", f"{code}/**", "--python", python, "-o", report,
                         folder=place, log=folder / f"{name}.log", codes=(0, 1, 3))
        count = sum(len(file["mutants"]) for file in json.loads(report.read_text())["files"].values())
        print(f"   countersign: {count} mutants, {wall:.1f} s wall, {used:.1f} s of processors", flush=True)
        wall, used = run(python, "-m", "mutmut", "run", "--max-children", "2", folder=place,
                         log=folder / f"{name}.mutmut.log", codes=None)
        found = theirs(place) if (place / "mutants").exists() else {}
        print(f"   mutmut: {len(found)} mutants, {wall:.1f} s wall, {used:.1f} s of processors", flush=True)
        if found:
            compare(report, place, tests)
        else:
            print(f"   mutmut measured nothing, see {folder / name}.mutmut.log")


if __name__ == "__main__":
    main()
