"""Every bound of the service outside the kernels, in one place. Units stand last in each name."""

# A record of one or several views. The binary ones count 255 minutiae a view; a Type-9 record of
# ANSI/NIST-ITL counts up to 9,999 (a palm has about 1,000), each with ridge counts to 8 neighbours.
TEMPLATE_BYTES_MAX = 1_048_576
MINUTIAE_MAX = 9_999
QUALITY_MAX = 100
RIDGE_COUNTS_MAX = 8 * MINUTIAE_MAX + 1
VIEWS_PER_SUBJECT_MAX = 64  # ten fingers in several impressions, palms beside them
RESOLUTION_PPCM_MIN = 50
RESOLUTION_PPCM_MAX = 500
IMAGE_PIXELS_PER_SIDE_MAX = 16_383

REFERENCE_NUMBER_CHARS_MAX = 64
REQUEST_NUMBER_CHARS_MAX = 64
CASE_REFERENCE_CHARS_MAX = 64
OFFICER_CHARS_MAX = 64
PROBES_PER_REQUEST_MAX = 50
REASON_CHARS_MAX = 256
STATEMENTS_PER_MATCH_MAX = 20
PAGE_MAX = 1_000

DNA_ALLELE_CHARS_MAX = 8
DNA_MATCHES_PER_ANSWER_MAX = 500
CSV_LINE_CHARS_MAX = 65_536
PROFILES_PER_FILE_MAX = 10_000_000  # their reference numbers are remembered while it is read
FREQUENCY_FILE_BYTES_MAX = 16 * 1024 * 1024
FREQUENCY_FILE_PATH_CHARS_MAX = 256
POPULATION_NAME_CHARS_MAX = 128

LOAD_ITEMS_PER_MESSAGE_MAX = 1_000
MESSAGE_BYTES_MAX = 4 * 1024 * 1024
CONCURRENT_CALLS_MAX = 256
QUEUE_DEPTH_MAX = 10_000
HELD_PER_PARTY_MAX = 10_000
WATCHERS_PER_PARTY_MAX = 8

PACK_BYTES_MAX = 1024 * 1024
PACK_VERSION_CHARS_MAX = 64
PACK_ACTIVATIONS_SHOWN_MAX = 1_000

DEADLINE_DEFAULT_S = 30
DEADLINE_MIN_MS = 20
ANSWER_DEADLINE_H = 24  # Implementing Agreement, Art. 11(2)
DEADLINE_WARNING_RATIO = 0.8
OUTAGE_REASON_CHARS_MAX = 256
CAPACITY_PER_DAY_MAX = 1_000_000
GALLERY_ITEMS_MAX = 50_000_000

# Mass comparison (Art. 4).
MASS_JOBS_MAX = 32  # not ended, of all Parties
MASS_JOBS_PER_PARTY_MAX = 4  # not ended, of one Party
MASS_PROFILES_MAX = 1_000_000  # of one job
MASS_BATCHES_MAX = 10_000  # of one job
MASS_PROFILES_PER_BATCH_MAX = 1_000
MASS_PROFILES_PER_BLOCK_MAX = 1_000  # compared, kept and recorded together
MASS_PROFILES_PER_ENTRY_MAX = 50  # as many as a search may have: they fit into one of the record
MASS_MATCHES_PER_BLOCK_MAX = 500  # it ends with the profile that brings them
MASS_MATCHES_PER_PROFILE_MAX = 500
MASS_MATCHES_HELD_MAX = 100_000  # unacknowledged, of one job: it waits until its Party has them
MASS_IDLE_H = 24  # an open job to which nothing is sent is cancelled
MASS_JOB_DAYS_MAX = 30  # after its opening a job that has not ended is cancelled
