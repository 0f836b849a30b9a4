-- Capacities by search type and in total, in both directions, and held requests (IA Art. 10(1));
-- outages (IA Art. 11(2)).

-- A declaration bounds a scope: a search type ("LT/TP"), a bucket ("identified") or a whole day
-- ("total"). Incoming is what another Party may ask of this one, outgoing the reverse; its day is
-- one of the other Party's zone.
CREATE TABLE declaration_of_scope (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    direction        TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    party            TEXT NOT NULL,
    scope            TEXT NOT NULL,
    searches_per_day INTEGER NOT NULL CHECK (searches_per_day >= 0),
    effective_from   INTEGER NOT NULL,  -- microseconds since 1970, UTC
    declared_by      TEXT NOT NULL,
    time_zone        TEXT NOT NULL      -- IANA name, empty for the appliance's own zone
) STRICT;

INSERT INTO declaration_of_scope
SELECT number, 'incoming', party, bucket, searches_per_day, effective_from, declared_by, ''
FROM declaration;
DROP TABLE declaration;
ALTER TABLE declaration_of_scope RENAME TO declaration;
CREATE INDEX declaration_in_force
    ON declaration (direction, party, scope, effective_from, number);

CREATE TABLE capacity_use_of_scope (
    direction   TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    party       TEXT NOT NULL,
    scope       TEXT NOT NULL,
    day         TEXT NOT NULL,  -- of the declared zone, YYYY-MM-DD
    used        INTEGER NOT NULL CHECK (used >= 0),
    accelerated INTEGER NOT NULL CHECK (accelerated BETWEEN 0 AND used),
    PRIMARY KEY (direction, party, scope, day)
) STRICT, WITHOUT ROWID;

INSERT INTO capacity_use_of_scope
SELECT 'incoming', party, bucket, day, used, 0 FROM capacity_use;
INSERT INTO capacity_use_of_scope
SELECT 'incoming', party, 'total', day, sum(used), 0 FROM capacity_use GROUP BY party, day;
INSERT INTO capacity_use_of_scope
SELECT 'incoming', party, search_type, capacity_day, sum(probes), sum(probes * accelerated)
FROM request WHERE state <> 'failed' GROUP BY party, search_type, capacity_day;
DROP TABLE capacity_use;
ALTER TABLE capacity_use_of_scope RENAME TO capacity_use;

-- What this Party asked of others: a request number is counted once.
CREATE TABLE outgoing_request (
    party          TEXT NOT NULL,
    request_number TEXT NOT NULL CHECK (length(request_number) BETWEEN 1 AND 64),
    search_type    TEXT NOT NULL,
    searches       INTEGER NOT NULL CHECK (searches > 0),
    day            TEXT NOT NULL,  -- of the other Party's zone, YYYY-MM-DD
    PRIMARY KEY (party, request_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_request_day ON outgoing_request (day);

-- The life of a request. Held: its capacity is used up today, so it uses none and waits for the
-- declared midnight. Due since: from when the 24 hours run, which is the release of a held request
-- and the receipt of any other. Settled number: the order in which answers became durable.
CREATE TABLE request_of_life (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    party           TEXT NOT NULL,
    request_number  TEXT NOT NULL CHECK (length(request_number) BETWEEN 1 AND 64),
    content_digest  BLOB NOT NULL CHECK (length(content_digest) = 32),
    search_type     TEXT NOT NULL,
    accelerated     INTEGER NOT NULL CHECK (accelerated IN (0, 1)),
    probes          INTEGER NOT NULL CHECK (probes > 0),
    candidate_limit INTEGER NOT NULL CHECK (candidate_limit > 0),
    capacity_day    TEXT,              -- of the declared zone, YYYY-MM-DD
    received_at     INTEGER NOT NULL,  -- microseconds since 1970, UTC
    due_since       INTEGER,           -- microseconds since 1970, UTC
    warned          INTEGER NOT NULL DEFAULT 0 CHECK (warned IN (0, 1)),
    state           TEXT NOT NULL CHECK (
        state IN ('held', 'queued', 'answered', 'failed', 'cancelled')
    ),
    settled_at      INTEGER,           -- microseconds since 1970, UTC
    settled_number  INTEGER,
    answer_year     INTEGER,
    answer_serial   INTEGER,
    failure_reason  TEXT,
    failure_message TEXT,
    probe_slot      INTEGER,
    probe_sealed    BLOB,
    outcome_sealed  BLOB,
    UNIQUE (party, request_number),
    CHECK ((state IN ('held', 'queued')) = (probe_slot IS NOT NULL)),
    CHECK ((state IN ('held', 'queued')) = (probe_sealed IS NOT NULL)),
    CHECK ((state IN ('held', 'queued')) = (settled_at IS NULL)),
    CHECK ((state = 'held') <= (capacity_day IS NULL)),
    CHECK (state NOT IN ('queued', 'answered') OR capacity_day IS NOT NULL),
    CHECK ((capacity_day IS NULL) = (due_since IS NULL)),
    CHECK ((state = 'answered') = (answer_serial IS NOT NULL)),
    CHECK ((state = 'answered') = (settled_number IS NOT NULL)),
    CHECK ((state = 'failed') = (failure_reason IS NOT NULL))
) STRICT;

INSERT INTO request_of_life
SELECT sequence, party, request_number, content_digest, search_type, accelerated, probes,
    candidate_limit, capacity_day, received_at, received_at, 0, state, settled_at,
    CASE state WHEN 'answered'
        THEN row_number() OVER (PARTITION BY state ORDER BY answer_year, answer_serial) END,
    answer_year, answer_serial, failure_reason, failure_message, probe_slot, probe_sealed,
    outcome_sealed
FROM request;
DROP TABLE request;
ALTER TABLE request_of_life RENAME TO request;

CREATE INDEX request_queued ON request (sequence) WHERE state = 'queued';
CREATE INDEX request_held ON request (party, accelerated, sequence, search_type)
    WHERE state = 'held';
CREATE INDEX request_late ON request (due_since) WHERE state = 'queued' AND warned = 0;
CREATE UNIQUE INDEX request_slot ON request (probe_slot) WHERE probe_slot IS NOT NULL;
CREATE UNIQUE INDEX request_answer ON request (answer_year, answer_serial)
    WHERE answer_serial IS NOT NULL;
CREATE INDEX request_kept ON request (settled_at) WHERE outcome_sealed IS NOT NULL;
CREATE UNIQUE INDEX request_settled ON request (settled_number) WHERE settled_number IS NOT NULL;
CREATE INDEX request_watched ON request (party, settled_number) WHERE outcome_sealed IS NOT NULL;
CREATE INDEX request_of_party ON request (party, sequence);

-- Times without searches for reasons of vis major, one at a time.
CREATE TABLE outage (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    reason   TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 256),
    began_at INTEGER NOT NULL,  -- microseconds since 1970, UTC
    ended_at INTEGER,           -- microseconds since 1970, UTC
    CHECK (ended_at IS NULL OR ended_at >= began_at)
) STRICT;
CREATE UNIQUE INDEX outage_now ON outage ((ended_at IS NULL)) WHERE ended_at IS NULL;
