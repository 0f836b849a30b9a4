-- Requests that failed or were cancelled, in one order with the answers: a watch tells each request
-- that is over, whatever its end. The numbers are those of request.settled_number, never given
-- twice, so a row outlives a request that was sent again after its failure.
CREATE TABLE settled_without_answer (
    settled_number INTEGER PRIMARY KEY CHECK (settled_number > 0),
    request        INTEGER NOT NULL,
    party          TEXT NOT NULL,
    settled_at     INTEGER NOT NULL  -- microseconds since 1970, UTC
) STRICT;
CREATE INDEX settled_without_answer_of ON settled_without_answer (party, settled_number);
