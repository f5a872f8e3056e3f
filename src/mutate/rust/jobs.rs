//! How is something done for each of many numbers, so many at a time?

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::error::Error;

/// Does it for each number below `count` in at most `jobs` threads; the results in the order of the numbers.
///
/// # Errors
/// The error of the lowest number that has one.
pub(super) fn each<T: Send>(
    jobs: usize,
    count: usize,
    go: impl Fn(usize) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut own = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return own;
            }
            own.push((at, go(at)));
        }
    };
    let mut all: Vec<(usize, Result<T, Error>)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..jobs.min(count)).map(|_| scope.spawn(worker)).collect();
        let mut all = worker();
        for worker in workers {
            all.extend(worker.join().unwrap_or_default());
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_numbers() {
        for (jobs, count) in [(1, 5), (3, 5), (8, 2), (2, 0)] {
            let found = each(jobs, count, |at| Ok(at * 2)).unwrap();
            assert_eq!(found, (0..count).map(|at| at * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_error_is_told() {
        let told = each(2, 4, |at| match at {
            1 | 3 => Err(Error::usage(format!("{at}"), "")),
            _ => Ok(()),
        });
        assert!(told.unwrap_err().to_string().starts_with('1'));
    }
}
