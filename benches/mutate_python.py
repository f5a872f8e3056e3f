#!/usr/bin/env python3
"""Do our verdicts on Python mutants agree with those of mutmut, who is right where they do not, and who is faster?

    benches/mutate_python.py [--folder FOLDER] [--rounds N] [--sample N] [--decide N] [--reuse] [PACKAGE...]

Makes a virtual environment in FOLDER (default: target/agreement-python), installs mutmut and pytest into it, takes three
published packages at a fixed version (from PyPI, or else from GitHub), runs both tools on each, by turns and N times on
the same machine, and prints: the mutants that both have and how many of them are judged alike, and the wall and processor
time of each tool, in all and for one mutant: once with everything that each tool makes, and once of ours with only the lines
on which both have the same mutants (the others say `# pragma: no mutate`). Two mutants are the same if the functions that they
leave are the same, as syntax trees.

Who is right is decided by neither: every mutant on which they differ, and some of the others, chosen by their ids, are
written into a copy of the file, and plain pytest runs there: first the test alone that ours says has noticed it, and if that
passes all of them. A last line sums up how often either was wrong, and how many differences were not decided.

humanize has a test that changes its own parameters, and so fails when it runs a second time in one process, as mutmut runs it.
That test is mended in the copy which both tools measure, as the output says.

Needs the network once (where a repository cannot be reached, put its files into FOLDER/sources/PACKAGE/tree), and a calm
machine for its times. Build the program first: `cargo build --release --bin countersign`, or name it in `COUNTERSIGN`.
"""

import argparse
import ast
import hashlib
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
# package, version, what holds its code, what holds its tests, its repository and the tag of the version
PACKAGES = [
    ("inflection", "0.5.1", "inflection", "test_inflection.py", "jpvanhal/inflection", "0.5.1"),
    ("python-slugify", "8.0.4", "slugify", "test.py", "un33k/python-slugify", "v8.0.4"),
    ("humanize", "4.13.0", "src", "tests", "python-humanize/humanize", "4.13.0"),
]
MUTMUT = "mutmut==3.8.1"
NEEDED = ["pytest==9.0.1", "freezegun", "text-unidecode"]
# tests that fail when they run twice in one process: file, what stands there, what stands there for both tools
MENDED = {
    "humanize": (
        "tests/test_filesize.py",
        "    assert humanize.naturalsize(*test_args) == expected\n",
        "    test_args = list(test_args)\n    assert humanize.naturalsize(*test_args) == expected\n",
    ),
}
# exit codes of mutmut for one mutant; those that are missing say nothing
NOTICED = {1, 3, 35, 36, 24, -24, 152, 255, -9, -11}
UNNOTICED = {0, 5, 33}
PATIENCE = 120  # seconds for plain pytest on one mutant


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


