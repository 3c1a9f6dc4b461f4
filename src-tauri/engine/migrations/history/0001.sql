-- One connection's history. The id of a message is its receive time in microseconds, made unique,
-- so one index serves "the last n of a topic" and "a topic in a range of time".
CREATE TABLE topics(
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE messages(
    id         INTEGER PRIMARY KEY,
    topic_id   INTEGER NOT NULL,
    flags      INTEGER NOT NULL, -- qos | retain << 2 | dup << 3 | marks << 8
    payload    BLOB NOT NULL,
    properties BLOB              -- NULL where the message has none
);

-- The rowid is the suffix of every index: this is (topic_id, id).
CREATE INDEX messages_topic ON messages(topic_id);

-- What happened to the connection: the timeline.
CREATE TABLE events(
    id   INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,       -- microseconds since the epoch
    kind TEXT NOT NULL,
    data TEXT NOT NULL           -- JSON
);

-- What was published from here, and what the broker answered.
CREATE TABLE sent(
    id                INTEGER PRIMARY KEY,
    at                INTEGER NOT NULL,
    topic             TEXT NOT NULL,
    flags             INTEGER NOT NULL,
    payload           BLOB NOT NULL,
    properties        BLOB,
    reason_code       INTEGER,
    reason_string     TEXT,
    round_trip_micros INTEGER
);

-- Copies of retained messages that were cleared, so that clearing can be undone.
CREATE TABLE deletions(
    id    INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    label TEXT NOT NULL
);

CREATE TABLE deleted_retained(
    deletion   INTEGER NOT NULL REFERENCES deletions(id) ON DELETE CASCADE,
    topic      TEXT NOT NULL,
    payload    BLOB NOT NULL,
    qos        INTEGER NOT NULL,
    properties BLOB,
    PRIMARY KEY (deletion, topic)
) WITHOUT ROWID;
