//! How often callers may call: a number of requests in a window of time for each, and a lower one for attempts of an
//! address that prove to be nobody.
//!
//! Each node counts in memory, and costs a request nothing but that. Nodes on one PostgreSQL add their counts to the
//! database about once a second and read those of the others: a caller that uses several nodes gets at most what it may,
//! and what it can ask of them within that second.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::{ids::UserId, time::Timestamp};

use crate::{clock, middleware::quota::Policy};

/// Callers and addresses that are counted at a time; beyond that those of an earlier window are forgotten, and
/// if that is not enough all begin anew.
const COUNTED: usize = 100_000;
/// Attempts that fail, as a part of the requests that a caller may make.
const FAILURES_PART: i64 = 10;

/// So many requests in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests.
    pub requests: i64,
    /// Time, whole seconds.
    pub window: Duration,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Caller(UserId),
    FailuresFrom(IpAddr),
}

impl Counted {
    fn name(self) -> String {
        match self {
            Self::Caller(user) => user.to_string(),
            Self::FailuresFrom(address) => format!("from {address}"),
        }
    }
}

/// What one of them has asked in the window.
#[derive(Debug, Default)]
struct Counter {
    window: AtomicI64,
    own: AtomicI64,
    /// Those of `own` that the database knows of.
    told: AtomicI64,
    others: AtomicI64,
}

impl Counter {
    /// Begins anew when the window is another one. Two requests that do it at once may lose one count.
    fn enter(&self, window: i64) {
        if self.window.swap(window, Ordering::AcqRel) != window {
            for count in [&self.own, &self.told, &self.others] {
                count.store(0, Ordering::Release);
            }
        }
    }

    fn total(&self) -> i64 {
        self.own.load(Ordering::Acquire).saturating_add(self.others.load(Ordering::Acquire))
    }
}

/// What a caller has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What it may ask in a window.
    pub limit: RateLimit,
    /// What is left of that.
    pub remaining: i64,
    /// Seconds until the next window.
    pub resets_in: i64,
}

/// The counts.
pub struct Limits {
    limit: Option<RateLimit>,
    policy: Option<Policy>,
    counters: RwLock<HashMap<Counted, Arc<Counter>>>,
}

impl Limits {
    /// With this limit; `None`: callers may call as often as they like.
    pub fn new(limit: Option<RateLimit>) -> Self {
        Self { limit, policy: limit.and_then(Policy::new), counters: RwLock::default() }
    }

    /// Counts a request of this caller. `Err` if it was one too many.
    pub fn take(&self, user: UserId) -> Result<Option<Quota>, Quota> {
        let Some(limit) = self.limit else { return Ok(None) };
        let quota = self.count(Counted::Caller(user), limit, 1);
        if quota.remaining < 0 { Err(Quota { remaining: 0, ..quota }) } else { Ok(Some(quota)) }
    }

    /// Whether this address may try to prove who it is. `Err` if too many of its attempts failed.
    pub fn may_try(&self, address: Option<IpAddr>) -> Result<(), Quota> {
        let (Some(limit), Some(address)) = (self.failures(), address) else { return Ok(()) };
        let quota = self.count(Counted::FailuresFrom(address), limit, 0);
        if quota.remaining <= 0 { Err(Quota { remaining: 0, ..quota }) } else { Ok(()) }
    }

    /// Counts an attempt of this address that failed.
    pub fn note_failure(&self, address: Option<IpAddr>) {
        if let (Some(limit), Some(address)) = (self.failures(), address) {
            self.count(Counted::FailuresFrom(address), limit, 1);
        }
    }

    /// What answers say of the limit, if there is one.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// What an answer says to somebody who is not counted.
    pub fn full(&self) -> Option<Quota> {
        let limit = self.limit?;
        let (_, resets_in) = window(limit, clock::now());
        Some(Quota { limit, remaining: limit.requests, resets_in })
    }

    fn failures(&self) -> Option<RateLimit> {
        let RateLimit { requests, window } = self.limit?;
        Some(RateLimit { requests: (requests / FAILURES_PART).max(1), window })
    }

    fn count(&self, counted: Counted, limit: RateLimit, by: i64) -> Quota {
        let (window, resets_in) = window(limit, clock::now());
        let counter = self.counter(counted, window);
        counter.enter(window);
        counter.own.fetch_add(by, Ordering::AcqRel);
        Quota { limit, remaining: limit.requests.saturating_sub(counter.total()), resets_in }
    }

