-- How many messages there are between two times, without walking them: sums of some thousand messages that came one
-- after the other. A block has the messages from its first id to before the first id of the next block. Messages of
-- an older file that lie before the first block are counted one by one.
CREATE TABLE blocks(
    first    INTEGER PRIMARY KEY,  -- no message of the block is older
    messages INTEGER NOT NULL,
    bytes    INTEGER NOT NULL      -- of payloads
);
