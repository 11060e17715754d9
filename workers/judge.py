"""Turn a clip and a snapshot of the policies into a judgement: score, look closer, keep evidence.

Decides nothing: `policies.decide` reads the judgement. Order: 1) score the sampled frames under all
policies; 2) decode the borders of what was hit more densely and score those frames too, which
confirms or withdraws the hit; 3) ask why, where the guard has not said so, and about some frames
under paraphrases; 4) fetch the pictures that the segments will point to; 5) hold the sampled frames
against the lists of known content.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from policies.evidence import frames_to_keep
from policies.fold import Snapshot
from policies.judgement import Judgement, PolicyJudgement
from topics.policies import Need
from topics.uploads import Upload
from topics.verdicts import Coverage, Deepfake, Evidence

from .engine_process import EngineProcess
from .hashlists.held import HeldLists
from .hashlists.match import is_comparable, known_content
from .media.clip import Clip
from .paraphrases import with_paraphrases
from .rationales import with_rationales
from .score_table import encode as encode_scores
from .scoring import score
from .store import Store

PICTURES_MAX = 24  # evidence kept per upload
NO_CAD = Deepfake(result="not_applicable", reason="no_engine")


@dataclass(frozen=True)
class Stored:
    """A file that must be in the store before the verdict that names it."""

    kind: str
    content: bytes
    suffix: str


@dataclass(frozen=True)
class Judged:
    """A judgement and the files that it names."""

    judgement: Judgement
    files: tuple[Stored, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judge:
    """The engines of one worker, and what every judgement of it says about the worker.

    lists: the lists of known content that the worker holds
    demo_decides: whether an engine of grade demo may decide
    """

    guard: EngineProcess
    store: Store
    lists: HeldLists
    worker: str
    sampling: str
    demo_decides: bool

    async def __call__(
        self, upload: Upload, clip: Clip, snapshot: Snapshot, *, deadline: float
    ) -> Judged:
        """Judge one clip under one snapshot, which serves the whole upload.

        deadline: on the loop's clock
        raises: DeadlineExceeded, EngineCrash, EngineFault, and what the clip raises
        """
        started = time.monotonic()
        assigned, lists = snapshot.policies_for(upload.video_id), self.lists.snapshot()
        own = await score(self.guard, clip, assigned, deadline=deadline)
        spent = time.monotonic() - started
        told = await with_rationales(self.guard, clip, own, spent_seconds=spent, deadline=deadline)
        policies = await with_paraphrases(
            self.guard, clip, told, spent_seconds=spent, deadline=deadline
        )
        pictures = await self._pictures(clip, policies) if clip.has_picture else []
        evidence = [self._evidence(pts, picture) for pts, picture in pictures]
        known = await known_content(
            lists.lists, clip.sampled.seen, clip.frame_seconds, clip.content.duration_seconds
        )
        complete = lists.complete and (not lists.lists or is_comparable(clip.sampled.seen))
        about = {
            **self._about(clip, snapshot),
            "known_content": known,
            "hashlists": lists.versions,
            "lists_complete": complete,
        }
        table = Stored("scores", encode_scores(policies, about), ".parquet")
        judgement = Judgement(
            judged_at=datetime.now(UTC),
            content=clip.content,
            coverage=coverage(clip),
            has_picture=clip.has_picture,
            senses=_senses(clip),
            frame_seconds=clip.frame_seconds,
            policies=policies,
            deepfake=NO_CAD,
            policy_set=snapshot.policy_set,
            engines={self.guard.name: self.guard.build},
            worker=self.worker,
            sampling=self.sampling,
            decoder=clip.decoder,
            known_content=known,
            hashlists=lists.versions,
            lists_complete=complete,
            provenance=await clip.provenance(),
            evidence={item.pts_seconds: item for item in evidence},
            score_table_uri=self.store.address(table.kind, table.content, table.suffix)[1],
            demo_engines=() if self._decides() else (self.guard.name,),
            ordinal_engines=self._ordinal(),
            fetch_seconds=clip.fetch_seconds,
            decode_seconds=clip.decode_seconds,
            judge_seconds=time.monotonic() - started,
        )
        files = [Stored("evidence", picture, ".jpg") for _, picture in pictures]
        return Judged(judgement, (*files, table))

    def _about(self, clip: Clip, snapshot: Snapshot) -> dict[str, object]:
        """What `decide` reads besides the answers, for the score table."""
        return {
            "content": clip.content,
            "coverage": coverage(clip),
            "frame_seconds": clip.frame_seconds,
            "senses": sorted(_senses(clip)),
            "policy_set": snapshot.policy_set,
            "engines": {self.guard.name: self.guard.build},
            "ordinal_engines": self._ordinal(),
            "sampling": self.sampling,
        }

    def _ordinal(self) -> tuple[str, ...]:
        return () if self.guard.scores == "calibrated" else (self.guard.name,)

    def _decides(self) -> bool:
        return self.demo_decides or self.guard.grade == "production"

    def _evidence(self, pts_seconds: float, picture: bytes) -> Evidence:
        sha256, uri = self.store.address("evidence", picture, ".jpg")
        return Evidence(pts_seconds=pts_seconds, sha256=sha256, uri=uri)

    async def _pictures(
        self, clip: Clip, judged: Sequence[PolicyJudgement]
    ) -> list[tuple[float, bytes]]:
        """(pts_seconds, JPEG) of the frames that support a segment."""
        duration = clip.content.duration_seconds
        at = frames_to_keep(judged, clip.frame_seconds, duration, PICTURES_MAX)
        return list(zip(at, await clip.evidence(at), strict=True))


def coverage(clip: Clip) -> Coverage:
    """How much of the video a judgement of this clip rests on."""
    return Coverage(
        frames_expected=clip.frames_expected,
        frames_scored=len(clip.sampled.shown),
        frames_duplicate=len(clip.sampled.seen) - len(clip.sampled.shown),
        duplicate_distance=clip.limits.duplicate_distance,
        audio_seconds=clip.audio_seconds,
        truncated=clip.truncated,
        decode_errors=clip.decode_errors,
    )


def _senses(clip: Clip) -> frozenset[Need]:
    """What a guard that looks at single pictures can judge in this clip."""
    return frozenset({"picture"}) if clip.has_picture else frozenset()
