"""Write golden pictures beside a build, and what its checkpoint says to them."""

from collections.abc import Callable
from pathlib import Path

from engines.manifest import Mode
from engines.safeguard.forced import write_reference
from engines.safeguard.parts import TOKENIZER
from engines.safeguard.shape import Shape
from engines.safeguard.tokenizer import read_tokenizer

from .inputs import golden_frames, golden_lines, write_frames
from .reference import Asked, reference


def write_golden_inputs(
    folder: Path,
    checkpoint: Path,
    shape: Shape,
    modes: dict[str, Mode],
    advance: Callable[[str], object],
) -> None:
    """Pictures, token ids and reference logits of each mode.

    folder:     the build's, with its tokenizer; checkpoint: where the weights were read
    advance:    told each layer that is through
    raises:     EngineError
    """
    frames = golden_frames(shape.vision.side)
    names = write_frames(folder, frames)
    lines = golden_lines(modes, read_tokenizer(folder / TOKENIZER), names)
    asked = [
        Asked(
            names.index(line.frame),
            line.before,
            (*line.after, *line.prompt, *line.said),
            line.kept,
        )
        for line in lines
    ]
    write_reference(folder, lines, reference(checkpoint, shape, frames, asked, advance))