    fn counter(&self, counted: Counted, window: i64) -> Arc<Counter> {
        let known = self.counters.read().unwrap_or_else(PoisonError::into_inner).get(&counted).cloned();
        known.unwrap_or_else(|| {
            let mut counters = self.counters.write().unwrap_or_else(PoisonError::into_inner);
            if counters.len() >= COUNTED {
                counters.retain(|_, counter| counter.window.load(Ordering::Acquire) == window);
            }
            if counters.len() >= COUNTED {
                counters.clear();
            }
            counters.entry(counted).or_default().clone()
        })
    }

    /// Everybody who is counted.
    fn all(&self) -> Vec<(Counted, Arc<Counter>)> {
        let counters = self.counters.read().unwrap_or_else(PoisonError::into_inner);
        counters.iter().map(|(counted, counter)| (*counted, counter.clone())).collect()
    }

    /// The number of this window.
    pub fn window(&self) -> i64 {
        self.limit.map_or(0, |limit| window(limit, clock::now()).0)
    }

    /// What was counted since the last time, for the other nodes: the window, and each caller's name and number.
    pub fn untold(&self) -> (i64, Vec<(String, i64)>) {
        let Some(limit) = self.limit else { return (0, Vec::new()) };
        let (now, _) = window(limit, clock::now());
        let counters =
            self.all().into_iter().filter(|(_, counter)| counter.window.load(Ordering::Acquire) == now);
        let untold = counters.filter_map(|(counted, counter)| {
            let own = counter.own.load(Ordering::Acquire);
            let fresh = own.saturating_sub(counter.told.swap(own, Ordering::AcqRel));
            (fresh > 0).then(|| (counted.name(), fresh))
        });
        (now, untold.collect())
    }

    /// Learns what all nodes have counted in a window, this one included.
    pub fn learn(&self, window: i64, totals: &HashMap<String, i64>) {
        for (counted, counter) in self.all() {
            if let Some(total) = totals.get(&counted.name())
                && counter.window.load(Ordering::Acquire) == window
            {
                let others = total.saturating_sub(counter.told.load(Ordering::Acquire));
                counter.others.store(others.max(0), Ordering::Release);
            }
        }
    }
}

/// The number of the window, and the seconds until the next one.
fn window(limit: RateLimit, now: Timestamp) -> (i64, i64) {
    let length = i64::try_from(limit.window.as_secs()).unwrap_or(i64::MAX).max(1);
    let seconds = now.millis().div_euclid(1_000);
    (seconds.div_euclid(length), length.saturating_sub(seconds.rem_euclid(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(requests: i64) -> Limits {
        Limits::new(Some(RateLimit { requests, window: Duration::from_secs(86_400) }))
    }

    #[test]
    fn one_more_than_it_may_is_refused_and_others_go_on() {
        let limits = limits(3);
        let (one, other) = (UserId(clock::new_id()), UserId(clock::new_id()));
        let left: Vec<i64> = (0..3).map(|_| limits.take(one).unwrap().unwrap().remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = limits.take(one).unwrap_err();
        assert_eq!(refused.remaining, 0);
        assert!((1..=86_400).contains(&refused.resets_in));
        assert!(limits.take(other).is_ok());
    }

    #[test]
    fn what_other_nodes_have_counted_counts_here() {
        let limits = limits(100);
        let user = UserId(clock::new_id());
        limits.take(user).unwrap();
        let (window, untold) = limits.untold();
        assert_eq!(untold, [(user.to_string(), 1)]);
        limits.learn(window, &HashMap::from([(user.to_string(), 99)]));
        assert_eq!(limits.take(user).unwrap().unwrap().remaining, 0);
        assert!(limits.take(user).is_err());
        assert_eq!(limits.untold().1, [(user.to_string(), 2)]);
    }

    #[test]
    fn addresses_may_fail_less_often_than_callers_may_call() {
        let limits = limits(20);
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..2 {
            assert!(limits.may_try(address).is_ok());
            limits.note_failure(address);
        }
        assert!(limits.may_try(address).is_err());
        assert!(limits.may_try(Some(IpAddr::from([192, 0, 2, 2]))).is_ok());
        assert!(Limits::new(None).may_try(address).is_ok());
    }
}
