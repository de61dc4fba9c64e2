//! Opening PostgreSQL: what libpq is told beyond the operator's URL, and the settings of a session.

use diesel::{
    Connection, ConnectionError, PgConnection,
    connection::SimpleConnection,
    result::ConnectionError::{BadConnection, CouldntSetupConfiguration},
};

use super::Purpose;
use crate::engine::suspicion;

/// Parameters of libpq that the operator's URL may override. A server that is gone without a word is noticed within
/// seconds, both while connecting and in the middle of a query.
const DEFAULTS: [(&str, &str); 7] = [
    ("fallback_application_name", "waypost"),
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
    ("target_session_attrs", "read-write"),
];

/// The URL with our defaults added.
pub(super) fn with_defaults(url: &str) -> String {
    let mut full = url.to_owned();
    let given = url.split_once('?').map_or("", |(_, query)| query);
    let has_query = url.contains('?');
    let missing = DEFAULTS
        .iter()
        .filter(|(name, _)| !given.split('&').any(|pair| pair.split('=').next() == Some(*name)));
    for (number, (name, value)) in missing.enumerate() {
        full.push(if number == 0 && !has_query { '?' } else { '&' });
        full.push_str(name);
        full.push('=');
        full.push_str(value);
    }
    full
}

/// The URL as it may be shown: neither password nor parameters.
pub(super) fn without_password(url: &str) -> String {
    let (url, _) = url.split_once('?').unwrap_or((url, ""));
    let Some((scheme, rest)) = url.split_once("://") else { return "postgres".to_owned() };
    match rest.rsplit_once('@') {
        None => url.to_owned(),
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
    }
}

/// Opens a connection and sets its session up.
pub(super) fn open(url: &str, purpose: Purpose) -> Result<PgConnection, ConnectionError> {
    let mut connection = PgConnection::establish(url).map_err(|error| {
        // libpq may quote a URL that it does not understand, and with it the password.
        let quotes = matches!(&error, BadConnection(text) if text.contains("invalid"));
        if quotes { BadConnection("the address is not understood by libpq".to_owned()) } else { error }
    })?;
    set_up(&mut connection, purpose).map_err(CouldntSetupConfiguration)?;
    connection.set_instrumentation(suspicion::watch);
    Ok(connection)
}

fn set_up(connection: &mut PgConnection, purpose: Purpose) -> diesel::QueryResult<()> {
    connection.batch_execute(
        // A server may be set to answer a commit before it is on disk; an answered write is durable all the same.
        "set time zone 'UTC';
         set client_min_messages = warning;
         set idle_in_transaction_session_timeout = '30s';
         select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';",
    )?;
    match purpose {
        // The plan for any values is kept: that of a page far into a list looks dear beside the one for these values, which
        // is no other, and each page would be planned anew.
        Purpose::Reading => connection.batch_execute(
            "set default_transaction_read_only = on; set statement_timeout = '30s';
             set plan_cache_mode = force_generic_plan",
        ),
        Purpose::Changing => {
            connection.batch_execute("set statement_timeout = '30s'; set lock_timeout = '5s'")
        }
        Purpose::Migrating => connection.batch_execute("set statement_timeout = 0; set lock_timeout = 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_added_where_the_operator_says_nothing() {
        let full = with_defaults("postgres://db/w");
        assert!(
            full.starts_with("postgres://db/w?fallback_application_name=waypost&connect_timeout=5&"),
            "{full}"
        );
        let full = with_defaults("postgres://db/w?connect_timeout=60&sslmode=require");
        assert!(full.starts_with("postgres://db/w?connect_timeout=60&sslmode=require&"), "{full}");
        assert_eq!(full.matches("connect_timeout").count(), 1, "{full}");
    }

    #[test]
    fn what_is_shown_of_a_url_holds_no_password() {
        for (url, shown) in [
            ("postgres://me:p@ss:word@db:5433/w?password=hush", "postgres://me@db:5433/w"),
            ("postgres://me@db/w", "postgres://me@db/w"),
            ("postgres:///w?host=/run/postgresql&password=hush", "postgres:///w"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
