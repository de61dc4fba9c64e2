-- Each event of the trail is chained to the one before: a number without gaps, and a hash over the hash before it and
-- the event. Both come a moment after the event, so that writers need not wait for each other.

alter table audit_events add column sequence bigint;
alter table audit_events add column hash text;

create unique index audit_events_chain on audit_events (sequence) where sequence is not null;

-- Those that wait for their place in the chain.
create index audit_events_unchained on audit_events (id) where sequence is null;
