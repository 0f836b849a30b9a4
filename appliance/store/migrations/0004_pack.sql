-- Profile packs that were ever activated (Art. 20(2)), as they were signed. None is ever deleted:
-- past searches are explained by the pack of their day (Art. 16(2)(c)).
CREATE TABLE pack (
    version   TEXT PRIMARY KEY NOT NULL,
    serial    INTEGER NOT NULL UNIQUE CHECK (serial > 0),
    digest    BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    content   BLOB NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT, WITHOUT ROWID;

-- Each word on which pack comes into force when; a former one may be activated anew.
CREATE TABLE pack_activation (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    version        TEXT NOT NULL REFERENCES pack (version),
    effective_from INTEGER NOT NULL,  -- microseconds since 1970, UTC
    activated_at   INTEGER NOT NULL,  -- microseconds since 1970, UTC
    activated_by   TEXT NOT NULL
) STRICT;

CREATE TRIGGER pack_is_not_changed BEFORE UPDATE ON pack
BEGIN SELECT RAISE(ABORT, 'a pack is never changed'); END;

CREATE TRIGGER pack_activation_is_not_changed BEFORE UPDATE ON pack_activation
BEGIN SELECT RAISE(ABORT, 'an activation is never changed'); END;
