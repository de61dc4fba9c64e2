-- The trail stays, without its chain.

drop index audit_events_unchained;
drop index audit_events_chain;
alter table audit_events drop column hash;
alter table audit_events drop column sequence;
