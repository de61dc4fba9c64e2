-- How many requests each caller has made in a window of time, by all nodes together: each node adds what it has
-- counted about once a second, and reads what the others have.

create table request_counts (
    -- A caller, or an address whose authentication failed, as a digest.
    caller text collate "C" not null,
    -- The window's number: its beginning divided by its length.
    time_window bigint not null,
    requests bigint not null,
    primary key (caller, time_window)
);

create index request_counts_by_window on request_counts (time_window);
