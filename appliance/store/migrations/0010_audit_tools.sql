-- What auditors and data protection authorities work with (Art. 13(1), 14, 16(2)(c), 17, 18). All
-- times are microseconds since 1970, UTC.

-- Every list of officers that was loaded, as it was written (Art. 17(2)(a)), from when it was first
-- seen. A search is explained by the list of its time.
CREATE TABLE officers_version (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    seen_at INTEGER NOT NULL,
    digest  BLOB NOT NULL CHECK (length(digest) = 32),
    content BLOB NOT NULL
) STRICT;

CREATE INDEX officers_version_seen ON officers_version (seen_at);

-- Every certificate that was let in. The name is the SHA-256 of issuer and serial number, by which
-- revocation lists speak of it.
CREATE TABLE certificate_seen (
    fingerprint TEXT PRIMARY KEY NOT NULL,
    name        BLOB NOT NULL CHECK (length(name) = 32),
    party       TEXT NOT NULL,
    role        TEXT NOT NULL,
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT;

-- What revocation lists said, and from when to when they were seen to say it.
CREATE TABLE revocation_seen (
    name    BLOB NOT NULL CHECK (length(name) = 32),
    seen_at INTEGER NOT NULL,
    gone_at INTEGER,
    PRIMARY KEY (name, seen_at)
) STRICT, WITHOUT ROWID;

-- For what a case was searched. The case reference stands here as a keyed hash only; no probe does.
CREATE TABLE case_purpose (
    party          TEXT NOT NULL,
    case_tag       BLOB NOT NULL CHECK (length(case_tag) = 32),
    purpose        TEXT NOT NULL,
    request_number TEXT NOT NULL,     -- the first one under this purpose
    first_at       INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    PRIMARY KEY (party, case_tag, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX case_purpose_last ON case_purpose (last_at);

-- Authorisations of the Party that supplied: use for another purpose (Art. 13(1)), onward supply
-- (Art. 14).
CREATE TABLE authorisation (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT NOT NULL,
    party          TEXT NOT NULL,
    request_number TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    reference      TEXT NOT NULL,
    given_by       TEXT NOT NULL,
    given_on       TEXT NOT NULL,     -- a day
    recorded_at    INTEGER NOT NULL,
    UNIQUE (kind, party, request_number, purpose, reference)
) STRICT;

-- Requests of authorities for recorded data, to be answered in four weeks (Art. 17(3)).
CREATE TABLE authority_request (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    authority    TEXT NOT NULL,
    reference    TEXT NOT NULL,
    requested_on TEXT NOT NULL,       -- a day
    due_at       INTEGER NOT NULL,
    terms        TEXT NOT NULL,       -- what was asked for, JSON
    opened_at    INTEGER NOT NULL,
    delivered_at INTEGER,
    UNIQUE (authority, reference)
) STRICT;

-- Random samples (Art. 17(5)). A result is kept 18 months (Art. 17(6)), a sample as long as that.
CREATE TABLE record_sample (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    seed      TEXT NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    entries   TEXT NOT NULL,          -- the drawn leaf numbers as they were drawn, by commas
    drawn_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX record_sample_drawn ON record_sample (drawn_at);

CREATE TABLE sample_result (
    sample     INTEGER NOT NULL REFERENCES record_sample (number),
    sequence   INTEGER NOT NULL,
    admissible INTEGER NOT NULL CHECK (admissible IN (0, 1)),
    remark     TEXT NOT NULL,
    found_at   INTEGER NOT NULL,
    PRIMARY KEY (sample, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX sample_result_found ON sample_result (found_at);
