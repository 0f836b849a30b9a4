-- Settings of the store itself. The store id is bound into every block and signed head, so that
-- files of two appliances can never be mixed up.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO setting (name, value) VALUES ('store_id', lower(hex(randomblob(16))));

-- One row per encrypted block of a segment file: the only index of a segment. Bytes of a segment
-- that no row names were never acknowledged.
CREATE TABLE block (
    segment  INTEGER NOT NULL CHECK (segment > 0),
    number   INTEGER NOT NULL CHECK (number >= 0),
    start    INTEGER NOT NULL CHECK (start > 0),
    bytes    INTEGER NOT NULL CHECK (bytes > 0),
    checksum BLOB NOT NULL CHECK (length(checksum) = 32),
    PRIMARY KEY (segment, number)
) STRICT, WITHOUT ROWID;

-- One row per item of reference data. AUTOINCREMENT keeps an ordinal from ever being given twice,
-- also after the row of a deleted item is gone.
CREATE TABLE item (
    ordinal          INTEGER PRIMARY KEY AUTOINCREMENT,
    collection       TEXT NOT NULL,
    reference_number TEXT NOT NULL CHECK (length(reference_number) BETWEEN 1 AND 64),
    segment          INTEGER NOT NULL,
    block            INTEGER NOT NULL,
    position         INTEGER NOT NULL CHECK (position >= 0),
    loaded_at        INTEGER NOT NULL,  -- microseconds since 1970, UTC
    flagged          INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    deleted_at       INTEGER,           -- microseconds since 1970, UTC
    FOREIGN KEY (segment, block) REFERENCES block (segment, number)
) STRICT;

CREATE UNIQUE INDEX item_live ON item (collection, reference_number) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX item_place ON item (segment, block, position);
CREATE INDEX item_deleted ON item (segment, deleted_at) WHERE deleted_at IS NOT NULL;
