-- The exchange: requests, capacities, and the record of supplies. What must be true together (a
-- request is accepted, its capacity reserved, its receipt recorded) is one commit here.

-- One row per accepted request; the sequence is the order of receipt (IA Art. 11(2)). The probe
-- lies sealed under a key in a slot of the probe vault, the outcome sealed under the master key.
CREATE TABLE request (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    party           TEXT NOT NULL,
    request_number  TEXT NOT NULL CHECK (length(request_number) BETWEEN 1 AND 64),
    content_digest  BLOB NOT NULL CHECK (length(content_digest) = 32),
    search_type     TEXT NOT NULL,
    accelerated     INTEGER NOT NULL CHECK (accelerated IN (0, 1)),
    probes          INTEGER NOT NULL CHECK (probes > 0),
    candidate_limit INTEGER NOT NULL CHECK (candidate_limit > 0),
    capacity_day    TEXT NOT NULL,     -- of the declared zone, YYYY-MM-DD
    received_at     INTEGER NOT NULL,  -- microseconds since 1970, UTC
    state           TEXT NOT NULL CHECK (state IN ('queued', 'answered', 'failed')),
    settled_at      INTEGER,           -- microseconds since 1970, UTC
    answer_year     INTEGER,
    answer_serial   INTEGER,
    failure_reason  TEXT,
    failure_message TEXT,
    probe_slot      INTEGER,
    probe_sealed    BLOB,
    outcome_sealed  BLOB,
    UNIQUE (party, request_number),
    CHECK ((state = 'queued') = (probe_slot IS NOT NULL)),
    CHECK ((state = 'queued') = (probe_sealed IS NOT NULL)),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK ((state = 'answered') = (answer_serial IS NOT NULL)),
    CHECK ((state = 'failed') = (failure_reason IS NOT NULL))
) STRICT;

CREATE INDEX request_queued ON request (sequence) WHERE state = 'queued';
CREATE UNIQUE INDEX request_slot ON request (probe_slot) WHERE probe_slot IS NOT NULL;
CREATE UNIQUE INDEX request_answer ON request (answer_year, answer_serial)
    WHERE answer_serial IS NOT NULL;
CREATE INDEX request_kept ON request (settled_at) WHERE outcome_sealed IS NOT NULL;

-- Every declaration ever made; in force is the one with the latest effective date that has come
-- (Art. 23(3), IA Art. 10(1)).
CREATE TABLE declaration (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    party            TEXT NOT NULL,
    bucket           TEXT NOT NULL CHECK (bucket IN ('identified', 'not_yet_identified')),
    searches_per_day INTEGER NOT NULL CHECK (searches_per_day >= 0),
    effective_from   INTEGER NOT NULL,  -- microseconds since 1970, UTC
    declared_by      TEXT NOT NULL
) STRICT;

CREATE INDEX declaration_in_force ON declaration (party, bucket, effective_from, number);

CREATE TABLE capacity_use (
    party  TEXT NOT NULL,
    bucket TEXT NOT NULL,
    day    TEXT NOT NULL,  -- of the declared zone, YYYY-MM-DD
    used   INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (party, bucket, day)
) STRICT, WITHOUT ROWID;

-- The record of supplies (Art. 17(2)). The leaf is the entry itself, in the canonical form that
-- the digest is taken over: nothing can be read from an entry that is not under the digest.
CREATE TABLE record (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    leaf     TEXT NOT NULL,
    digest   BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

CREATE TABLE record_head (
    sequence INTEGER PRIMARY KEY REFERENCES record (sequence),
    line     TEXT NOT NULL
) STRICT;

-- Against slips of our own, not against an intruder: those the signed heads expose.
CREATE TRIGGER record_grows_at_its_end BEFORE INSERT ON record
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
BEGIN SELECT RAISE(ABORT, 'the record grows at its end only'); END;

CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'an entry of the record is never changed'); END;

CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'an entry of the record is never deleted'); END;

CREATE TRIGGER record_head_grows_at_its_end BEFORE INSERT ON record_head
WHEN NEW.sequence <= (SELECT coalesce(max(sequence), 0) FROM record_head)
BEGIN SELECT RAISE(ABORT, 'heads of the record follow each other'); END;

CREATE TRIGGER record_head_is_not_changed BEFORE UPDATE ON record_head
BEGIN SELECT RAISE(ABORT, 'a head of the record is never changed'); END;

CREATE TRIGGER record_head_is_not_deleted BEFORE DELETE ON record_head
BEGIN SELECT RAISE(ABORT, 'a head of the record is never deleted'); END;
