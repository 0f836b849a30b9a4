-- When a declaration was made, so that a past search can be judged by those of its time (Art.
-- 16(2)(c)); 0 for those made before this was kept, which are taken for made from the first.
ALTER TABLE declaration ADD COLUMN declared_at INTEGER NOT NULL DEFAULT 0;  -- microseconds, UTC
