#!/usr/bin/env bash
# Do our verdicts on Rust mutants agree with those of cargo-mutants, and how much faster are they there?
#
#   benches/mutate_rust.sh [FOLDER]
#
# Installs cargo-mutants into FOLDER (default: target/agreement), takes published crates from the registry, runs both
# tools on each, one after the other on the same machine, and prints: the mutants that both have and how many of them
# are judged alike, every other one, and the wall and processor time of each tool. cargo-mutants measures a part of the
# larger crates (`K/N` below); its time is that of the part. Needs the network once, and some minutes of calm.
set -euo pipefail

folder=$(mkdir -p "${1:-target/agreement}" && cd "${1:-target/agreement}" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
# crate, version, the part that cargo-mutants measures
crates=(
    "strsim 0.11.1 0/3"
    "semver 1.0.28 0/3"
    "bytesize 1.3.0 0/2"
    "smallvec 1.15.1 0/5"
    "humantime 2.2.0 0/8"
    "textwrap 0.16.2 0/16"
    "futures-lite 2.6.1 0/70"
)

cd "$here"
cargo build --quiet --release --bin countersign --example agreement
countersign=$here/target/release/countersign
agreement=$here/target/release/examples/agreement

if [ ! -x "$folder/tools/bin/cargo-mutants" ]; then
    cargo install --quiet --locked --root "$folder/tools" cargo-mutants@27.1.0
fi
export PATH=$PATH:$folder/tools/bin

# A package that needs them all: cargo fetches their sources.
fetch() {
    mkdir -p "$folder/fetch/src"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n' \
        >"$folder/fetch/Cargo.toml"
    for entry in "${crates[@]}"; do
        read -r name version _ <<<"$entry"
        echo "$name = \"=$version\"" >>"$folder/fetch/Cargo.toml"
    done
    touch "$folder/fetch/src/lib.rs"
    cargo vendor --quiet --versioned-dirs --manifest-path "$folder/fetch/Cargo.toml" "$folder/vendor" >/dev/null
}

prepare() { # name-version
    rm -rf "${folder:?}/$1"
    cp -r "$folder/vendor/$1" "$folder/$1"
    rm -f "$folder/$1/.cargo-checksum.json" "$folder/$1/.gitignore"
    cd "$folder/$1"
    printf '\n[workspace]\n' >>Cargo.toml
    printf '/target\n/Cargo.lock\n' >.gitignore
    git init --quiet .
    git add --all
    git -c user.name=bench -c user.email=bench@example.invalid commit --quiet --message "$1"
    # both tools find the dependencies compiled
    cargo test --quiet --no-run
}

fetch
for entry in "${crates[@]}"; do
    read -r name version part <<<"$entry"
    crate=$name-$version
    echo "== $crate"
    prepare "$crate"
    TIMEFORMAT="   countersign, all mutants: %R s wall, %U s user, %S s system"
    # 1: mutants survived, 3: some could not be measured
    time "$countersign" mutate --all --noise -o "$folder/$crate.json" >"$folder/$crate.out" 2>&1 || [ $? -ne 2 ]
    tail -n 1 "$folder/$crate.out" | sed 's/^/   /'
    TIMEFORMAT="   cargo-mutants, part $part: %R s wall, %U s user, %S s system"
    time cargo mutants --shard "$part" -o "$folder/$crate.theirs" --colors never >"$folder/$crate.log" 2>&1 || [ $? -le 3 ]
    "$agreement" "$folder/$crate.json" "$folder/$crate.theirs/mutants.out/outcomes.json" | sed 's/^/   /'
done
