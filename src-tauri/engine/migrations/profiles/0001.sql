-- Saved connections; passwords are never here. What a connection is made of is one JSON document,
-- so that a field that a newer version added survives being saved by an older one.
CREATE TABLE connections(
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    position       INTEGER NOT NULL,
    settings       TEXT NOT NULL,    -- JSON
    created        INTEGER NOT NULL, -- microseconds since the epoch
    last_connected INTEGER,
    last_result    TEXT
);

CREATE TABLE settings(
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL              -- JSON
);
