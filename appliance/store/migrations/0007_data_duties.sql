-- Duties of data quality (Art. 15). A restricted item is kept and never searched; an item is
-- deleted when its time is over.
ALTER TABLE item ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0 CHECK (restricted IN (0, 1));
ALTER TABLE item ADD COLUMN expires_at INTEGER;  -- microseconds since 1970, UTC; null: no end set

CREATE INDEX item_expiring ON item (expires_at)
    WHERE expires_at IS NOT NULL AND deleted_at IS NULL;

-- Certificates of erasure. "issued" when the item is deleted: from then on no search finds it.
-- "erased" when its last byte is gone from memory and segment, which is what is signed.
CREATE TABLE erasure (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    ordinal          INTEGER NOT NULL UNIQUE,
    collection       TEXT NOT NULL,
    reference_number TEXT NOT NULL,
    record_digest    BLOB NOT NULL CHECK (length(record_digest) = 32),
    cause            TEXT NOT NULL,
    ordered_by       TEXT NOT NULL,
    deleted_at       INTEGER NOT NULL,  -- microseconds since 1970, UTC
    erased_at        INTEGER,
    certificate      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX erasure_pending ON erasure (number) WHERE erased_at IS NULL;
CREATE INDEX erasure_of ON erasure (collection, reference_number);
