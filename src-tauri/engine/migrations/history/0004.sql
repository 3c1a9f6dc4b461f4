-- How much each topic has, so that opening a file and asking what uses its space cost as many steps as there are
-- topics, not messages. Changed in the transactions that add and delete messages.
CREATE TABLE topic_stats(
    topic_id INTEGER PRIMARY KEY,
    messages INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,   -- of payloads
    last_id  INTEGER NOT NULL    -- the newest message
);

-- Messages of an older file that are not in topic_stats yet: those with ids above `after`, `until` included. No row
-- once all are counted; before that nothing is deleted.
CREATE TABLE uncounted(
    first INTEGER NOT NULL,      -- the first of them at the start: how far it is
    after INTEGER NOT NULL,
    until INTEGER NOT NULL
);
INSERT INTO uncounted SELECT low - 1, low - 1, high FROM (
    SELECT (SELECT min(id) FROM messages) AS low, (SELECT max(id) FROM messages) AS high) WHERE low IS NOT NULL;
