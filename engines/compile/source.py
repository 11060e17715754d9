"""Read what a compile starts from: a published checkpoint's folder, or an engine that we have.

An engine is compiled again for another runtime or precision and keeps its ways of asking. Reads
numbers and words alone, no weights.
"""

import logging
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tokenizers import Tokenizer

from engines.calibration import Calibration
from engines.errors import EngineError
from engines.manifest import FILE, Manifest, Mode
from engines.safeguard.checkpoint import DEEP, PLAIN, needed, read_shape, stored
from engines.safeguard.modes import ASKINGS, mode_of
from engines.safeguard.parts import TOKENIZER
from engines.safeguard.shape import Shape
from engines.safeguard.tokenizer import read_tokenizer

from .chat import check_template
from .hub import Found

log = logging.getLogger(__name__)

POLICY_TOKENS = 128  # at least, for a policy and the words around it
PLAINLY = "readme"  # the way of asking that has no system turn of its own
SIDE, S_MAX = 448, 1024  # px (256 image tokens in the published classes) and tokens, if unsaid


@dataclass(frozen=True)
class Source:
    """A checkpoint, described."""

    folder: Path
    name: str
    shape: Shape
    s_max: int
    modes: dict[str, Mode]  # candidates
    licence: str
    trained_on: str
    grade: Literal["demo", "production"]  # the best that a build of it can be
    calibration: Calibration = field(default_factory=Calibration)
    evaluation: dict[str, Any] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """Transformers' model_type."""
        return DEEP if self.shape.vision.table else PLAIN

    def __post_init__(self) -> None:
        """raises: EngineError where s_max leaves no room for a policy"""
        trace = max((mode.trace_max_tokens for mode in self.modes.values()), default=0)
        needs = self.shape.vision.tokens + trace + POLICY_TOKENS
        if self.s_max < needs:
            raise EngineError(
                f"s_max must be {needs} or more: {self.shape.vision.tokens} tokens of a picture, "
                f"{trace} of a trace, {POLICY_TOKENS} for a policy; got {self.s_max}"
            )

    @property
    def parameters(self) -> int:
        """Numbers in all tensors."""
        return sum(math.prod(size) for size in needed(self.shape).values())

    def stamp(self) -> list[list[object]]:
        """Names, sizes and times of the files, by which a change is noticed."""
        files = {place.path for place in stored(self.folder).values()}
        files |= set(self.folder.glob("*.json"))
        found = sorted((path.name, path.stat()) for path in files)
        return [[name, stat.st_size, stat.st_mtime_ns] for name, stat in found]


def read_source(found: Found, side: int | None, s_max: int | None) -> Source:
    """What lies in a folder; sizes that are not given are the engine's, or usual ones.

    raises: EngineError, saying what is missing or does not fit
    """
    if (found.folder / FILE).exists():
        return _engine(found, side, s_max)
    shape = read_shape(found.folder, side or SIDE)
    tokenizer = read_tokenizer(found.folder / TOKENIZER)
    if tokenizer.get_vocab_size() > shape.text.vocabulary:
        raise EngineError(
            f"{found.folder}: the tokenizer has {tokenizer.get_vocab_size()} tokens, the model "
            f"embeds {shape.text.vocabulary}"
        )
    unknown = f"see the model card of {found.name}"
    architecture = DEEP if shape.vision.table else PLAIN
    modes = published_modes(tokenizer, architecture)
    if PLAINLY in modes:
        check_template(found.folder, modes[PLAINLY])
    return Source(
        found.folder, found.name, shape, s_max or S_MAX, modes, unknown, unknown, "production"
    )


def published_modes(tokenizer: Tokenizer, architecture: str) -> dict[str, Mode]:
    """All known ways of asking that this tokenizer can answer. raises: EngineError if it is none"""
    modes = dict[str, Mode]()
    for name, asking in ASKINGS.items():
        try:
            modes[name] = mode_of(asking, tokenizer, architecture)
        except EngineError as error:
            log.warning("not asked as %s: %s", name, error)
    if not modes:
        raise EngineError(
            f"none of the ways of asking {sorted(ASKINGS)} has tokens for its answers"
        )
    return modes


def _engine(found: Found, side: int | None, s_max: int | None) -> Source:
    manifest = Manifest.load(found.folder)
    shape = Shape.from_dict(manifest.shape)
    if side not in (None, shape.vision.side):
        raise EngineError(
            f"{found.folder} is an engine for {shape.vision.side} px; for {side} px compile the "
            "checkpoint that it was made of"
        )
    return Source(
        found.folder,
        manifest.base_model,
        shape,
        s_max or manifest.s_max,
        manifest.modes,
        manifest.licence,
        manifest.trained_on,
        manifest.grade,
        manifest.calibration,
        {"measured_on": manifest.build} | manifest.evaluation,
    )
