-- What was answered to requests with an `Idempotency-Key`, so that the same request again gets the same answer.

create table idempotency_records (
    -- Of the caller and its key.
    digest text collate "C" primary key,
    -- Of the request, for the key is good for this one only.
    request text not null,
    -- The answer, sealed, for it may hold a secret that is shown once; null while the request is under way.
    response bytea,
    -- While it is under way: when somebody else may try, should its node have died. After it: when it is forgotten.
    expires_at timestamptz not null
);

create index idempotency_records_by_end on idempotency_records (expires_at);

-- For changing the master key.
create index idempotency_records_by_key
    on idempotency_records (upper(encode(substr(response, 4, 8), 'hex')), digest)
    where response is not null;
