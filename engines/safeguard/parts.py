"""Name what a guard is made of, whatever runs it, and load it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.errors import EngineError, ManifestError
from engines.manifest import FILE, Manifest, RuntimeName
from engines.runtimes import Array, Port, Runtime
from engines.runtimes.onnx import OnnxRuntime

from . import reading
from .golden import FILE as GOLDEN
from .golden import read_golden
from .pixels import patchify
from .policy_first_prompt import PolicyFirstPrompt
from .ports import decoder_ports, vision_ports
from .prompt import Prompt
from .shape import Shape
from .tokenizer import read_tokenizer
from .weights import DTYPES, places, read_tensor

EMBEDDINGS = "model.language_model.embed_tokens.weight"
VISION, DECODER, WEIGHTS = "vision.onnx", "decoder.onnx", "model.safetensors"
TOKENIZER = reading.TOKENIZER
ARCHITECTURES = ("qwen2_5_vl", "qwen3_vl")  # that shape.py can describe


Words = Prompt | PolicyFirstPrompt


class Reading(Protocol):
    """A decoder with one way of asking; what stands between its calls is its own."""

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""

    def prefill(self, seen: Any) -> Any:
        """The image prefix, one row a frame; seen: from `see`."""

    def start(self, prefixes: Any, frame_of: list[int], prompts: list[list[int]]) -> Any:
        """Read the rows' own tokens on their frames' prefixes; returned.logits are theirs."""

    def step(self, rows: Any, tokens: NDArray[np.int64]) -> None:
        """Feed one token a row."""


class Whole(Protocol):
    """What a guard needs of its parts, wherever they are executed."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The words."""

    def see(self, frames: NDArray[np.uint8], shape: Shape) -> Any:
        """What the vision tower says about (T, side, side, 3) frames."""

    def forward(self, shape: Shape, prompt: Words, trace: int) -> Reading:
        """One way of asking; `trace` tokens may follow a prompt."""

    def check(self, folder: Path, shape: Shape, s_max: int) -> None:
        """Hold the files to the shape. raises: EngineError, naming the file"""


@dataclass(frozen=True)
class Parts:
    """Two graphs, the table of embeddings in the decoder's precision, and the words."""

    vision: Runtime
    decoder: Runtime
    embeddings: NDArray[Any]  # (V, D)
    tokenizer: Tokenizer

    def see(self, frames: NDArray[np.uint8], shape: Shape) -> Mapping[str, Array]:
        """What the vision graph says about (T, side, side, 3) frames."""
        return self.vision.run({"pixels": patchify(frames, shape.vision)})

    def forward(self, shape: Shape, prompt: Words, trace: int) -> Reading:
        """One way of asking, in the order of its prompt."""
        from .forward import Forward  # which are made of Parts
        from .policy_first import PolicyFirst

        if isinstance(prompt, PolicyFirstPrompt):
            return PolicyFirst(self, shape, prompt)
        return Forward(self, shape, prompt)

    def check(self, folder: Path, shape: Shape, s_max: int) -> None:
        """Hold the files to the shape. raises: EngineError, naming the file"""
        dtype = str(self.embeddings.dtype)
        graphs = (
            (VISION, self.vision, vision_ports(shape, dtype)),
            (DECODER, self.decoder, decoder_ports(shape, s_max, dtype)),
        )
        for name, runtime, (inputs, outputs) in graphs:
            for expected, found in ((inputs, runtime.inputs), (outputs, runtime.outputs)):
                one, other = set(map(_sizes, expected)), set(map(_sizes, found))
                if one != other:
                    raise EngineError(
                        f"{folder / name} is not of the manifest's shape: expected "
                        f"{sorted(one - other)[:2]}, found {sorted(other - one)[:2]}"
                    )
        table = (shape.text.vocabulary, shape.text.width)
        if self.embeddings.shape != table:
            raise EngineError(
                f"{folder / WEIGHTS}: {EMBEDDINGS} is {self.embeddings.shape}, expected {table}"
            )


def load_parts(folder: Path, runtime: RuntimeName, threads: int) -> Whole:
    """An engine's files, ready to run. raises: EngineError"""
    if runtime == "torch":
        try:
            from .device.parts import DeviceParts
        except ModuleNotFoundError as error:
            raise EngineError(
                f"{folder} is built for torch, and {error.name} is not installed here"
            ) from error
        return DeviceParts(folder / WEIGHTS, read_tokenizer(folder / TOKENIZER), threads)
    if runtime != "onnxruntime":
        from .plan_parts import PlanParts  # made of Parts

        return PlanParts(folder, runtime, read_tokenizer(folder / TOKENIZER))
    return graph_parts(folder, threads)


def graph_parts(folder: Path, threads: int) -> Parts:
    """Both graphs over ONNX Runtime. raises: EngineError"""
    decoder = OnnxRuntime(folder / DECODER, threads=threads)
    dtypes = [port.dtype for port in decoder.inputs if port.name == "input_embeds"]
    if not dtypes:
        raise EngineError(f"{folder / DECODER} takes no embeddings: it is no decoder")
    return Parts(
        OnnxRuntime(folder / VISION, threads=threads),
        decoder,
        read_tensor(folder / WEIGHTS, EMBEDDINGS, dtypes[0]),
        read_tokenizer(folder / TOKENIZER),
    )


def check_manifest(folder: Path, manifest: Manifest) -> None:
    """Hold a manifest to what a guard needs of it.

    raises: EngineError, saying what was expected and what was found
    """
    where, side = folder / FILE, Shape.from_dict(manifest.shape).vision.side
    graphs = set() if manifest.runtime == "torch" else {VISION, DECODER}
    frames = {entry.frame for entry in read_golden(folder)}
    needed = (graphs | {WEIGHTS, TOKENIZER, GOLDEN} | frames) - set(manifest.files)
    if needed:
        raise ManifestError(f"{where} does not list {sorted(needed)}, which a guard needs")
    if manifest.runtime == "onnxruntime" and manifest.precision not in ("float32", "float16"):
        raise ManifestError(
            f"{where}: precision is {manifest.precision!r} for onnxruntime, expected float32 or "
            "float16 (numpy has no other); runtime torch takes bfloat16"
        )
    place = places(folder / WEIGHTS).get(EMBEDDINGS)
    stored = DTYPES.get(place.dtype, place.dtype) if place else "no embeddings"
    expected: tuple[tuple[str, object, tuple[object, ...]], ...] = (
        ("engine", manifest.engine, (reading.ENGINE,)),
        ("architecture", manifest.architecture, ARCHITECTURES),
        ("image_side", manifest.image_side, (side,)),
        ("precision", manifest.precision, (stored,)),
    )
    for name, found, known in expected:
        if found not in known:
            listed = " or ".join(map(repr, known))
            raise ManifestError(f"{where}: {name} is {found!r}, expected {listed}")


def check_parts(folder: Path, parts: Whole, shape: Shape, s_max: int) -> None:
    """Hold the files to what the manifest says of the model.

    raises: EngineError, naming the file, what was expected and what was found
    """
    parts.check(folder, shape, s_max)
    words = parts.tokenizer.get_vocab_size()
    if words > shape.text.vocabulary:
        raise EngineError(
            f"{folder / TOKENIZER} has {words} tokens, the model {shape.text.vocabulary}"
        )


def _sizes(port: Port) -> tuple[str, str, str]:
    """What is fixed of a port: sizes that may be any have other names in other files."""
    sizes = ("any" if isinstance(size, str) else str(size) for size in port.shape)
    return port.name, port.dtype, " x ".join(sizes)
