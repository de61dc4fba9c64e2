//! One exchange with a destination: find its addresses, authorize, send. What every kind of delivery has in common.

use std::time::Instant;

use domain::verification::{Answer, CheckName, Delivery, Ladder, SentRequest};

use crate::{
    authorize::{Attached, Authorized, Authorizer, Denied},
    client::{Client, Deadline, Ending, OutAnswer, OutRequest, Stopped},
    redact::Redactor,
};

/// What was added to the request, and what came of sending it.
pub(super) struct Exchange {
    pub(super) authorized: Option<Authorized>,
    pub(super) answered: Result<OutAnswer, Stopped>,
}

impl Exchange {
    /// Makes the exchange. Fails if it does not come to sending; the ladder has the failed check either way.
    pub(super) async fn make(
        client: &Client,
        authorizer: &Authorizer,
        credential: Option<&Attached>,
        mut request: OutRequest,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<Self, Stopped> {
        let peers = client.find_peers(&request, deadline, ladder).await?;
        let authorized = match credential {
            None => {
                ladder.skip(CheckName::Authorize, "No auth credential is attached.");
                None
            }
            Some(attached) => {
                let started = Instant::now();
                let authorized = authorizer.authorize(client, attached, &mut request, deadline).await;
                let took = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
                match authorized {
                    Ok(authorized) => {
                        ladder.pass(CheckName::Authorize, authorized.detail.clone(), took);
                        Some(authorized)
                    }
                    Err(Denied(advice)) => {
                        ladder.fail(CheckName::Authorize, advice, took);
                        return Err(Stopped { check: CheckName::Authorize });
                    }
                }
            }
        };
        let answered = client.send(request, peers, deadline, ladder).await;
        if let (Ok(OutAnswer { status: 401, .. }), Some(attached), Some(authorized)) =
            (&answered, credential, &authorized)
        {
            authorizer.refused(attached, authorized).await;
        }
        Ok(Self { authorized, answered })
    }

    /// Whether the request left, as far as can be told.
    pub(super) fn is_sent(&self) -> bool {
        match &self.answered {
            Ok(_) => true,
            Err(stopped) => stopped.check == CheckName::Send,
        }
    }
}

/// The report of a delivery that got no answer.
pub(super) fn unanswered(ladder: Ladder, request: Option<SentRequest>) -> Delivery {
    Delivery { checks: ladder.finish(), request, response: None }
}

/// The report of one that did; of the answer's body only what may be shown.
pub(super) fn answered(
    ladder: Ladder,
    request: SentRequest,
    answer: &OutAnswer,
    redactor: &Redactor,
) -> Delivery {
    let body = redactor.excerpt(&answer.body, answer.ending != Ending::Complete);
    let response = Some(Answer { status: answer.status, body });
    Delivery { checks: ladder.finish(), request: Some(request), response }
}
