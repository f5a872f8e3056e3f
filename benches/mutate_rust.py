#!/usr/bin/env python3
"""Do our verdicts on Rust mutants agree with those of cargo-mutants, and how much faster are they there?

    benches/mutate_rust.py [FOLDER] [CRATE...]

Installs cargo-mutants into FOLDER (default: target/agreement), takes published crates from the registry, runs both tools
on each, one after the other on the same machine and with all dependencies compiled, and prints for each crate:

- how many of the mutants that both measured are judged alike, and every other one with what the compiler told
  cargo-mutants of it;
- the whole crate: wall and processor time of both;
- a change of about 25 mutants: the same;
- the gate (`check --mutate`) on that change, beside 1.3 test builds + 3 test runs + 5 s.

On a whole crate cargo-mutants takes up to an hour: it measures one of `parts` equal parts, each N-th mutant, and its time
for all is a baseline + its mean for one mutant * all mutants. As its baseline counts one test build and one test run as they
are measured here: the copy that it makes of a target folder has other times, and Cargo compiles some dependencies again,
which says nothing about mutants. Its processor time is in the proportion to its wall time that it has over the whole run.
Times of ours are the median of three runs, before and after those of cargo-mutants. Needs the network once, and an hour of
calm. Build the program first: `cargo build --release --bin countersign`, or name it in `COUNTERSIGN`. With `OURS=1` only ours
runs, and is compared with what cargo-mutants said and took before. What came out of one run stands in docs/mutation.md.
"""

import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
# the first package is the root of a workspace and holds the others; cargo-mutants measures one of so many parts
CRATES = [
    (["strsim-0.11.1"], 6),
    (["semver-1.0.28"], 6),
    (["bytesize-1.3.0"], 6),
    (["smallvec-1.15.1"], 6),
    (["humantime-2.2.0"], 12),
    (["textwrap-0.16.2"], 12),
    # asynchronous; most of its mutants take as long as all of its examples, of which it has 157
    (["futures-lite-2.6.1"], 36),
    # a workspace
    (["predicates-3.1.4", "predicates-core-1.0.10", "predicates-tree-1.0.13"], 6),
]
# files that tests need and the published package lacks
LACKING = {"predicates-3.1.4": {"tests/hello_world": "Hello\n", "tests/empty_file": ""}}
MUTANTS = "cargo-mutants@27.1.0"
# mutants of one change
CHANGE = 25
EVERY = ["--noise", "--per-line", "0", "--per-function", "0", "--most", "0"]
NOTICED = {"Killed", "Timeout", "CaughtMutant"}
UNNOTICED = {"Survived", "NoCoverage", "MissedMutant"}


