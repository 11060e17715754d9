"""Judge made videos the worker's own way: fetch, sandbox, sampling, guard, second look, `decide`.

Everything but Kafka. What was judged is kept in a folder, so that a run goes on where it stopped.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from policies import fold
from policies.decide import decide
from policies.fold import Snapshot
from policies.judgement import FrameAnswer, Judgement, Occasion
from topics import codec
from topics.identity import digest
from topics.policies import Policy, PolicyRecord
from topics.uploads import Upload
from topics.verdicts import PolicyResult
from workers.engine_process import EngineProcess
from workers.hashlists.held import HeldLists
from workers.judge import Judge
from workers.media.clip import Media
from workers.media.limits import DecodeLimits
from workers.store import Store
from workers.version import VERSION

from .clips import Made, Truth

IN_FLIGHT = 2  # as a worker: one is decoded while the other is judged
JOB_SECONDS = 600.0  # nobody waits for these verdicts, and the machine may be a busy one


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the worker's way said about one video.

    answers: by policy, every frame's, so that other thresholds can be tried without a guard
    """

    truth: Truth
    results: tuple[PolicyResult, ...]
    answers: dict[str, tuple[FrameAnswer, ...]]
    frame_seconds: float
    duration_seconds: float
    frames_scored: int
    judge_seconds: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """The rooms of a worker that a video passes through."""

    media: Media
    judge: Judge
    snapshot: Snapshot
    folder: Path

    async def outcome(self, made: Made) -> Outcome:
        """Judge one video, unless that was done before."""
        key = digest(self.judge.guard.build, self.snapshot.policy_set, made.truth.recipe)[:16]
        kept = self.folder / f"{made.truth.name}-{key}.json"
        if kept.exists():
            return msgspec.json.decode(kept.read_bytes(), type=Outcome)
        outcome = _outcome(made, await self._judged(made))
        kept.write_bytes(msgspec.json.encode(outcome))
        return outcome

    async def _judged(self, made: Made) -> tuple[Judgement, tuple[PolicyResult, ...]]:
        upload = Upload(
            video_id=made.truth.name,
            uri=made.path.resolve().as_uri(),
            uploaded_at=datetime.now(UTC),
            uploader_id="bench",
        )
        deadline = asyncio.get_running_loop().time() + JOB_SECONDS
        async with self.media.clip(
            upload.uri, sha256=None, side=self.judge.guard.side, deadline_seconds=JOB_SECONDS
        ) as clip:
            judged = await self.judge(upload, clip, self.snapshot, deadline=deadline)
        occasion = Occasion(name=f"bench:{made.truth.name}", sequence=0)
        verdict, _ = decide(upload, occasion, judged.judgement, {})
        return judged.judgement, verdict.policies


async def judge_all(
    made: Sequence[Made],
    guard: EngineProcess,
    policies: Sequence[Policy],
    folder: Path,
    on_done: Callable[[], object],
) -> list[Outcome]:
    """What a worker with this guard says about every video, in their order.

    guard: started; folder: where outcomes are kept
    raises: what a worker would answer with an error
    """
    folder.mkdir(parents=True, exist_ok=True)
    limits = DecodeLimits()
    store = Store((folder / "store").as_uri())
    judge = Judge(
        guard=guard,
        store=store,
        lists=HeldLists(""),
        worker=VERSION,
        sampling=limits.sampling,
        demo_decides=True,
    )
    turns = asyncio.Semaphore(IN_FLIGHT)
    async with AsyncExitStack() as stack:
        media = Media(root=made[0].path.parent.resolve(), decoding=limits)
        await media.start()
        stack.push_async_callback(media.stop)
        line = Line(media=media, judge=judge, snapshot=in_force(policies), folder=folder)

        async def one(clip: Made) -> Outcome:
            async with turns:
                outcome = await line.outcome(clip)
            on_done()
            return outcome

        return list(await asyncio.gather(*(one(clip) for clip in made)))


def in_force(policies: Sequence[Policy]) -> Snapshot:
    """What is in force after these were published."""
    state = fold.empty()
    for offset, policy in enumerate(policies):
        record = PolicyRecord(
            policy=policy,
            published_at=datetime.fromtimestamp(0, UTC),
            published_by="bench",
            why="measured",
        )
        state = fold.apply(state, offset, codec.encode(record), key=policy.id.encode())
    return state.snapshot


def _outcome(made: Made, judged: tuple[Judgement, tuple[PolicyResult, ...]]) -> Outcome:
    judgement, results = judged
    return Outcome(
        truth=made.truth,
        results=results,
        answers={
            one.policy.id: tuple(replace(answer, pdq=None) for answer in one.answers)
            for one in judgement.policies
        },
        frame_seconds=judgement.frame_seconds,
        duration_seconds=judgement.content.duration_seconds,
        frames_scored=judgement.coverage.frames_scored,
        judge_seconds=judgement.judge_seconds,
    )
