//! The tables as diesel sees them. The migrations are the source; a test compares.

diesel::table! {
    organizations (id) {
        id -> BigInt,
        name -> Text,
        created_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    environments (id) {
        id -> crate::sql_types::Id,
        organization_id -> BigInt,
        name -> Text,
        flag -> Text,
        created_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    users (id) {
        id -> crate::sql_types::Id,
        name -> Text,
        is_staff -> Bool,
        created_at -> crate::sql_types::Instant,
        kind -> Text,
        home_organization_id -> Nullable<BigInt>,
        issuer -> Nullable<Text>,
        subject -> Nullable<Text>,
        removed_at -> Nullable<crate::sql_types::Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    api_keys (id) {
        id -> crate::sql_types::Id,
        user_id -> crate::sql_types::Id,
        name -> Text,
        jwks -> Nullable<crate::sql_types::JsonDoc>,
        jwks_url -> Nullable<Text>,
        created_at -> crate::sql_types::Instant,
        updated_at -> crate::sql_types::Instant,
        last_used_at -> Nullable<crate::sql_types::Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    used_assertions (digest) {
        digest -> Text,
        ends_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    organization_roles (user_id, organization_id) {
        organization_id -> BigInt,
        user_id -> crate::sql_types::Id,
        role -> Text,
    }
}

diesel::table! {
    environment_roles (user_id, environment_id) {
        environment_id -> crate::sql_types::Id,
        user_id -> crate::sql_types::Id,
        role -> Text,
    }
}

diesel::table! {
    server_keys (id) {
        id -> crate::sql_types::Id,
        purpose -> Text,
        sealed -> Binary,
        created_at -> crate::sql_types::Instant,
        retired_at -> Nullable<crate::sql_types::Instant>,
    }
}

diesel::table! {
    destinations (id) {
        id -> crate::sql_types::Id,
        environment_id -> crate::sql_types::Id,
        external_id -> Nullable<Text>,
        name -> Text,
        name_key -> Text,
        status -> Text,
        #[sql_name = "type"]
        destination_type -> Nullable<Text>,
        endpoint -> Nullable<Text>,
        type_id -> Nullable<Text>,
        product_id -> Nullable<Text>,
        settings -> crate::sql_types::JsonDoc,
        verification_method -> Text,
        token_envelope -> Nullable<Binary>,
        token_fingerprint -> Nullable<Text>,
        token_version -> Nullable<BigInt>,
        token_updated_at -> Nullable<crate::sql_types::Instant>,
        verified_at -> Nullable<crate::sql_types::Instant>,
        verified_skipped -> Nullable<Bool>,
        verified_fingerprint -> Nullable<Text>,
        configuration_revision -> BigInt,
        last_attempt_id -> Nullable<crate::sql_types::Id>,
        last_attempt_outcome -> Nullable<Text>,
        last_attempt_at -> Nullable<crate::sql_types::Instant>,
        version -> BigInt,
        created_at -> crate::sql_types::Instant,
        updated_at -> crate::sql_types::Instant,
        credential_id -> Nullable<crate::sql_types::Id>,
        credential_strategy -> Nullable<Text>,
        signing_envelope -> Nullable<Binary>,
        signing_fingerprint -> Nullable<Text>,
        signing_version -> Nullable<BigInt>,
        signing_updated_at -> Nullable<crate::sql_types::Instant>,
    }
}

diesel::table! {
    credentials (id) {
        id -> crate::sql_types::Id,
        environment_id -> crate::sql_types::Id,
        external_id -> Nullable<Text>,
        name -> Text,
        name_key -> Text,
        strategy -> Text,
        fields -> crate::sql_types::JsonDoc,
        version -> BigInt,
        revision -> BigInt,
        created_at -> crate::sql_types::Instant,
        updated_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    credential_secrets (credential_id, name) {
        credential_id -> crate::sql_types::Id,
        name -> Text,
        envelope -> Binary,
        fingerprint -> Text,
        version -> BigInt,
        updated_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    verifications (id) {
        id -> crate::sql_types::Id,
        destination_id -> crate::sql_types::Id,
        outcome -> Text,
        mode -> Text,
        data_model -> Nullable<Text>,
        event_type -> Nullable<Text>,
        checks -> crate::sql_types::JsonDoc,
        request -> Nullable<crate::sql_types::JsonDoc>,
        response -> Nullable<crate::sql_types::JsonDoc>,
        started_at -> crate::sql_types::Instant,
        duration_ms -> BigInt,
    }
}

diesel::table! {
    verification_leases (destination_id) {
        destination_id -> crate::sql_types::Id,
        verification_id -> crate::sql_types::Id,
        expires_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    audit_events (id) {
        id -> crate::sql_types::Id,
        organization_id -> Nullable<BigInt>,
        environment_id -> Nullable<crate::sql_types::Id>,
        actor -> Nullable<crate::sql_types::Id>,
        action -> Text,
        resource_kind -> Text,
        resource_id -> Text,
        request_id -> Nullable<Text>,
        changes -> crate::sql_types::JsonDoc,
        at -> crate::sql_types::Instant,
        sequence -> Nullable<BigInt>,
        hash -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_records (digest) {
        digest -> Text,
        request -> Text,
        response -> Nullable<Binary>,
        expires_at -> crate::sql_types::Instant,
    }
}

diesel::table! {
    request_counts (caller, time_window) {
        caller -> Text,
        time_window -> BigInt,
        requests -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    environments,
    users,
    api_keys,
    organization_roles,
    environment_roles,
    destinations,
    credentials,
    verifications,
);

#[cfg(test)]
mod tests {
    use diesel::{prelude::*, sqlite::Sqlite};
    use testkit::database::{Database, is_postgres};

    use crate::engine::{connection::Location, migrate};

    /// The quoted names of ``SELECT `t`.`a`, `t`.`b` FROM `t` ``: the table's and the columns'.
    fn quoted(sql: &str) -> (String, Vec<String>) {
        let names: Vec<&str> = sql.split('`').skip(1).step_by(2).collect();
        let columns = names[..names.len() - 1].chunks(2).map(|pair| pair[1].to_owned()).collect();
        (names[0].to_owned(), columns)
    }

    #[test]
    fn every_table_here_is_as_the_migrations_make_it() {
        let database = Database::fresh();
        migrate::run(&Location::parse(&database.address()).unwrap()).unwrap();
        let mut raw = database.raw();
        macro_rules! compare {
            ($($table:ident)+) => {$(
                let query = super::$table::table.select(super::$table::all_columns);
                let sql = diesel::debug_query::<Sqlite, _>(&query);
                let (table, mut columns) = quoted(&sql.to_string());
                let mut found = raw.texts(&if is_postgres() {
                    format!("select column_name::text as value from information_schema.columns
                        where table_name = '{table}' and table_schema = current_schema")
                } else {
                    format!("select name as value from pragma_table_info('{table}')")
                });
                found.sort();
                columns.sort();
                assert_eq!(found, columns, "{table}");
            )+};
        }
        compare!(organizations environments users api_keys used_assertions organization_roles environment_roles server_keys destinations
            credentials credential_secrets verifications verification_leases audit_events
            idempotency_records request_counts);
    }
}
