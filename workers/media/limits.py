"""What one upload may cost: bytes and seconds of fetching, frames and memory of decoding.

Plain values; the worker's settings fill them. Nothing here reads the environment.
"""

from dataclasses import dataclass
from pathlib import Path

from .likeness import HASH_DISTANCE
from .networks import Network
from .objects import NO_OBJECTS, Objects

MIB = 1 << 20
CUTS_SHARE = 1 / 6  # of frames_max: 40 of 240


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """Bounds of one fetch, all tries and redirects together, and what it may reach."""

    max_bytes: int = 1024 * MIB
    seconds: float = 30.0  # from the first connection to the last byte
    connect_seconds: float = 5.0
    read_seconds: float = 10.0  # between two pieces of a body
    redirects: int = 3
    tries: int = 3
    internal: tuple[Network, ...] = ()  # networks that http may reach although not public
    objects: Objects = NO_OBJECTS  # what s3 and gs may reach
    own_folders: tuple[Path, ...] = ()  # below the root, and no uploads


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """How densely a video is sampled, and what the child that does it may use."""

    step_seconds: float = 1.0  # widened so that no video gives more than frames_max
    frames_max: int = 240
    seconds_max: float = 43_200.0  # a longer upload is too large
    keyframes: bool = False  # take the key frames nearest to the steps alone: faster, less even
    scene_cuts: bool = True  # look between the steps where the content jumps
    skip_duplicates: bool = True  # keep one of frames in a row that show the same
    evidence_side: int = 640  # px, the longer side of an evidence frame
    memory_bytes: int = 2048 * MIB  # RLIMIT_AS: 4K needs up to 2 GiB with 16 threads
    decoder: str = "cpu"  # of sampled frames; `gpu`: DALI's, `auto`: DALI's where it works
    anchors: str = ""  # authorities of C2PA that are trusted, PEM
    unsandboxed: bool = False  # whether the child may work where seccomp cannot be had

    @property
    def cuts_max(self) -> int:
        """Frames of frames_max that are left for scene cuts."""
        return int(self.frames_max * CUTS_SHARE) if self.scene_cuts else 0

    @property
    def duplicate_distance(self) -> int | None:
        """Bits in which the hashes of duplicates differ at most; None: all frames are kept."""
        return HASH_DISTANCE if self.skip_duplicates else None

    @property
    def sampling(self) -> str:
        """All of this that decides which frames are judged, for the record."""
        mode, step = "keyframes" if self.keyframes else "exact", f"{self.step_seconds:g}s"
        twins = "off" if self.duplicate_distance is None else self.duplicate_distance
        return f"{mode} {step}/{self.frames_max} cuts {self.cuts_max} duplicates {twins}"
