//! What `make bench` runs: starts the release binary on a database of its own, seeds it, drives it with `wrk`, and
//! compares the figures with the bars of the project. Ratios of one run on one machine count, not bare figures.

mod engine;
mod load;
mod report;
mod rows;
mod seed;
mod server;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Any failure, told in one line.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Measures Waypost. PostgreSQL is measured too where TEST_POSTGRES_URL leads to a server.
#[derive(Parser)]
struct Arguments {
    /// How much of it.
    #[arg(value_enum)]
    extent: Extent,
    /// Seconds per figure.
    #[arg(long)]
    seconds: Option<u32>,
    /// Times that each figure is taken; the median counts.
    #[arg(long)]
    rounds: Option<usize>,
    /// Only this database.
    #[arg(long, value_enum)]
    only: Option<engine::Kind>,
    /// Only this part of the rows.
    #[arg(long, value_enum)]
    part: Option<rows::Part>,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Extent {
    /// Everything, with a million destinations; writes RESULTS.md.
    Full,
    /// Less than a minute: every kind of request once, no large tables; writes nothing.
    Smoke,
}

/// How each figure is taken.
#[derive(Debug, Clone)]
struct Plan {
    extent: Extent,
    seconds: u32,
    rounds: usize,
    part: Option<rows::Part>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("waypost-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome<()> {
    let (seconds, rounds) = match arguments.extent {
        Extent::Full => (15, 3),
        Extent::Smoke => (1, 1),
    };
    let plan = Plan {
        extent: arguments.extent,
        seconds: arguments.seconds.unwrap_or(seconds),
        rounds: arguments.rounds.unwrap_or(rounds).max(1),
        part: arguments.part,
    };
    let mut tables = Vec::new();
    for engine in engine::all() {
        if arguments.only.is_none_or(|only| only == engine.kind()) {
            let table = rows::measure(&engine, &plan)?;
            println!("{}", report::terminal(&table));
            tables.push(table);
        }
    }
    if plan.extent == Extent::Full && plan.part.is_none() {
        std::fs::write(report::FILE, report::document(&tables, &plan)?)?;
        println!("written to {}", report::FILE);
    }
    Ok(())
}
