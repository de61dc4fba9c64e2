//! What is measured, in the order of the project's tables of speed: in parts, each on servers of its own.

mod growth;
mod requests;
mod verifies;

use clap::ValueEnum;

use crate::{Outcome, Plan, engine::Engine, report::Table};

/// Where a destination of the seed delivers to, unless it is verified.
const ENDPOINT: &str = "https://labs.example.org/in";

/// A part of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The start, the server at rest, and each kind of request on 1,000 destinations.
    Requests,
    /// Lists beside 100,000 destinations, and of 1,000,000.
    Growth,
    /// Verifications, and requests beside them.
    Verifies,
}

/// Every part, or the one that was asked for.
pub(crate) fn measure(engine: &Engine, plan: &Plan) -> Outcome<Table> {
    let mut table = Table { engine: engine.to_string(), scale: None, rows: Vec::new() };
    for part in Part::value_variants() {
        if plan.part.is_none_or(|only| only == *part) {
            let measure = match part {
                Part::Requests => requests::measure,
                Part::Growth => growth::measure,
                Part::Verifies => verifies::measure,
            };
            measure(engine, plan, &mut table)?;
        }
    }
    Ok(table)
}
