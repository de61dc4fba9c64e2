-- The way back to an empty database, in the reverse order of the foreign keys.

drop table audit_events;
drop table verification_leases;
drop table verifications;
drop table destinations;
drop table server_keys;
drop table api_keys;
drop table environment_roles;
drop table organization_roles;
drop table users;
drop table environments;
drop table organizations;
