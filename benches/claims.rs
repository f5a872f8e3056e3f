//! How long does the reading of 1,000 pull-request texts of 2 kB take?
//!
//! Promise: under a second on one core. Measured: 0.63 to 0.95 s in four runs on a machine that was not quite idle. On a busy
//! one, compare processor time: `time claims`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot be set up"
)]

use std::time::{Duration, Instant};

use countersign::{
    claims::prose::{self, Templates},
    evidence::claims::document::Document,
};

const TEXTS: usize = 1_000;
const BYTES: usize = 2_000;
const ROUNDS: usize = 5;

/// What such texts are made of: sections, lists, code spans, results, plans.
const PARTS: &[&str] = &[
    "## Summary\n\nThis PR adds `src/export/csv_writer.rs` with the streaming writer, and updates `web/src/api/client.ts` to send the page token.\n\n",
    "## Changes\n\n- Added a `parse_retry_after()` function that reads the header\n- Removed the retry loop from `pkg/queue/worker.go`\n- Renamed `lib/util.py` to `lib/textutil.py`\n- [x] Updated the docs\n\n",
    "The client used to ask again at once, which the server counts as abuse; now it waits as long as it is told to (see `docs/design.md`).\n\n",
    "## Testing\n\n- `cargo test --workspace`\n- All 312 unit tests pass\n- `pnpm lint` (fails: config missing)\n\n```\n48 passed, 2 skipped in 3.20s\n```\n\n",
    "| File | What |\n|---|---|\n| `src/a.rs` | waits |\n| `src/b.rs` | asks again |\n\n",
    "## Next steps\n\n1. Split `app.py` into modules\n2. Ask for a review\n\n> quoted words of a reviewer\n\n",
];

fn text(seed: usize) -> String {
    let parts = (seed..).filter_map(|place| PARTS.get(place % PARTS.len()));
    let mut text = String::new();
    for part in parts {
        if text.len() >= BYTES {
            break;
        }
        text.push_str(part);
    }
    text
}

fn main() {
    let documents: Vec<Document> = (0..TEXTS)
        .map(|seed| Document::text("pr.md", &text(seed)))
        .collect();
    let templates = Templates::default();
    let mut times: Vec<Duration> = Vec::new();
    let mut claims = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let read = |document: &Document| prose::claims(document, 0, &prose::read(document, &templates)).len();
        claims = documents.iter().map(read).sum();
        times.push(start.elapsed());
    }
    times.sort();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!(
        "{TEXTS} texts of {BYTES} bytes, {claims} claims: {} ms",
        median.as_millis()
    );
}
