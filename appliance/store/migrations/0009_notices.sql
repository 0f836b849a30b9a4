-- Notices to contact points (Art. 15(1), IA Art. 5): written in the commit of what they tell of,
-- kept until they are delivered or given up, and for a while after, so that delivery can be shown.
CREATE TABLE notice (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    party           TEXT NOT NULL,
    category        TEXT NOT NULL,
    address         TEXT NOT NULL,
    facts           TEXT NOT NULL,     -- JSON, [[name, value], ...]
    created_at      INTEGER NOT NULL,  -- microseconds since 1970, UTC, as all below
    next_attempt_at INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    delivered_at    INTEGER,
    given_up_at     INTEGER,
    last_error      TEXT NOT NULL DEFAULT '',
    CHECK (delivered_at IS NULL OR given_up_at IS NULL)
) STRICT;

CREATE INDEX notice_pending ON notice (next_attempt_at, number)
    WHERE delivered_at IS NULL AND given_up_at IS NULL;
CREATE INDEX notice_created ON notice (created_at);
