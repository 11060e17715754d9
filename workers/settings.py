"""Turn the environment into one frozen `Settings`, and a job's length into every Faust time-out.

Read once, in the `main()` of a process; below it functions receive plain values.
The time-outs follow from how Faust 0.15.3 treats jobs of 5 to 60 s (ARCHITECTURE.md).
"""

import math
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

from topics.errors import UsageError

ENV = "REELGUARD_"
SHIPPED_GUARD = str(Path(__file__).parent.parent / "engines" / "weights" / "safeguard-demo")
WEEK_SECONDS = 7 * 86_400
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")
CHOICES = {
    "decoder": ("auto", "gpu", "cpu"),
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR"),
    "sampling": ("exact", "keyframes"),
}
RANGES: dict[str, tuple[float, float]] = {  # both ends included
    "job_seconds": (1, 3600),
    "concurrency": (1, 256),
    "fetch_bytes_max": (1, math.inf),
    "frame_seconds": (0.04, 60),
    "duration_seconds_max": (1, 1_000_000),  # as long as a media process may say
    "frames_max": (1, 4096),  # as many as a media process may send
    "hashlists_seconds": (0.1, 3600),
    "engine_threads": (1, 256),
    "web_port": (0, 65_535),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can set; a field is read from `REELGUARD_` + its name in capitals."""

    kafka: Annotated[str, "bootstrap servers, comma-separated"] = "localhost:9092"
    topic_prefix: Annotated[str, "put before every topic's name"] = ""
    group: Annotated[str, "consumer group of the workers"] = "reelguard"
    worker_id: Annotated[str, "unique name of this worker; empty: host and process id"] = ""
    job_seconds: Annotated[float, "hard deadline per upload, seconds"] = 60.0
    concurrency: Annotated[int, "uploads in flight, which is also media processes"] = 2
    store: Annotated[str, "where evidence and score tables go: an fsspec URL"] = (
        "file:///var/lib/reelguard/store"
    )
    fetch_root: Annotated[str, "folder under which file: uploads may lie; empty: none may"] = ""
    fetch_bytes_max: Annotated[int, "largest upload, bytes"] = 4 << 30
    fetch_internal: Annotated[
        str, "networks that http: may reach although private, as 10.0.0.0/8,fd00::/8; empty: none"
    ] = ""
    fetch_prefixes: Annotated[
        str, "where s3: and gs: uploads may lie, as s3://uploads/incoming/; empty: nowhere"
    ] = ""
    fetch_s3_endpoint: Annotated[str, "S3 server of s3: uploads; empty: Amazon's of the region"] = (
        ""
    )
    fetch_s3_region: Annotated[str, "region of the buckets of s3: uploads"] = "us-east-1"
    fetch_s3_key_id: Annotated[str, "access key for s3: uploads; empty: requests unsigned"] = ""
    fetch_s3_secret: Annotated[str, "secret of that access key"] = field(default="", repr=False)
    fetch_gs_endpoint: Annotated[str, "server of gs: uploads; empty: Google's"] = ""
    fetch_gs_key_file: Annotated[
        str, "service account's JSON key for gs: uploads; empty: requests unsigned"
    ] = ""
    frame_seconds: Annotated[float, "distance of sampled frames, seconds"] = 1.0
    frames_max: Annotated[int, "frames per upload; beyond it the distance widens"] = 240
    duration_seconds_max: Annotated[float, "longest upload, seconds; longer ones are refused"] = (
        43_200.0
    )
    sampling: Annotated[str, "exact, or keyframes: faster, only at key frames"] = "exact"
    scene_cuts: Annotated[bool, "take frames between the distances where the content jumps"] = True
    skip_duplicates: Annotated[bool, "score frames in a row that show the same only once"] = True
    decoder: Annotated[
        str, "gpu: NVIDIA DALI, or no start; cpu: PyAV; auto: DALI where it works"
    ] = "auto"
    c2pa_anchors: Annotated[
        str, "PEM file of authorities whose C2PA signatures are trusted; empty: none is"
    ] = ""
    hashlists: Annotated[
        str,
        "where the lists of known content lie: a folder or an fsspec URL; empty: there are none",
    ] = ""
    hashlists_seconds: Annotated[float, "how often new versions of them are looked for"] = 30.0
    safeguard: Annotated[str, "folder with the guard's manifest.json, or `null`"] = SHIPPED_GUARD
    engine_threads: Annotated[int, "threads of the engine process"] = 1
    allow_demo_engines: Annotated[bool, "let engines of grade demo decide"] = False
    unsandboxed: Annotated[
        bool, "decode uploads even where the kernel gives no seccomp; never for strangers' files"
    ] = False
    web_port: Annotated[int, "port of /livez, /readyz and /metrics; 0: no web server"] = 6066
    log_level: Annotated[str, "DEBUG, INFO, WARNING or ERROR"] = "INFO"

    @property
    def identity(self) -> str:
        """The worker's name in heartbeats and dead letters."""
        return self.worker_id or f"{platform.node()}-{os.getpid()}"


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`, usually `os.environ`.

    raises: UsageError naming the variable, as `REELGUARD_FRAMES_MAX is 'x', not an int`
    """
    hints = get_type_hints(Settings, include_extras=True)
    known = {ENV + name.upper(): (name, get_args(hint)[0]) for name, hint in hints.items()}
    values = {
        known[variable][0]: _convert(variable, text, known[variable][1])
        for variable, text in environment.items()
        if variable in known
    }
    settings = Settings(**values)  # type: ignore[arg-type]  # each was converted to its own type
    _check(settings)
    return settings


def table() -> list[tuple[str, str, str, str]]:
    """Rows (variable, type, default, meaning) for the help text and the README."""
    hints = get_type_hints(Settings, include_extras=True)
    rows = []
    for item in fields(Settings):
        kind, about = get_args(hints[item.name])
        rows.append((ENV + item.name.upper(), kind.__name__, str(item.default), about))
    return rows


def shown(settings: Settings) -> list[tuple[str, str]]:
    """(variable, value) for people; a secret is only said to be there."""
    rows = []
    for item in fields(Settings):
        value = str(getattr(settings, item.name))
        rows.append((ENV + item.name.upper(), value if item.repr or not value else "***"))
    return rows


def _convert(variable: str, text: str, kind: type) -> str | int | float | bool:
    if kind is bool:
        if text.lower() not in TRUE + FALSE:
            raise UsageError(f"{variable} is {text!r}, not 0 or 1")
        return text.lower() in TRUE
    try:
        return kind(text)  # type: ignore[no-any-return]
    except ValueError as error:
        article = "an" if kind is int else "a"
        raise UsageError(f"{variable} is {text!r}, not {article} {kind.__name__}") from error


def _check(settings: Settings) -> None:
    for name, (lowest, highest) in RANGES.items():
        value = getattr(settings, name)
        if not lowest <= value <= highest:  # nan is in no range
            upper = f"at least {lowest}" if highest == math.inf else f"{lowest} to {highest}"
            raise UsageError(f"{ENV}{name.upper()} is {value}, expected {upper}")
    for name in ("kafka", "group", "store", "safeguard"):
        if not getattr(settings, name):
            raise UsageError(f"{ENV}{name.upper()} is empty; leave it out for its default")
    for name, choices in CHOICES.items():
        if (value := getattr(settings, name)) not in choices:
            known = ", ".join(choices)
            raise UsageError(f"{ENV}{name.upper()} is {value!r}, expected one of {known}")


@dataclass(frozen=True, kw_only=True)
class TimeOuts:
    """The limits that Faust and its supervisor must have for jobs of a given length; seconds."""

    session: float  # the broker forgets a silent member after this
    heartbeat: float
    request: float  # must exceed session, or Faust refuses to start
    rebalance: float  # a rebalance waits for the slowest job in flight
    processing: float  # Faust logs an error beyond it
    commit_livelock: float
    max_poll_interval: float  # off: an idle consumer would leave and never come back
    stop: float  # SIGTERM to giving up on what still runs
    grace: float  # SIGTERM to SIGKILL: one job, one rebalance and the last publish
    stuck: float  # lag without progress for this long is not alive


def time_outs(job_seconds: float) -> TimeOuts:
    """Every time-out from the one number an operator sets."""
    return TimeOuts(
        session=min(60.0, max(10.0, job_seconds)),
        heartbeat=3.0,
        request=min(60.0, max(10.0, job_seconds)) + 30.0,
        rebalance=3 * job_seconds,
        processing=5 * job_seconds,
        commit_livelock=10 * job_seconds,
        max_poll_interval=WEEK_SECONDS,
        stop=job_seconds + 30,
        grace=2 * job_seconds + 60,
        stuck=5 * job_seconds,
    )
