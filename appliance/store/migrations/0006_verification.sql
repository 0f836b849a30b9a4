-- What experts say of matches, and notes (Art. 1(3)(i), (r), (s), 6(2), 19).

-- The probes of an answered request, in their order: a probe without a match here is a no-match,
-- and a no-match is always a no-hit (Art. 1(3)(r)).
CREATE TABLE answered_probe (
    request          INTEGER NOT NULL REFERENCES request (sequence),
    position         INTEGER NOT NULL CHECK (position >= 0),
    reference_number TEXT NOT NULL,
    PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;

-- Each match that was supplied, written in the transaction of its answer. It outlives the answer,
-- so that an expert may take longer than an answer is kept. ``item`` is the ordinal of own
-- unidentified data, on which a note may be put.
CREATE TABLE supplied (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    request          INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    collection       TEXT NOT NULL,
    reference_number TEXT NOT NULL,
    rank             INTEGER NOT NULL CHECK (rank > 0),
    item             INTEGER,
    verification     TEXT NOT NULL DEFAULT 'unverified'
        CHECK (verification IN ('unverified', 'unconfirmed', 'hit', 'no_hit', 'disputed')),
    UNIQUE (request, position, collection, reference_number),
    FOREIGN KEY (request, position) REFERENCES answered_probe (request, position)
) STRICT;

-- What experts said, one row for each statement; a correction is a further one with its reason.
-- ``experts`` is how many had to agree under the profile pack in force when it was made.
CREATE TABLE statement (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    supplied    INTEGER NOT NULL REFERENCES supplied (number),
    outcome     TEXT NOT NULL CHECK (outcome IN ('hit', 'no_hit')),
    officer     TEXT NOT NULL CHECK (length(officer) > 0),
    reason      TEXT NOT NULL,
    experts     INTEGER NOT NULL CHECK (experts IN (1, 2)),
    verified_at INTEGER NOT NULL,  -- microseconds since 1970, UTC
    recorded_at INTEGER NOT NULL   -- microseconds since 1970, UTC
) STRICT;

CREATE INDEX statement_of ON statement (supplied, number);

-- The machine says match; hit is said by an expert only. These hold whatever code runs.
CREATE TRIGGER supplied_begins_unverified BEFORE INSERT ON supplied
WHEN NEW.verification <> 'unverified'
BEGIN SELECT RAISE(ABORT, 'a match is supplied unverified'); END;

CREATE TRIGGER supplied_is_verified_by_experts BEFORE UPDATE OF verification ON supplied
WHEN NEW.verification IN ('hit', 'no_hit') AND NOT EXISTS (
    SELECT 1 FROM statement WHERE supplied = NEW.number AND outcome = NEW.verification)
BEGIN SELECT RAISE(ABORT, 'an outcome needs the statement of an expert'); END;

CREATE TRIGGER statement_is_not_changed BEFORE UPDATE ON statement
BEGIN SELECT RAISE(ABORT, 'the statement of an expert is never changed'); END;

-- What is left of supplied matches once they are as old as the record may grow: numbers by the day
-- of receipt, no reference number.
CREATE TABLE supplied_sum (
    day            TEXT NOT NULL,  -- of the declared zone, YYYY-MM-DD
    party          TEXT NOT NULL,
    search_type    TEXT NOT NULL,
    collection     TEXT NOT NULL,
    probes_matched INTEGER NOT NULL,
    matches        INTEGER NOT NULL,
    hits           INTEGER NOT NULL,
    no_hits        INTEGER NOT NULL,
    disputed       INTEGER NOT NULL,
    PRIMARY KEY (day, party, search_type, collection)
) STRICT, WITHOUT ROWID;

-- Refused searches by reason; refused requests have no row of their own.
CREATE TABLE refusal_count (
    day      TEXT NOT NULL,  -- of the declared zone, YYYY-MM-DD
    party    TEXT NOT NULL,  -- empty where the certificate named none
    category TEXT NOT NULL,  -- empty where the caller named none
    reason   TEXT NOT NULL,
    refusals INTEGER NOT NULL CHECK (refusals > 0),
    PRIMARY KEY (day, party, category, reason)
) STRICT, WITHOUT ROWID;

-- Notes on own unidentified data. A removed note keeps its row and the reason of its removal.
CREATE TABLE note (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    item             INTEGER NOT NULL,
    collection       TEXT NOT NULL,
    reference_number TEXT NOT NULL,
    party            TEXT NOT NULL,
    request_number   TEXT NOT NULL,
    occasion         TEXT NOT NULL CHECK (occasion IN ('match', 'hit')),
    noted_at         INTEGER NOT NULL,  -- microseconds since 1970, UTC
    removed_at       INTEGER,           -- microseconds since 1970, UTC
    removal_reason   TEXT,
    UNIQUE (item, party, request_number),
    CHECK ((removed_at IS NULL) = (removal_reason IS NULL))
) STRICT;

CREATE INDEX note_on ON note (collection, reference_number, number);

-- A note is a marking on the data and goes with it, whichever way the data is deleted.
CREATE TRIGGER note_goes_with_its_item AFTER UPDATE OF deleted_at ON item
WHEN NEW.deleted_at IS NOT NULL
BEGIN DELETE FROM note WHERE item = NEW.ordinal; END;
