-- Mass comparison of unidentified profiles (Art. 4). A job is resumed from here after any end of
-- the process: what a block found, how far the job is and the entry of the record are one commit.

CREATE TABLE mass_job (
    job             INTEGER PRIMARY KEY AUTOINCREMENT,
    party           TEXT NOT NULL,
    job_number      TEXT NOT NULL CHECK (length(job_number) BETWEEN 1 AND 64),
    content_digest  BLOB NOT NULL CHECK (length(content_digest) = 32),
    purpose         TEXT NOT NULL,
    officer         TEXT NOT NULL,
    ordering_officer TEXT NOT NULL,
    legal_basis     TEXT NOT NULL,
    state           TEXT NOT NULL
                    CHECK (state IN ('open', 'running', 'finished', 'cancelled', 'failed')),
    opened_at       INTEGER NOT NULL,  -- microseconds since 1970, UTC
    touched_at      INTEGER NOT NULL,  -- the last batch, or the opening
    started_at      INTEGER,
    ended_at        INTEGER,
    batches         INTEGER NOT NULL DEFAULT 0,
    received        INTEGER NOT NULL DEFAULT 0,
    compared        INTEGER NOT NULL DEFAULT 0 CHECK (compared <= received),
    matches         INTEGER NOT NULL DEFAULT 0,
    acknowledged    INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged <= matches),
    failure_reason  TEXT NOT NULL DEFAULT '',
    failure_message TEXT NOT NULL DEFAULT '',
    UNIQUE (party, job_number)
) STRICT;

CREATE INDEX mass_job_state ON mass_job (state, job);

-- The supplied profiles, a batch sealed under a key in a slot of the vault of mass comparisons. The
-- row goes when the last of its profiles was compared, and the key with it (Art. 13(3)). `first` is
-- the position in the job of its first accepted profile, counted from 0.
CREATE TABLE mass_batch (
    job      INTEGER NOT NULL REFERENCES mass_job (job),
    batch    INTEGER NOT NULL CHECK (batch > 0),
    digest   BLOB NOT NULL CHECK (length(digest) = 32),
    first    INTEGER NOT NULL,
    profiles INTEGER NOT NULL,
    slot     INTEGER NOT NULL,
    sealed   BLOB NOT NULL,
    PRIMARY KEY (job, batch)
) STRICT;

-- Which reference numbers a job holds, as digests bound to the job: enough to refuse a second one.
CREATE TABLE mass_reference (
    job       INTEGER NOT NULL REFERENCES mass_job (job),
    reference BLOB NOT NULL CHECK (length(reference) = 16),
    PRIMARY KEY (job, reference)
) STRICT, WITHOUT ROWID;

-- What was found, sealed under the master key, until its Party has acknowledged it or its time is
-- over. Cursors count from 1 without gaps.
CREATE TABLE mass_match (
    job    INTEGER NOT NULL REFERENCES mass_job (job),
    cursor INTEGER NOT NULL CHECK (cursor > 0),
    sealed BLOB NOT NULL,
    PRIMARY KEY (job, cursor)
) STRICT;
