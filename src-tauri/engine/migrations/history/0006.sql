-- How much of the pages of a block is free because messages were deleted between others: what bringing its messages
-- together would give back. An estimate; zero again once that is done.
ALTER TABLE blocks ADD COLUMN gone INTEGER NOT NULL DEFAULT 0; -- bytes
