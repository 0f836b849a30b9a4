"""Every bound of the client, in one place. Units stand last in each name."""

CALL_TIMEOUT_S = 30.0
MESSAGE_BYTES_MAX = 4 * 1024 * 1024  # as the server's
KEEPALIVE_MS = 60_000
KEEPALIVE_TIMEOUT_MS = 20_000

ATTEMPTS_MAX = 5
BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 5.0

LOAD_BATCH_ITEMS = 1_000  # as many as the server takes in a message
LOAD_BATCH_BYTES = 1024 * 1024  # batches stay far below a message's limit
LOAD_WINDOW_BATCHES = 2  # as many as the server works on

RECORD_PAGE_ENTRIES = 1_000  # as many as the server puts on a page
SUBJECT_PAGE_ENTRIES = 200  # of each supply the record is searched for why, which takes time
PAGE_ENTRIES = 1_000  # the same of outcomes and notes
