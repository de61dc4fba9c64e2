//! A request with an `Idempotency-Key`: its answer is kept together with what it changes, so that the same request
//! again gets the same answer, whatever happens between the commit and the answer's way back.

use std::{
    future::{Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use domain::{secret::SecretText, time::Timestamp};
use persistence::{Changing, idempotency, sealing::Sealer};

use crate::{clock, failure::Failure, reply::Answer, state::State};

/// An answer is kept so long.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// The claim of this request on its caller's key.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Of the caller and the key.
    pub digest: String,
    /// Of the request.
    pub request: String,
    is_answered: Arc<AtomicBool>,
}

impl Claimed {
    /// A claim just made.
    pub fn new(digest: String, request: String) -> Self {
        Self { digest, request, is_answered: Arc::new(AtomicBool::new(false)) }
    }

    /// Whether a handler has kept its answer, or was about to.
    pub fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::Acquire)
    }

    /// The answer, sealed for its place.
    pub fn seal(&self, sealer: &Sealer, answer: &Answer) -> Result<Vec<u8>, Failure> {
        let text = SecretText::from(answer.to_text().map_err(Failure::internal)?);
        let sealed = sealer.seal(&text, &idempotency::place(&self.digest)).map_err(Failure::internal)?;
        Ok(sealed.envelope)
    }

    /// Keeps a sealed answer in a transaction.
    pub fn keep_sealed(&self, tx: &mut Changing<'_>, sealed: &[u8]) -> Result<(), Failure> {
        let until: Timestamp = clock::now().plus_millis(KEPT_MILLIS);
        Ok(idempotency::answer(tx, &self.digest, &self.request, sealed, until)?)
    }
}

/// The claim of a request, if it has one.
#[derive(Debug, Clone)]
pub struct Once(Option<Claimed>);

impl Once {
    /// Whether there is something to keep.
    pub fn is_claimed(&self) -> bool {
        self.0.is_some()
    }

    /// Keeps the answer in the transaction that makes the change. Without a key it does nothing.
    pub fn keep(&self, tx: &mut Changing<'_>, state: &State, answer: &Answer) -> Result<(), Failure> {
        let Some(claimed) = &self.0 else { return Ok(()) };
        let sealed = claimed.seal(&state.sealer, answer)?;
        // From here on it is the database that says whether it was kept, not what becomes of this request.
        claimed.is_answered.store(true, Ordering::Release);
        claimed.keep_sealed(tx, &sealed)
    }
}

impl FromRequest for Once {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.extensions().get::<Claimed>().cloned())))
    }
}
