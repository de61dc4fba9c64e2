//! `admin audit`: proving that nobody has tampered with the trail.

use clap::{Args, Subcommand};
use persistence::{
    Store, StoreError,
    audit::chain::{self, Broken, Head},
};
use serde_json::json;

use super::{Output, Report};
use crate::wiring::{StartFailure, failure};

/// Events that are in memory at a time.
const BATCH: i64 = 1_000;

/// What to do with the trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Prove the chain: no event was altered, taken out, put in or moved. Ends with an error if one was.
    Verify(VerifyArgs),
}

/// Arguments of `admin audit verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The head of an earlier proof, `<number>:<hash>`: the chain must still hold it. Without it, events cut off from the
    /// end are not missed.
    #[arg(long, value_parser = parse_head)]
    expect: Option<Expected>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// A head that the chain must hold.
#[derive(Debug, Clone)]
pub struct Expected(Head);

fn parse_head(text: &str) -> Result<Expected, String> {
    let parsed = text.split_once(':').and_then(|(sequence, hash)| {
        let sequence = sequence.parse().ok()?;
        Some(Expected(Head { sequence, hash: hash.to_owned() }))
    });
    parsed.ok_or_else(|| "a number, a colon and a hash, as an earlier proof printed them".to_owned())
}

/// Runs the command.
pub async fn run(store: &Store, command: AuditCommand) -> Result<Report, StartFailure> {
    let AuditCommand::Verify(args) = command;
    let mut head = Head::beginning();
    let mut expected = args.expect.map(|Expected(head)| head);
    loop {
        // A batch ends at what is expected, so that its hash can be compared.
        let ahead =
            expected.as_ref().map_or(BATCH, |expected| expected.sequence.saturating_sub(head.sequence));
        let (last, limit) = (head.clone(), ahead.clamp(1, BATCH));
        let proved = store.read_one(move |tx| chain::prove(tx, &last, limit)).await;
        match proved.map_err(|error: StoreError| failure(error))? {
            None => break,
            Some(Ok(next)) => head = next,
            Some(Err(broken)) => return Err(StartFailure(told(&broken))),
        }
        if let Some(seen) = expected.take_if(|seen| seen.sequence == head.sequence)
            && seen != head
        {
            return Err(StartFailure(format!(
                "the trail is another one: event {} has another hash",
                head.sequence
            )));
        }
    }
    if let Some(missed) = expected {
        let line = format!("the trail ends at event {}, before event {}", head.sequence, missed.sequence);
        return Err(StartFailure(line));
    }
    let waiting = store.read_one(chain::waiting).await.map_err(|error: StoreError| failure(error))?;
    let members = vec![
        ("events", json!(head.sequence)),
        ("head", json!(format!("{}:{}", head.sequence, head.hash))),
        ("waiting", json!(waiting)),
    ];
    Ok(Report::new(args.output, members))
}

fn told(broken: &Broken) -> String {
    match broken {
        Broken::Missing { sequence } => format!("the trail is broken: event {sequence} is missing"),
        Broken::Differs { sequence, id } => {
            format!("the trail is broken at event {sequence} ({id}): it was altered, put in, or moved")
        }
    }
}
