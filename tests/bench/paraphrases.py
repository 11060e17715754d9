"""What paraphrases add to the time that the guard takes: `python -m tests.bench.paraphrases`.

The shipped guard in its own process; 48 scenes under 4 policies, with and without three
paraphrases each, in turns.
"""

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np

from engines.safeguard.letterbox import letterbox
from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from engines.scenes.world import PLACES, SIDE
from policies.fold import Assigned
from tests.bench.figure import Figure, show
from tests.bench.say import say
from tests.policies.cases import judged, policy
from tests.workers.media.reels import reel
from workers.engine_process import EngineProcess
from workers.media.clip import Clip
from workers.paraphrases import SHARE, with_paraphrases
from workers.scoring import answers
from workers.settings import SHIPPED_GUARD

FRAMES, ROUNDS = 48, 3
TEXTS = ("No {}. Anything else is allowed.", "Reject {}.", "{} are banned.", "{} never.")
OBJECTS = ("guns", "knives", "flags", "bottles")
FAR = 3600.0  # seconds


def clip() -> Clip:
    """A scene a second."""
    scenes = [arrange(PLACES[n % 4], ("flag", "bottle"), n) for n in range(FRAMES)]
    frames = np.stack([letterbox(draw(scene), SIDE) for scene in scenes])
    sampled = reel(frames, [float(n) for n in range(FRAMES)])
    return cast(Clip, SimpleNamespace(sampled=sampled, content=SimpleNamespace(sha256="9f" * 32)))


async def measure() -> list[Figure]:
    """paraphrase_time_share: seconds for paraphrases over seconds for the policies' own texts."""
    guard, film = EngineProcess("safeguard", SHIPPED_GUARD, threads=1), clip()
    asked = [
        policy(
            name, text=TEXTS[0].format(name), paraphrases=tuple(t.format(name) for t in TEXTS[1:])
        )
        for name in OBJECTS
    ]
    assigned = [Assigned(policy=one, decides=True) for one in asked]
    await guard.start()
    deadline, shares, count = asyncio.get_running_loop().time() + FAR, [], 0
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        began = time.monotonic()
        texts = [item.policy.text for item in assigned]
        rows = await answers(guard, film.sampled, texts, deadline=deadline)
        own = time.monotonic() - began
        done = [replace(judged([], p), answers=row) for p, row in zip(asked, rows, strict=True)]
        began = time.monotonic()
        found = await with_paraphrases(guard, film, done, spent_seconds=own, deadline=deadline)
        shares.append((time.monotonic() - began) / own)
        count = sum(len(p.answers) for one in found for p in one.paraphrases)
    await guard.stop()
    note = f"{count} answers beside {FRAMES * len(asked)}, at most {SHARE:g} of them"
    share = round(sorted(shares)[ROUNDS // 2], 3)
    return [
        Figure(name="paraphrase_time_share", value=share, target=0.35, better="less", note=note)
    ]


if __name__ == "__main__":
    show(asyncio.run(measure()))
