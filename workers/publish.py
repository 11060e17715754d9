"""Publish a decision: first the files it names, then its disagreements, then the verdict itself.

In that order, so that whoever reads a verdict finds everything it points to; a crash in between
leaves files without a verdict, never a verdict without files.
"""

import logging
from collections.abc import Iterable

from topics.dead_letters import DEAD_LETTERS, DeadLetter
from topics.disagreements import DISAGREEMENTS, Disagreement
from topics.errors import StoreFault
from topics.verdicts import VERDICTS, Verdict

from . import metrics
from .judge import Stored
from .patience import patiently
from .producer import Producer
from .store import Store
from .tally import Tally

log = logging.getLogger(__name__)

KEY_BYTES_MAX = 256  # of a dead letter; a video_id has no more characters


class Publisher:
    """Writes verdicts, disagreements and dead letters, evidence before them."""

    def __init__(self, producer: Producer, store: Store, tally: Tally) -> None:
        """Both are started and stopped by the worker."""
        self._producer, self._store, self._tally = producer, store, tally

    async def decision(
        self, verdict: Verdict, disagreements: Iterable[Disagreement], files: Iterable[Stored]
    ) -> None:
        """Publish a verdict with all that belongs to it; waits out a store or broker that is away.

        raises: RecordError when the verdict is too large for its topic
        """
        for file in files:
            await patiently(StoreFault, self._store.put, file.kind, file.content, file.suffix)
        for item in disagreements:
            await self._producer.send(DISAGREEMENTS, item.video_id, item, id=item.disagreement_id)
        await self._producer.send(VERDICTS, verdict.video_id, verdict, id=verdict.verdict_id)
        self._record(verdict)

    async def dead_letter(self, letter: DeadLetter) -> None:
        """Publish a record that failed."""
        key = (letter.key or b"")[:KEY_BYTES_MAX].decode("utf-8", "replace")
        await self._producer.send(DEAD_LETTERS, key, letter, id=letter.dead_letter_id)
        metrics.FAILURES.labels(letter.failure_class, letter.reason).inc()
        self._tally.failed += 1

    def _record(self, verdict: Verdict) -> None:
        """Count a published verdict, and the one log line per upload."""
        self._tally.judged += 1
        metrics.VERDICTS.labels(verdict.action).inc()
        lists = {known.list for known in verdict.known_content}
        for name in lists:
            metrics.KNOWN_CONTENT.labels(name).inc()
        spent = verdict.timing_seconds
        for stage in ("queued", "fetch", "decode", "judge", "total"):
            metrics.STAGE_SECONDS.labels(stage).observe(getattr(spent, stage))
        log.info(
            "%s %s video=%s violated=%s known=%s reasons=%s total=%.2fs judge=%.2fs",
            verdict.occasion,
            verdict.action,
            verdict.video_id,
            ",".join(p.policy_id for p in verdict.policies if p.result == "violates") or "-",
            ",".join(sorted(lists)) or "-",
            ",".join(verdict.reasons) or "-",
            spent.total,
            spent.judge,
        )
