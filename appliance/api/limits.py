"""Every bound of the gRPC edge that is its own, in one place. Units stand last in each name."""

DEADLINE_SHAVED_MS = 20  # so that the service, not the transport, says which deadline passed
ANSWER_MARGIN_MS = 10  # a search stops waiting so long before the shaved deadline

PURPOSE_CHARS_MAX = 64
LEGAL_BASIS_CHARS_MAX = 128
TIME_ZONE_CHARS_MAX = 64
LOCI_PER_PROFILE_MAX = 64
LOCUS_NAME_CHARS_MAX = 32
VALUES_PER_LOCUS_MAX = 3
DECLARATIONS_PER_CALL_MAX = 1_000
PAGE_DEFAULT = 100
PAGE_MAX = 1_000
RECORD_ENTRIES_PER_PAGE_DEFAULT = 100
RECORD_ENTRIES_PER_PAGE_MAX = 1_000

# HTTP/2 metadata is bounded to 8 KiB by default, and status details travel in it.
VIOLATIONS_SHOWN_MAX = 20
FIELD_CHARS_MAX = 80
DESCRIPTION_CHARS_MAX = 160
MESSAGE_CHARS_MAX = 400

LOAD_BATCHES_IN_FLIGHT_MAX = 2
WATCH_WAKE_S = 1.0
ROOM_THREADS_MAX = 32
SPARE_CALLS = 64  # beyond the limit of calls, to refuse by name and for health and status
WATCH_THREADS_MAX = 256

CONNECTION_AGE_MAX_MS = 10 * 60 * 1000
CONNECTION_AGE_GRACE_MS = 60 * 60 * 1000  # a bulk load may outlive its connection's age
KEEPALIVE_MS = 60_000
KEEPALIVE_TIMEOUT_MS = 20_000
PING_INTERVAL_MIN_MS = 20_000
