"""A judgement holds every answer once, in order, and names no picture that is not in its files."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from tests.policies.cases import UPLOAD, policy
from tests.workers.hashlists.lists import put, some_hashes
from tests.workers.media.reels import reel
from tests.workers.parts import snapshot
from topics.verdicts import Content, KnownContent, Provenance
from workers.engine_process import EngineProcess
from workers.engine_wire import Answer, Ready
from workers.hashlists.held import HeldLists
from workers.hashlists.shelf import Shelf
from workers.judge import Judge, Judged
from workers.look_again import VIEWS
from workers.media.clip import Clip
from workers.media.limits import DecodeLimits
from workers.media.reel import Reel
from workers.score_table import decode
from workers.store import Store

SIDE = 2
HASHES = some_hashes(10)
PDQ = [row.tobytes().hex() for row in HASHES]
TICK = 20  # a frame's brightness is its time in twentieths of a second
GUNS, KNIVES = policy("guns", k=1, n=1), policy("knives", text="no knives .")
Frames = NDArray[np.uint8]
Times = NDArray[np.float64]


def reel_of(times: Times) -> Reel:
    frames = np.broadcast_to(
        np.round(times * TICK).astype(np.uint8)[:, None, None, None], (len(times), SIDE, SIDE, 3)
    )
    return reel(frames, times.tolist())


@dataclass
class Guard:
    """Sees a gun from 3.4 s to 5.1 s; counts the frames that it was asked about."""

    name: str = "safeguard"
    build: str = "safeguard@1+0123456789ab"
    grade: str = "production"
    scores: str = "calibrated"
    asked: list[int] = field(default_factory=list)
    ready: Ready = Ready("safeguard@1", "production", SIDE)  # noqa: RUF009

    async def score(
        self, frames: Frames, policies: Sequence[str], *, deadline: float
    ) -> list[tuple[Answer, ...]]:
        """Scores by brightness; only the policy about guns is ever violated."""
        self.asked.append(len(frames))
        return [tuple(self._answer(frame, text) for text in policies) for frame in frames]

    def _answer(self, frame: Frames, text: str) -> Answer:
        if 3.4 <= frame[0, 0, 0] / TICK <= 5.1 and text == GUNS.text:
            return Answer("unsafe", 0.96875, "a gun")
        return Answer("safe", 0.03125, "nothing")


@dataclass
class Film:
    """A clip of ten seconds, sampled every second; remembers what else was asked of it."""

    has_picture: bool = True
    hashed: bool = True
    windows: list[tuple[float, float]] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    frame_seconds: float = 1.0
    frames_expected: int = 10
    decoder: str = "pyav 18.1.0"
    limits: DecodeLimits = DecodeLimits()  # noqa: RUF009
    audio_seconds: float = 9.5
    truncated: bool = False
    decode_errors: int = 2
    fetch_seconds: float = 0.25
    decode_seconds: float = 0.5
    content: Content = Content(  # noqa: RUF009
        sha256="9f" * 32, duration_seconds=10.0, container="mp4", codecs=(), width=64, height=48
    )

    @property
    def sampled(self) -> Reel:
        plain = reel_of(np.arange(10.0 if self.has_picture else 0.0))
        if not self.hashed:
            return plain
        seen = [msgspec.structs.replace(s, pdq=PDQ[s.square], quality=90) for s in plain.seen]
        return replace(plain, seen=tuple(seen))

    @asynccontextmanager
    async def dense(
        self, windows: Sequence[tuple[float, float]], step_seconds: float
    ) -> AsyncIterator[Reel]:
        """Both ends of each window are included, as in media."""
        self.windows += windows
        times = [np.arange(a, b + step_seconds / 2, step_seconds) for a, b in windows]
        yield reel_of(np.concatenate(times))

    async def provenance(self) -> Provenance:
        """It came with a word of its maker."""
        return Provenance(state="valid", generator="Test Maker 1.5")

    async def evidence(self, pts_seconds: Sequence[float]) -> list[bytes]:
        self.shown += pts_seconds
        return [f"picture at {pts:g}".encode() for pts in pts_seconds]


STORE = Store("memory://reelguard-judge")


async def judge(
    film: Film, guard: Guard, *, demo_decides: bool = False, lists: HeldLists | None = None
) -> Judged:
    asked = Judge(
        guard=cast(EngineProcess, guard),
        store=STORE,
        lists=lists or HeldLists(""),
        worker="0.1.0",
        sampling="1s/240",
        demo_decides=demo_decides,
    )
    return await asked(UPLOAD, cast(Clip, film), snapshot(KNIVES, GUNS), deadline=0.0)


async def test_every_policy_has_its_answers_in_order_of_time_and_no_frame_twice() -> None:
    judged = await judge(Film(), Guard())

    found = [(p.policy.id, [a.pts_seconds for a in p.answers]) for p in judged.judgement.policies]
    times = [0, 1, 2, 3, 3.25, 3.5, 3.75, 4, 5, 5.25, 5.5, 5.75, 6, 7, 8, 9]
    assert found == [("guns", times), ("knives", times)]


async def test_only_new_frames_of_the_closer_look_are_scored() -> None:
    guard, film = Guard(), Film()

    await judge(film, guard)

    assert film.windows == [(3.0, 4.0), (5.0, 6.0)]
    assert guard.asked == [10, 2 * len(VIEWS), 6, 2 * len(VIEWS)]  # hits are looked at again


async def test_a_clip_without_a_hit_is_looked_at_once() -> None:
    guard, film = Guard(), Film()
    guard._answer = lambda frame, text: Answer("safe", 0.0, "")  # type: ignore[method-assign]

    judged = await judge(film, guard)

    assert (guard.asked, film.windows, film.shown) == ([10], [], [])
    assert judged.judgement.evidence == {}


async def test_every_picture_that_the_judgement_names_is_in_its_files() -> None:
    judged = await judge(Film(), Guard())

    kept = {STORE.address(f.kind, f.content, f.suffix)[1]: f.content for f in judged.files}
    named = {pts: item.uri for pts, item in judged.judgement.evidence.items()}
    assert named
    assert {pts: kept[uri] for pts, uri in named.items()} == {
        pts: f"picture at {pts:g}".encode() for pts in named
    }
    assert judged.judgement.score_table_uri in kept


async def test_the_score_table_holds_the_answers_that_were_judged() -> None:
    judged = await judge(Film(), Guard())

    rows, about = decode(judged.files[-1].content)
    answers = [a for p in judged.judgement.policies for a in p.answers]
    assert [row["score"] for row in rows] == [answer.score for answer in answers]
    assert about["policy_set"] == judged.judgement.policy_set
    assert about["engines"] == {"safeguard": "safeguard@1+0123456789ab"}


async def test_without_a_picture_no_evidence_is_asked_for() -> None:
    film = Film(has_picture=False)

    judgement = (await judge(film, Guard())).judgement

    assert (film.windows, film.shown) == ([], [])
    assert (judgement.has_picture, judgement.senses) == (False, frozenset())
    assert [p.answers for p in judgement.policies] == [(), ()]


async def test_what_is_known_of_the_clip_is_in_the_judgement() -> None:
    judgement = (await judge(Film(), Guard())).judgement

    assert judgement.coverage.frames_expected == judgement.coverage.frames_scored == 10
    assert (judgement.coverage.audio_seconds, judgement.coverage.decode_errors) == (9.5, 2)
    assert (judgement.fetch_seconds, judgement.decode_seconds) == (0.25, 0.5)
    assert (judgement.deepfake.reason, judgement.decoder) == ("no_engine", "pyav 18.1.0")
    assert judgement.provenance == Provenance(state="valid", generator="Test Maker 1.5")


async def test_an_engine_of_grade_demo_decides_only_where_it_may_and_ordinal_ones_are_named() -> (
    None
):
    demo = Guard(grade="demo", scores="ordinal")
    assert (await judge(Film(), demo)).judgement.demo_engines == ("safeguard",)
    assert (await judge(Film(), demo, demo_decides=True)).judgement.demo_engines == ()
    assert (await judge(Film(), demo)).judgement.ordinal_engines == ("safeguard",)
    plain = (await judge(Film(), Guard())).judgement
    assert plain.demo_engines == plain.ordinal_engines == ()


async def test_an_upload_that_no_policy_judges_has_a_judgement_without_answers() -> None:
    asked = Judge(
        guard=cast(EngineProcess, Guard()),
        store=STORE,
        lists=HeldLists(""),
        worker="0.1.0",
        sampling="1s/240",
        demo_decides=False,
    )

    judged = await asked(UPLOAD, cast(Clip, Film()), snapshot(), deadline=0.0)

    assert judged.judgement.policies == ()


async def test_known_content_is_found_and_told_with_the_version_of_its_list(tmp_path: Path) -> None:
    version = put(Shelf(tmp_path.as_uri()), "terror", HASHES[4:6], ["film", "film"])
    lists = HeldLists(tmp_path.as_uri())
    await lists.look()
    judged = await judge(Film(), Guard(), lists=lists)
    known = KnownContent(
        list="terror", item="film", distance=0.0, start_seconds=3.5, end_seconds=5.5
    )
    assert judged.judgement.known_content == (known,)
    assert judged.judgement.hashlists == {"terror": version}
    _, about = decode(judged.files[-1].content)
    assert about["hashlists"] == {"terror": version}


async def test_neither_a_missing_list_nor_a_missing_hash_is_passed_over(tmp_path: Path) -> None:
    gone, lists = (HeldLists((tmp_path / name).as_uri()) for name in ("gone", "lists"))
    put(Shelf(lists.url), "terror", HASHES)
    await gone.look()
    await lists.look()
    cases = [(HeldLists(""), False), (lists, True), (lists, False), (gone, True)]
    judged = [(await judge(Film(hashed=h), Guard(), lists=held)).judgement for held, h in cases]
    assert [one.lists_complete for one in judged] == [True, True, False, False]
