"""The one list of metrics; names carry their unit, labels are closed sets or slugs of ours."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

VERDICTS = Counter("reelguard_verdicts", "Verdicts published", ["action"])
FAILURES = Counter(
    "reelguard_failures",
    "Uploads answered with an error or a dead letter",
    ["failure_class", "reason"],
)
STAGE_SECONDS = Histogram(
    "reelguard_stage_seconds", "Time an upload spent in a stage", ["stage"], buckets=SECONDS
)
FRAMES = Counter("reelguard_frames_scored", "Frames scored by the guard")
IN_FLIGHT = Gauge("reelguard_in_flight", "Uploads being judged now")
READY = Gauge("reelguard_ready", "1 while uploads may be judged")
ENGINE_RESTARTS = Counter("reelguard_engine_restarts", "Engine processes started again", ["engine"])
KNOWN_CONTENT = Counter("reelguard_known_content", "Verdicts with content of a list", ["hashlist"])
HASHLIST_ENTRIES = Gauge(
    "reelguard_hashlist_entries", "Entries of a list that is held", ["hashlist"]
)
HASHLISTS_COMPLETE = Gauge("reelguard_hashlists_complete", "1 while all lists can be read")
POLICY_VERSION = Gauge("reelguard_policy_version", "Version in force", ["policy_id"])
PARAPHRASE_ANSWERS = Counter("reelguard_paraphrase_answers", "Answers under paraphrases")
PARAPHRASES_SKIPPED = Counter(
    "reelguard_paraphrases_skipped", "Uploads whose paraphrases there was no time to ask about"
)
