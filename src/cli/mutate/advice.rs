//! Where did the time of a run go, and would more machines help?

use std::time::Duration;

use crate::mutate::Times;

/// Where the time went and whether more machines would help: with `n` of them it takes `build + tests + mutants / n`.
pub(super) fn text(times: Times) -> Option<String> {
    let fixed = times.build + times.tests;
    let all = fixed + times.mutants;
    if all.is_zero() {
        return None;
    }
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let spent = format!(
        "took {}: {} to build, {} to run the tests without a mutant, {} for the mutants",
        seconds(all),
        seconds(times.build),
        seconds(times.tests),
        seconds(times.mutants)
    );
    if times.mutants <= fixed || times.mutants < WORTH_SHARDING {
        return Some(spent);
    }
    let machines = [16, 8, 4, 2]
        .into_iter()
        .find(|machines| times.mutants / *machines >= fixed)
        .unwrap_or(2);
    let then = fixed + times.mutants / machines;
    Some(format!(
        "{spent}; on {machines} machines (`--shard K/{machines}`) it would take about {}",
        seconds(then)
    ))
}

/// A job of a CI system takes about this long to begin: what is done sooner is not worth another one.
const WORTH_SHARDING: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn times(build: u64, tests: u64, mutants: u64) -> Times {
        Times {
            build: Duration::from_secs(build),
            tests: Duration::from_secs(tests),
            mutants: Duration::from_secs(mutants),
        }
    }

    #[test]
    fn shards_are_advised_only_where_they_pay() {
        assert_eq!(text(times(0, 0, 0)), None);
        let small = text(times(3, 1, 20)).unwrap();
        assert_eq!(
            small,
            "took 24.0 s: 3.0 s to build, 1.0 s to run the tests without a mutant, 20.0 s for the mutants"
        );
        let slow_build = text(times(300, 10, 100)).unwrap();
        assert!(!slow_build.contains("machines"), "{slow_build}");
        let large = text(times(20, 10, 400)).unwrap();
        assert!(
            large.ends_with("on 8 machines (`--shard K/8`) it would take about 80.0 s"),
            "{large}"
        );
    }
}
