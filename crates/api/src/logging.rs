//! The log: to standard error, as text or JSON, filtered. Libraries that speak of requests and answers are kept to
//! `warn` at any level, because what they say at `trace` could hold a secret.

use std::io::IsTerminal;

use tracing_subscriber::{
    EnvFilter,
    filter::{Directive, ParseError},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::LogFormat;

/// Libraries that see headers, bodies or statements.
const QUIET: [&str; 10] = [
    "actix_http",
    "actix_web",
    "actix_server",
    "diesel",
    "h2",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "mio",
];

/// The filter of a text such as `info` or `info,api=debug`, with the libraries above kept quiet.
pub fn parse_filter(text: &str) -> Result<EnvFilter, ParseError> {
    let mut filter = EnvFilter::builder().parse(text)?;
    for library in QUIET {
        filter = filter.add_directive(format!("{library}=warn").parse::<Directive>()?);
    }
    Ok(filter)
}

/// Installs the log for the whole process.
pub fn install(filter: EnvFilter, format: LogFormat) {
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    // A second installation, as in a test process, changes nothing.
    let installed = match format {
        LogFormat::Text => registry.with(layer.with_target(false)).try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
    };
    if let Err(error) = installed {
        tracing::debug!(%error, "the log was installed before");
    }
}
