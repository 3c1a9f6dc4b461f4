-- The outbox: a message that is published is in this list from the start, so that what was not yet
-- acknowledged outlives the process.
ALTER TABLE sent ADD COLUMN standing INTEGER NOT NULL DEFAULT 0; -- 0 ended, 1 waiting, 2 under way, …
ALTER TABLE sent ADD COLUMN packet INTEGER;                      -- packet identifier while under way

CREATE INDEX sent_open ON sent(id) WHERE standing BETWEEN 1 AND 3;
