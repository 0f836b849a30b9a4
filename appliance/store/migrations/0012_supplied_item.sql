-- Corrected data keeps its notes and what was supplied of it: both are found by the item.
CREATE INDEX supplied_item ON supplied (item) WHERE item IS NOT NULL;