def run(*command, log=None, folder=None, codes=(0,), env=None):
    """Runs a command. Gives its wall and processor time in seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(log or os.devnull, "wb") as output:
        done = subprocess.run([str(word) for word in command], cwd=folder, stdout=output, stderr=output, env=env, check=False)
    if done.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}, see {log}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, used


def median(runs):
    return tuple(statistics.median(column) for column in zip(*runs))


def fetch(folder):
    """The sources of all packages, below `vendor`: Cargo fetches those of a package that needs them all."""
    place = folder / "fetch"
    (place / "src").mkdir(parents=True, exist_ok=True)
    (place / "src/lib.rs").write_text("")
    names = [package.rsplit("-", 1) for packages, _ in CRATES for package in packages]
    needed = "".join(f'{name} = "={version}"\n' for name, version in names)
    (place / "Cargo.toml").write_text(
        f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n{needed}'
    )
    run("cargo", "vendor", "--versioned-dirs", "--manifest-path", place / "Cargo.toml", folder / "vendor",
        log=folder / "vendor.log")


def prepare(folder, packages):
    """The sources as a repository of their own, with everything compiled."""
    place = folder / packages[0]
    shutil.rmtree(place, ignore_errors=True)
    workspace = "\n[workspace]\n"
    for package in packages:
        name = package.rsplit("-", 1)[0]
        inner = place if package == packages[0] else place / "crates" / name
        shutil.copytree(folder / "vendor" / package, inner)
        for left in (".cargo-checksum.json", ".gitignore", "Cargo.lock"):
            (inner / left).unlink(missing_ok=True)
    if len(packages) > 1:
        names = [package.rsplit("-", 1)[0] for package in packages[1:]]
        workspace += 'members = ["crates/*"]\n[patch.crates-io]\n'
        workspace += "".join(f'{name} = {{ path = "crates/{name}" }}\n' for name in names)
        workspace += f'{packages[0].rsplit("-", 1)[0]} = {{ path = "." }}\n'
    with open(place / "Cargo.toml", "a", encoding="utf-8") as manifest:
        manifest.write(workspace)
    for name, text in LACKING.get(packages[0], {}).items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text)
    (place / ".gitignore").write_text("/target\n/Cargo.lock\n")
    run("git", "init", "--quiet", ".", folder=place)
    run("cargo", "test", "--workspace", "--no-run", folder=place, log=folder / f"{packages[0]}.build.log")
    return place


def commit(place, message):
    who = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    run("git", "add", "--all", folder=place)
    run("git", *who, "commit", "--quiet", "--message", message, folder=place)


def span(mutant):
    return mutant["span"]["start"]["line"], mutant["span"]["end"]["line"]


def change(place, mutants):
    """Two commits that differ in lines which hold about so many mutants; the patch."""
    files = {}
    for mutant in mutants:
        files.setdefault(mutant["file"], []).append(mutant)
    path, own = max(sorted(files.items()), key=lambda entry: len(entry[1]))
    text = (place / path).read_text(encoding="utf-8")
    lines = text.splitlines()

    def held(first, last):
        return sum(span(mutant)[0] <= last and span(mutant)[1] >= first for mutant in own)

    first = last = sorted(span(mutant)[0] for mutant in own)[len(own) // 3]
    while held(first, last) < CHANGE and (last < len(lines) or first > 1):
        first, last = (first, last + 1) if last < len(lines) else (first - 1, last)
    earlier = [f"{line} // earlier" if first <= number <= last else line for number, line in enumerate(lines, 1)]
    (place / path).write_text("\n".join(earlier) + "\n", encoding="utf-8")
    commit(place, "before")
    (place / path).write_text(text, encoding="utf-8")
    commit(place, "after")
    patch = place.with_suffix(".patch")
    patch.write_bytes(subprocess.run(["git", "diff", "HEAD~1"], cwd=place, stdout=subprocess.PIPE, check=True).stdout)
    return patch


def key(path, operator, place, replacement):
    ends = tuple(place[end][part] for end in ("start", "end") for part in ("line", "column"))
    # the tools set white space differently
    return path, operator, ends, "".join(replacement.split())


def ours(report):
    """Our verdicts with their reasons."""
    found = {}
    for path, file in json.loads(report.read_text())["files"].items():
        for one in file["mutants"]:
            own = key(path, one["mutatorName"], one["location"], one["replacement"])
            found[own] = one["status"], one.get("statusReason")
    return found


def theirs(place):
    """The verdicts of cargo-mutants with the first error of its build; seconds of its baseline, and of all its mutants."""
    found, baseline, spent = {}, 0.0, 0.0
    for one in json.loads((place / "mutants.out/outcomes.json").read_text())["outcomes"]:
        took = sum(phase["duration"] for phase in one["phase_results"])
        if one["scenario"] == "Baseline":
            baseline = took
            continue
        spent += took
        mutant = one["scenario"]["Mutant"]
        log = (place / "mutants.out" / one["log_path"]).read_text(encoding="utf-8", errors="replace")
        error = next((line for line in log.splitlines() if line.startswith("error")), "")
        found[key(mutant["file"], mutant["genre"], mutant["span"], mutant["replacement"])] = one["summary"], error
    return found, baseline, spent


def standing(status):
    """What a verdict comes down to."""
    if status in NOTICED:
        return "noticed"
    if status in UNNOTICED:
        return "not noticed"
    return "unviable" if status in ("CompileError", "Unviable") else "not measured"


def compare(own, other):
    """Prints how far both agree."""
    alike, both, open_ = 0, 0, {}
    for place, (verdict, error) in sorted(other.items()):
        status, why = own.get(place, ("Pending", "it is none of ours"))
        if standing(status) == "not measured":
            open_[why] = open_.get(why, 0) + 1
            continue
        both += 1
        if standing(status) == standing(verdict):
            alike += 1
        else:
            path, operator, ends, replacement = place
            print(f"      {path}:{ends[0]}:{ends[1]} {operator} {replacement}: ours {status} ({why}), theirs {verdict} ({error})")
    print(f"   {alike} of {both} mutants that both measured are judged alike", flush=True)
    for why, count in open_.items():
        print(f"   {count} of theirs not measured by us: {why}")
    return alike, both


def ratio(name, own, other):
    print(f"   {name}: ours {own[0]:.1f} s wall, {own[1]:.1f} s of processors; cargo-mutants {other[0]:.0f} s wall, "
          f"{other[1]:.0f} s of processors: {other[0] / own[0]:.1f} times, {other[1] / own[1]:.1f} times", flush=True)
    return other[0] / own[0], other[1] / own[1]


def plain(folder, place, crate, names):
    """Wall and processor time of one test build, with all dependencies compiled, and of one test run."""
    log = folder / f"{crate}.plain.log"
    builds, runs = [], []
    for _ in range(3):
        run("cargo", "clean", *(f"--package={name}" for name in names), folder=place, log=log)
        builds.append(run("cargo", "test", "--workspace", "--no-run", folder=place, log=log))
        runs.append(run("cargo", "test", "--workspace", folder=place, log=log))
    return median(builds), median(runs)


def total(took, spent, measured, mutants, build, test):
    """What cargo-mutants takes for so many mutants, if it begins with one test build and one test run."""
    share = took[1] / took[0]
    wall = spent / measured * mutants
    return build[0] + test[0] + wall, build[1] + test[1] + wall * share


def measure(folder, countersign, packages, parts):
    """Runs both tools on one crate and prints what came out."""
    crate, names = packages[0], [package.rsplit("-", 1)[0] for package in packages]
    again = os.environ.get("OURS") == "1"
    place = folder / crate if again else prepare(folder, packages)
    listed = ["cargo", "mutants", "--list", "--json", "--workspace"]
    mutants = json.loads(subprocess.run(listed, cwd=place, stdout=subprocess.PIPE, check=True).stdout)
    patch = place.with_suffix(".patch") if again else change(place, mutants)
    print(f"== {crate}: {len(mutants)} mutants of cargo-mutants", flush=True)
    build, test = plain(folder, place, crate, names)

    def our_run(name, *arguments):
        report = folder / f"{crate}.{name}.json"
        return run(countersign, "mutate", *arguments, *EVERY, "-o", report, folder=place,
                   log=folder / f"{crate}.{name}.log", codes=(0, 1, 3))

    def their_run(name, *arguments):
        output, said = folder / f"{crate}.{name}.theirs", folder / f"{crate}.{name}.theirs.json"
        if not again:
            shutil.rmtree(output, ignore_errors=True)
            took = run("cargo", "mutants", "--workspace", "--copy-target=true", *arguments, "--colors", "never", "-o", output,
                       folder=place, log=folder / f"{crate}.{name}.theirs.log", codes=(0, 2, 3))
            said.write_text(json.dumps(took))
        return json.loads(said.read_text()), theirs(output)

    all_of_ours = [our_run("all", "--all")]
    part, (verdicts, baseline, spent) = their_run("all", "--shard", f"0/{parts}", "--sharding", "round-robin")
    all_of_ours += [our_run("all", "--all") for _ in range(2)]
    alike = compare(ours(folder / f"{crate}.all.json"), verdicts)
    print(f"   cargo-mutants measured {len(verdicts)}, in {part[0]:.0f} s, {part[1]:.0f} s of processors; "
          f"baseline {baseline:.1f} s, {spent / len(verdicts):.2f} s each")
    whole = total(part, spent, len(verdicts), len(mutants), build, test)
    every = ratio("whole crate", median(all_of_ours), whole)

    ours_of_change = [our_run("change", "--base", "HEAD~1")]
    took, (verdicts, _, spent) = their_run("change", "--in-diff", patch)
    ours_of_change += [our_run("change", "--base", "HEAD~1") for _ in range(2)]
    alike_too = compare(ours(folder / f"{crate}.change.json"), verdicts)
    count = len(verdicts)
    changed = ratio(f"change of {count}", median(ours_of_change),
                    total(took, spent, count, count, build, test))
    log = folder / f"{crate}.gate.log"
    gates = [run(countersign, "check", "--base", "HEAD~1", "--mutate", folder=place, log=log, codes=(0, 1, 3))
             for _ in range(3)]
    gate, most = median(gates)[0], 1.3 * build[0] + 3 * test[0] + 5
    print(f"   load of the machine: {', '.join(f'{load:.0f}' for load in os.getloadavg())} in the last 1, 5 and 15 minutes")
    print(f"   gate: {gate:.1f} s; test build {build[0]:.1f} s, test run {test[0]:.1f} s: at most {most:.1f} s", flush=True)
    return alike, alike_too, every, changed, gate / most


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/agreement").resolve()
    wanted = sys.argv[2:]
    countersign = os.environ.get("COUNTERSIGN", str(HERE / "target/release/countersign"))
    folder.mkdir(parents=True, exist_ok=True)
    tools = folder / "tools"
    if not (tools / "bin/cargo-mutants").exists():
        run("cargo", "install", "--quiet", "--locked", "--root", tools, MUTANTS, log=folder / "install.log")
    os.environ["PATH"] += f":{tools / 'bin'}"
    fetch(folder)
    chosen = [(packages, parts) for packages, parts in CRATES if not wanted or packages[0].rsplit("-", 1)[0] in wanted]
    found = [measure(folder, countersign, packages, parts) for packages, parts in chosen]
    alike, both = (sum(entry[which][side] for entry in found for which in (0, 1)) for side in (0, 1))
    print(f"== all: {alike} of {both} judged alike")
    for name, which in (("whole crate", 2), ("change", 3)):
        walls, processors = zip(*(entry[which] for entry in found))
        print(f"   {name}: wall {statistics.median(walls):.1f} times in the median, {min(walls):.1f} in the worst; "
              f"processors {statistics.median(processors):.1f} and {min(processors):.1f}")
    print(f"   gate: {max(entry[4] for entry in found):.2f} of what it may take, in the worst")


if __name__ == "__main__":
    main()
