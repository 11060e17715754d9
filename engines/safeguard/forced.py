"""Run fixed token sequences through a build and say how far its logits are from the reference's.

reference.json and reference.safetensors lie beside the manifest: golden pictures, the token ids of
a prompt and of words put into the guard's mouth, and the float32 logits that the checkpoint has
where the prompt ends and where the answer comes (engines/compile/reference.py). All rows go
together, ragged: picture, prompt, then token by token, so prefill, caches and step are seen.
Whoever fails here computes something else than the checkpoint. Needs no torch.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from engines.errors import EngineError
from engines.manifest import Mode
from engines.record import from_document

from .forward import Logits
from .parts import Whole
from .prompt import Prompt
from .shape import Shape

FILE, LOGITS = "reference.json", "reference.safetensors"


@dataclass(frozen=True)
class Line:
    """A picture, a policy, and token ids in one mode."""

    frame: str  # name of a PNG file
    policy: str
    mode: str
    before: tuple[int, ...]  # the picture
    after: tuple[int, ...]  # the picture, in the shared prefix
    prompt: tuple[int, ...]  # up to where the guard speaks
    said: tuple[int, ...]  # put into its mouth

    @property
    def kept(self) -> tuple[int, ...]:
        """Places behind the picture whose logits the reference has."""
        end = len(self.after) + len(self.prompt) - 1
        return (end, end + len(self.said)) if self.said else (end,)


def write_reference(folder: Path, lines: Sequence[Line], logits: Sequence[Logits]) -> None:
    """Write both files."""
    text = json.dumps([asdict(line) for line in lines], ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    save_file({str(number): one for number, one in enumerate(logits)}, folder / LOGITS)
    (folder / LOGITS).chmod(0o644)


def read_reference(folder: Path) -> tuple[list[Line], list[Logits]]:
    """Both files. raises: EngineError"""
    try:
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if not isinstance(document, list) or not document:
            raise ValueError("no line in it")
        lines = [from_document(Line, entry, str(folder / FILE)) for entry in document]
        stored = load_file(folder / LOGITS)
        return lines, [stored[str(number)] for number in range(len(lines))]
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise EngineError(f"{folder} holds no reference: {error!r}") from error


def forced(
    parts: Whole, shape: Shape, mode: Mode, frames: NDArray[np.uint8], lines: Sequence[Line]
) -> list[Logits]:
    """Logits (kept places, vocabulary) of lines of one mode, as this build has them.

    frames: (lines, side, side, 3)
    """
    steps = max(len(line.said) for line in lines)
    forward = parts.forward(shape, Prompt(mode, parts.tokenizer), steps)
    prefixes = forward.prefill(parts.see(frames, shape))
    rows = forward.start(prefixes, [*range(len(lines))], [[*line.prompt] for line in lines])
    kept = [[one.copy()] for one in rows.logits]
    for step in range(steps):
        tokens = [line.said[step] if step < len(line.said) else 0 for line in lines]
        forward.step(rows, np.array(tokens, np.int64))
        for line, mine, one in zip(lines, kept, rows.logits, strict=True):
            if step == len(line.said) - 1:
                mine.append(one.copy())
    return [np.stack(mine) for mine in kept]
