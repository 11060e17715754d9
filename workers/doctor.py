"""Check everything a worker needs, one thing at a time, with the cure beside each failure.

Each check does the real thing: it asks the broker, writes to the store, decodes a clip in the
sandbox, loads the engine. Changes nothing but one small file in the store, which it removes.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from engines.errors import EngineError
from topics.errors import ReelguardError

from .settings import Settings

ENGINE_TEXT = "no guns . anything else is allowed ."


@dataclass(frozen=True)
class Finding:
    """The outcome of one check. warn: it works, and something should still be done."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    cure: str = ""


Check = Callable[[Settings], Finding]


def broker(settings: Settings) -> Finding:
    """Kafka answers."""
    from topics.admin import connected

    with connected(settings.kafka) as admin:
        brokers = len(admin.describe_cluster()["brokers"])
    return Finding("broker", "ok", f"{settings.kafka}, {brokers} broker(s)")


def topics(settings: Settings) -> Finding:
    """Every topic is there as declared."""
    from topics.admin import check

    found = check(settings.kafka, prefix=settings.topic_prefix)
    if found:
        names = ", ".join(sorted({difference.topic for difference in found}))
        return Finding("topics", "fail", f"not as declared: {names}", "reelguard topic create")
    return Finding("topics", "ok", "all as declared")


def policies(settings: Settings) -> Finding:
    """At least one policy decides, or nothing is consumed; the guard can read them all."""
    from policies.publish import Place, read_log

    from .readable import reading, unread
    from .unread_texts import policies as in_force

    snapshot = read_log(Place(settings.kafka, settings.topic_prefix)).snapshot
    if snapshot.empty:
        cure = "reelguard policy publish FILE --why ...; samples lie in policies/samples"
        return Finding("policies", "fail", "none in force, so workers wait", cure)
    count = len(snapshot.versions)
    refusal, whose = reading(settings.safeguard)
    said = (f"{one.id}: {why}" for one in in_force(snapshot) for why in unread(one, refusal))
    if broken := list(said):
        cure = "publish them in words that the guard can read; uploads are not judged under them"
        return Finding("policies", "fail", f"{whose} cannot read {'; '.join(broken)}", cure)
    return Finding("policies", "ok", f"{count} in force, readable for {whose}")


def store(settings: Settings) -> Finding:
    """Evidence can be written."""
    from .store import Store

    Store(settings.store).probe()
    return Finding("store", "ok", settings.store)


def fetch(settings: Settings) -> Finding:
    """Where uploads may come from makes sense, and the credentials for it sign."""
    from .origins import fetch_limits

    limits = fetch_limits(settings)
    places = [f"file:{settings.fetch_root}"] if settings.fetch_root else []
    places += map(str, limits.objects.prefixes)
    places += (f"http: {network}" for network in limits.internal)
    return Finding("fetch", "ok", ", ".join([*places, "public http(s)"]))


def hashlists(settings: Settings) -> Finding:
    """The lists of known content can be read, all of them."""
    from .hashlists.held import HeldLists

    lists = HeldLists(settings.hashlists)
    asyncio.run(lists.look())
    if lists.problems():
        cure = "import them again (`reelguard hashlist import`), or empty REELGUARD_HASHLISTS"
        return Finding("hashlists", "fail", "; ".join(lists.problems()), cure)
    held = lists.snapshot().lists
    counts = (f"{name}: {len(one.items)} entries" for name, one in held.items())
    return Finding("hashlists", "ok", ", ".join(counts) or "none")


def sandbox(settings: Settings) -> Finding:
    """A clip is decoded in a child process that may do nothing else."""
    from .doctor_clip import decode_one
    from .media.confinement import CURE, LANDLOCK_CURE

    tried = asyncio.run(decode_one(settings))
    detail = f"{tried.frames} frames in {tried.seconds:.2f} s in a child process; "
    detail += str(tried.confinement)
    if not tried.confinement.filtered:
        return Finding("sandbox", "warn", f"{detail}; REELGUARD_UNSANDBOXED=1 lets it", CURE)
    if not tried.confinement.landlock:
        return Finding("sandbox", "warn", f"{detail}; seccomp alone refuses paths", LANDLOCK_CURE)
    return Finding("sandbox", "ok", detail)


def decoder(settings: Settings) -> Finding:
    """The decoder that was chosen works."""
    from .media.decoders import open_dali
    from .media.gpu_process import absent

    async def ready() -> str:
        dali = await open_dali(settings.decoder)
        if dali is None:
            why = "chosen" if settings.decoder == "cpu" else absent() or "DALI does not start"
            return f"PyAV ({why})"
        await dali.stop()
        return f"{dali.ready.decoder} on {dali.ready.device}, PyAV for what it does not take"

    return Finding("decoder", "ok", asyncio.run(ready()))


def engines(settings: Settings) -> Finding:
    """The guard loads and answers."""
    import numpy as np

    from .engine_process import EngineProcess

    async def ask() -> tuple[str, str, float]:
        guard = EngineProcess("safeguard", settings.safeguard, threads=settings.engine_threads)
        await guard.start()
        try:
            began = time.monotonic()
            frame = np.zeros((1, guard.side, guard.side, 3), np.uint8)
            deadline = asyncio.get_running_loop().time() + settings.job_seconds
            await guard.score(frame, [ENGINE_TEXT], deadline=deadline)
            return guard.build, guard.grade, time.monotonic() - began
        finally:
            await guard.stop()

    build, grade, seconds = asyncio.run(ask())
    detail = f"{build}, grade {grade}, {seconds:.2f} s a frame and policy"
    if grade == "demo" and not settings.allow_demo_engines:
        cure = "REELGUARD_ALLOW_DEMO_ENGINES=1, or REELGUARD_SAFEGUARD=a production build"
        return Finding("engines", "warn", f"{detail}: every verdict will be review", cure)
    return Finding("engines", "ok", detail)


def clock(_settings: Settings) -> Finding:
    """The clock is kept right by somebody."""
    from .clock import is_synchronised

    if is_synchronised():
        return Finding("clock", "ok", "kept by a time service")
    return Finding("clock", "warn", "no time service keeps it", "apt-get install chrony")


CHECKS: tuple[tuple[Check, str], ...] = (
    (broker, "start it (`reelguard kafka`), or name yours in REELGUARD_KAFKA"),
    (topics, "reelguard topic create"),
    (policies, "reelguard topic create, then reelguard policy publish FILE --why ..."),
    (store, "let REELGUARD_STORE name a folder or bucket that this user may write"),
    (fetch, "the message names the variable; `reelguard worker --settings` shows them all"),
    (hashlists, "let REELGUARD_HASHLISTS name a folder or bucket, or be empty"),
    (sandbox, "the message says what the kernel refused; a container may need a newer runtime"),
    (decoder, "install the extra `gpu` and NVIDIA's driver, or let REELGUARD_DECODER be auto"),
    (engines, "let REELGUARD_SAFEGUARD name a folder with manifest.json and its files"),
    (clock, "the kernel does not say; ask the host's administrator"),
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, as soon as it is known."""
    for check, cure in CHECKS:
        try:
            yield check(settings)
        except (ReelguardError, EngineError, OSError) as error:
            yield Finding(check.__name__, "fail", str(error), cure)
