-- The record as a Merkle tree (Art. 17): what was recorded can be deleted after its time, while
-- the tree over it stays and can be verified. In place of the chain of migration 0002, which no
-- release has written.
DROP TABLE record_head;
DROP TABLE record;

-- The leaves of the tree, as hashes. They stay for ever: they say nothing without the salt that is
-- sealed with the content.
CREATE TABLE record (
    sequence  INTEGER PRIMARY KEY CHECK (sequence > 0),
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32)
) STRICT;

-- Hashes of complete subtrees, at every eighth level only: 256 children each.
CREATE TABLE record_node (
    level  INTEGER NOT NULL CHECK (level > 0 AND level % 8 = 0),
    number INTEGER NOT NULL CHECK (number >= 0),
    hash   BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

-- Runs of entries of one day (UTC), by their first. The key lies sealed under a key in a slot of
-- the day vault; a clock that was set back begins another run under the key of its day.
CREATE TABLE record_day (
    first_sequence INTEGER PRIMARY KEY CHECK (first_sequence > 0),
    day            TEXT NOT NULL CHECK (day IS date(day)),
    key_slot       INTEGER,
    key_sealed     BLOB,
    expired_at     INTEGER,  -- microseconds since 1970, UTC
    CHECK ((key_slot IS NULL) = (key_sealed IS NULL)),
    CHECK (key_slot IS NOT NULL OR expired_at IS NOT NULL),
    -- Art. 17(4): no pack can shorten the two years.
    CONSTRAINT record_is_kept_two_years
    CHECK (expired_at >= unixepoch(day, '+1 day', '+2 years') * 1000000)
) STRICT;

CREATE INDEX record_day_kept ON record_day (day) WHERE key_slot IS NOT NULL;

CREATE TABLE record_payload (
    sequence INTEGER PRIMARY KEY REFERENCES record (sequence),
    sealed   BLOB NOT NULL
) STRICT;

-- Which entries concern a reference number: a keyed hash of it, under the key of the entry's day.
CREATE TABLE record_subject (
    first_sequence INTEGER NOT NULL,
    tag            BLOB NOT NULL CHECK (length(tag) = 16),
    sequence       INTEGER NOT NULL,
    PRIMARY KEY (first_sequence, tag, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_head (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    size   INTEGER NOT NULL REFERENCES record (sequence),
    line   TEXT NOT NULL
) STRICT;

-- Against slips of our own, not against an intruder: those the signed heads expose.
CREATE TRIGGER record_grows_at_its_end BEFORE INSERT ON record
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
BEGIN SELECT RAISE(ABORT, 'the record grows at its end only'); END;

CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'a leaf of the record is never changed'); END;

CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'a leaf of the record is never deleted'); END;

CREATE TRIGGER record_node_is_not_replaced BEFORE INSERT ON record_node
WHEN EXISTS (SELECT 1 FROM record_node WHERE level = NEW.level AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a node of the record is never replaced'); END;

CREATE TRIGGER record_node_is_not_changed BEFORE UPDATE ON record_node
BEGIN SELECT RAISE(ABORT, 'a node of the record is never changed'); END;

CREATE TRIGGER record_node_is_not_deleted BEFORE DELETE ON record_node
BEGIN SELECT RAISE(ABORT, 'a node of the record is never deleted'); END;

CREATE TRIGGER record_payload_is_not_replaced BEFORE INSERT ON record_payload
WHEN EXISTS (SELECT 1 FROM record_payload WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'an entry of the record is never replaced'); END;

CREATE TRIGGER record_payload_is_not_changed BEFORE UPDATE ON record_payload
BEGIN SELECT RAISE(ABORT, 'an entry of the record is never changed'); END;

CREATE TRIGGER record_payload_is_kept_for_its_time BEFORE DELETE ON record_payload
WHEN (SELECT expired_at FROM record_day WHERE first_sequence <= OLD.sequence
      ORDER BY first_sequence DESC LIMIT 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'an entry of the record is kept for its time'); END;

CREATE TRIGGER record_subject_is_not_changed BEFORE UPDATE ON record_subject
BEGIN SELECT RAISE(ABORT, 'the index of the record is never changed'); END;

CREATE TRIGGER record_subject_is_kept_for_its_time BEFORE DELETE ON record_subject
WHEN (SELECT expired_at FROM record_day WHERE first_sequence = OLD.first_sequence) IS NULL
BEGIN SELECT RAISE(ABORT, 'the index of the record is kept for its time'); END;

CREATE TRIGGER record_day_is_not_replaced BEFORE INSERT ON record_day
WHEN NEW.first_sequence <= (SELECT coalesce(max(first_sequence), 0) FROM record_day)
BEGIN SELECT RAISE(ABORT, 'days of the record follow each other'); END;

CREATE TRIGGER record_day_only_expires BEFORE UPDATE ON record_day
WHEN NEW.first_sequence <> OLD.first_sequence OR NEW.day <> OLD.day
    OR (OLD.expired_at IS NOT NULL AND NEW.expired_at IS NOT OLD.expired_at)
    OR (NEW.key_slot IS NOT OLD.key_slot AND (NEW.key_slot IS NOT NULL OR OLD.expired_at IS NULL))
    OR (NEW.key_sealed IS NOT OLD.key_sealed AND NEW.key_sealed IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a day of the record expires and nothing else'); END;

CREATE TRIGGER record_day_is_not_deleted BEFORE DELETE ON record_day
BEGIN SELECT RAISE(ABORT, 'a day of the record is never deleted'); END;

CREATE TRIGGER record_head_grows_at_its_end BEFORE INSERT ON record_head
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM record_head)
BEGIN SELECT RAISE(ABORT, 'heads of the record follow each other'); END;

CREATE TRIGGER record_head_is_not_changed BEFORE UPDATE ON record_head
BEGIN SELECT RAISE(ABORT, 'a head of the record is never changed'); END;

CREATE TRIGGER record_head_is_not_deleted BEFORE DELETE ON record_head
BEGIN SELECT RAISE(ABORT, 'a head of the record is never deleted'); END;