def fetch(folder, python, name, version, tests, repository, tag):
    """The sources of a package: what somebody has put there, or what was published, if that holds its tests, or else the
    repository."""
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    sources = folder / "sources" / name
    sources.mkdir(parents=True, exist_ok=True)
    if (sources / "tree").exists():
        shutil.copytree(sources / "tree", place)
        return place
    if not list(sources.glob("*.tar.gz")):
        download = [python, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps", f"{name}=={version}", "-d", sources]
        subprocess.run([str(word) for word in download], capture_output=True, check=False)
    for archive in sources.glob("*.tar.gz"):
        shutil.rmtree(folder / "unpacked", ignore_errors=True)
        with tarfile.open(archive) as files:
            top = files.getnames()[0].split("/")[0]
            if hasattr(tarfile, "data_filter"):
                files.extractall(folder / "unpacked", filter="data")
            else:
                files.extractall(folder / "unpacked")
        if (folder / "unpacked" / top / tests).exists():
            shutil.move(folder / "unpacked" / top, place)
            return place
    run("git", "clone", "--quiet", "--depth", "1", "--branch", tag, f"https://github.com/{repository}", place,
        log=folder / f"{name}.clone.log")
    shutil.rmtree(place / ".git")
    return place


def prepare(folder, python, name, version, code, tests, repository, tag):
    """The sources of a package as a repository of their own."""
    place = fetch(folder, python, name, version, tests, repository, tag)
    if name in MENDED:
        file, before, after = MENDED[name]
        text = (place / file).read_text(encoding="utf-8")
        if before not in text:
            sys.exit(f"{name}: {file} is not as expected")
        (place / file).write_text(text.replace(before, after, 1), encoding="utf-8")
        print(f"   for both tools: {file} copies the parameters that it changes, else it fails when it runs twice")
    with open(place / "setup.cfg", "a", encoding="utf-8") as file:
        file.write(f"\n[mutmut]\npaths_to_mutate={code}/\ntests_dir={tests}\n")
        if tests == "test.py":
            # pytest looks for no file of that name, and this project does not say so: it runs it by unittest
            file.write("\n[tool:pytest]\npython_files = test.py\n")
    (place / ".gitignore").write_text("mutants/\n__pycache__/\n*.egg-info/\n.pytest_cache/\n")
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    run("git", "init", "--quiet", ".", folder=place)
    run("git", "add", "--all", "--force", folder=place)
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


def faulty(source, mutant):
    """The text of a file with a mutant of ours."""
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    start, end = (starts[side["line"] - 1] + side["column"] - 1 for side in (mutant["location"]["start"], mutant["location"]["end"]))
    return source[:start] + mutant["replacement"] + source[end:]


def ours(files):
    """Our verdicts: file, function, its content with the fault."""
    found = {}
    for path, file in files.items():
        source = file["source"]
        before = {name: [content(one) for one in all_of] for name, all_of in functions(ast.parse(source)).items()}
        for mutant in file["mutants"]:
            try:
                after = functions(ast.parse(faulty(source, mutant)))
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


class Disk:
    """Decides by plain pytest: the faulty file is written into a copy of the tree."""

    def __init__(self, folder, python, name, place):
        self.python, self.place = python, folder / f"{name}.disk"
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(place, self.place, ignore=shutil.ignore_patterns("mutants", ".git", "__pycache__"))
        self.known = {}
        if self.is_noticed():
            sys.exit(f"{name}: its tests fail without any fault, see `{self.python} -m pytest` in {self.place}")

    def is_noticed(self, *tests):
        path = os.pathsep.join(map(str, [self.place / "src", self.place]))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        command = [str(self.python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        running = subprocess.Popen(command, cwd=self.place, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return running.wait(PATIENCE) != 0
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            running.wait()
            return True

    def judge(self, path, source, mutant):
        """Whether the tests notice a mutant of ours."""
        if mutant["id"] not in self.known:
            file = self.place / path
            file.write_text(faulty(source, mutant), encoding="utf-8", newline="")
            # a test that fails alone fails among the others
            killers = mutant.get("killedBy") or []
            self.known[mutant["id"]] = (bool(killers) and self.is_noticed(*killers)) or self.is_noticed()
            file.write_text(source, encoding="utf-8", newline="")
        return self.known[mutant["id"]]


def is_noticed(mutant):
    """Our verdict; `None` if there is none."""
    return {"Killed": True, "Timeout": True, "Survived": False, "NoCoverage": False}.get(mutant["status"])


def sampled(mutants, count):
    """Some of them, the same ones every time."""
    return sorted(mutants, key=lambda mutant: hashlib.sha256(mutant["id"].encode()).digest())[:count]


def described(path, mutant):
    return f"{path}:{mutant['location']['start']['line']} {mutant.get('description') or mutant['replacement']}"


def explained(mutant, tests):
    """Why mutmut may say something else."""
    killers = mutant.get("killedBy") or []
    if killers and not any(killer.startswith(tests) for killer in killers):
        return "an example in documentation notices it: mutmut was told of the tests only"
    if is_noticed(mutant) and not mutant.get("coveredBy"):
        return "it runs while its file is imported: mutmut switches it on later"
    return "?"


def compare(files, place, tests, disk, decide):
    """Prints how far both agree, and who is right where they do not. Gives how often we were wrong, and mutmut, and how
    often nobody knows."""
    own, other = ours(files), theirs(place)
    both = sorted(key for key in set(own) & set(other) if is_noticed(own[key]) is not None)
    differing = [key for key in both if is_noticed(own[key]) != (other[key] in NOTICED)]
    print(f"   {len(other)} mutants of mutmut, {len(own)} of ours in functions, {len(both)} in common, "
          f"{len(both) - len(differing)} judged alike")
    wrong, by_reason, undecided = [0, 0], {}, 0
    if decide and decide < len(differing):
        print(f"   {len(differing)} differ, {decide} of them are tried on disk")
        chosen = {mutant["id"] for mutant in sampled([own[key] for key in differing], decide)}
        undecided = len(differing) - len(chosen)
        differing = [key for key in differing if own[key]["id"] in chosen]
    for key in differing:
        path, mutant = key[0], own[key]
        truth = disk.judge(path, files[path]["source"], mutant)
        is_ours = is_noticed(mutant) == truth
        wrong[is_ours] += 1
        text = f"{described(path, mutant)}: ours {mutant['status']}, on disk {'noticed' if truth else 'not noticed'}"
        by_reason.setdefault((is_ours, explained(mutant, tests)), []).append(text)
    for (is_ours, reason), texts in sorted(by_reason.items()):
        print(f"   {len(texts)} differ, {'ours' if is_ours else 'MUTMUT'} is right by the disk: {reason}")
        for text in texts if not is_ours else texts[:3]:
            print(f"      {text}")
    left = sorted({name for _, name, _ in set(other) - set(own)})
    if left:
        print(f"   {len(set(other) - set(own))} only mutmut has, in: {', '.join(left)[:300]}")
    return [*wrong, undecided]


def check_sample(files, disk, count):
    """Prints how many of our verdicts hold on disk. Gives the wrong ones, and how many were looked at."""
    by_verdict = {}
    for path, file in files.items():
        for mutant in file["mutants"]:
            if is_noticed(mutant) is not None:
                by_verdict.setdefault(is_noticed(mutant), []).append({**mutant, "path": path})
    wrong = looked = 0
    for verdict, mutants in sorted(by_verdict.items()):
        for mutant in sampled(mutants, count):
            looked += 1
            if disk.judge(mutant["path"], files[mutant["path"]]["source"], mutant) != verdict:
                wrong += 1
                print(f"   WRONG by the disk: {described(mutant['path'], mutant)}: ours {mutant['status']}")
    print(f"   {looked} of our verdicts tried on disk, {wrong} wrong")
    return wrong, looked


EVERY = ["--all", "--noise", "--per-line", "0", "--per-function", "0", "--most", "0", "--jobs", "2"]


def run_ours(countersign, python, folder, place, name, code):
    """Gives the files of our report, and the time it took."""
    report = folder / f"{name}.json"
    wall, used = run(countersign, "mutate", *EVERY, "--file", f"{code}/**", "--python", python, "-o", report,
                     folder=place, log=folder / f"{name}.log", codes=(0, 1, 3))
    files = json.loads(report.read_text())["files"]
    return files, (used, wall, sum(len(file["mutants"]) for file in files.values()))


def measure(countersign, python, folder, place, name, code, rounds):
    """Runs both by turns. Gives the files of our report; prints what each run took."""
    files, times = {}, {"countersign": [], "mutmut": [], "countersign, lines of both": []}
    ours_alone = None
    for _ in range(rounds):
        files, took = run_ours(countersign, python, folder, place, name, code)
        times["countersign"].append(took)
        shutil.rmtree(place / "mutants", ignore_errors=True)
        wall, used = run(python, "-m", "mutmut", "run", "--max-children", "2", folder=place,
                         log=folder / f"{name}.mutmut.log", codes=None)
        found = theirs(place) if (place / "mutants").exists() else {}
        times["mutmut"].append((used, wall, len(found)))
        if found:
            ours_alone = ours_alone or silenced(folder, place, name, files, found)
            _, took = run_ours(countersign, python, folder, ours_alone, f"{name}.both", code)
            times["countersign, lines of both"].append(took)
    each = {}
    for tool, runs in times.items():
        if not runs:
            continue
        used, wall, count = sorted(runs)[len(runs) // 2]
        print(f"   {tool}: {count} mutants, {wall:.1f} s wall, {used:.1f} s of processors", flush=True)
        if count:
            each[tool] = (wall / count, used / count)
    if "mutmut" not in each:
        print(f"   mutmut measured nothing, see {folder / name}.mutmut.log")
        return files
    their_wall, their_used = each.pop("mutmut")
    for tool, (wall, used) in each.items():
        print(f"   a mutant, {tool}: {used * 1000:.0f} ms of processors against {their_used * 1000:.0f} of mutmut "
              f"({their_used / used:.1f} times), {wall * 1000:.0f} ms wall against {their_wall * 1000:.0f} "
              f"({their_wall / wall:.1f} times)", flush=True)
    return files


def silenced(folder, place, name, files, found):
    """A copy in which only those lines have mutants on which both tools have the same ones."""
    copy = folder / f"{name}.both"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("mutants", "__pycache__"))
    own = ours(files)
    both = {(path, own[path, function, text]["location"]["start"]["line"])
            for path, function, text in set(own) & set(found)}
    for path, file in files.items():
        lines = file["source"].split("\n")
        before = ast.dump(ast.parse(file["source"]))
        wanted = {line for other, line in both if other == path}
        for line in sorted({mutant["location"]["start"]["line"] for mutant in file["mutants"]} - wanted):
            with_pragma = [*lines]
            with_pragma[line - 1] += "  # pragma: no mutate"
            try:
                # where a line does not end its text, a comment would be part of it
                if ast.dump(ast.parse("\n".join(with_pragma))) == before:
                    lines = with_pragma
            except SyntaxError:
                pass
        (copy / path).write_text("\n".join(lines), encoding="utf-8", newline="")
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    run("git", *who, "commit", "--quiet", "--all", "--allow-empty", "--message", "pragmas", folder=copy)
    return copy


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--folder", type=pathlib.Path, default=HERE / "target/agreement-python")
    asked.add_argument("--rounds", type=int, default=3, help="how often both run; the middle run by processor time counts")
    asked.add_argument("--sample", type=int, default=20, help="how many noticed and unnoticed mutants are tried on disk")
    asked.add_argument("--decide", type=int, default=0, help="how many differences are tried on disk; 0 for all")
    asked.add_argument("--reuse", action="store_true", help="take the reports of the last run and measure nothing")
    asked.add_argument("package", nargs="*")
    asked = asked.parse_args()
    folder = asked.folder.resolve()
    countersign = os.environ.get("COUNTERSIGN", str(HERE / "target/release/countersign"))
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv/bin/python"
    if not (folder / "installed").exists():
        run(sys.executable, "-m", "venv", "--clear", folder / "venv")
        run(python, "-m", "pip", "install", "--quiet", MUTMUT, *NEEDED, log=folder / "install.log")
        (folder / "installed").touch()
    total = [0, 0, 0, 0, 0]
    for name, version, code, tests, repository, tag in PACKAGES:
        if asked.package and name not in asked.package:
            continue
        print(f"== {name} {version}", flush=True)
        if asked.reuse:
            place = folder / name
            files = json.loads((folder / f"{name}.json").read_text())["files"]
        else:
            place = prepare(folder, python, name, version, code, tests, repository, tag)
            files = measure(countersign, python, folder, place, name, code, asked.rounds)
        disk = Disk(folder, python, name, place)
        if (place / "mutants").exists():
            ours_wrong, mutmut_wrong, undecided = compare(files, place, tests, disk, asked.decide)
            total[0] += ours_wrong
            total[1] += mutmut_wrong
            total[4] += undecided
        wrong, looked = check_sample(files, disk, asked.sample)
        total[2] += wrong
        total[3] += looked
    print(f"== where both differ, ours is wrong {total[0]} times and mutmut {total[1]} times, {total[4]} are not decided; "
          f"of {total[3]} of our verdicts tried on disk {total[2]} are wrong")
    sys.exit(1 if total[0] or total[2] else 0)


if __name__ == "__main__":
    main()
