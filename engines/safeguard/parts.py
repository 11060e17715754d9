"""Name what a guard is made of, whatever runs it, and load it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.errors import EngineError, ManifestError
from engines.manifest import FILE, Manifest, RuntimeName
from engines.runtimes import Port, Runtime
from engines.runtimes.onnx import OnnxRuntime

from . import reading
from .golden import FILE as GOLDEN
from .ports import decoder_ports, vision_ports
from .shape import Shape
from .tokenizer import read_tokenizer
from .weights import read_tensor

EMBEDDINGS = "model.language_model.embed_tokens.weight"
VISION, DECODER, WEIGHTS = "vision.onnx", "decoder.onnx", "model.safetensors"
TOKENIZER = reading.TOKENIZER


@dataclass(frozen=True)
class Parts:
    """Two graphs, the table of embeddings in the decoder's precision, and the words."""

    vision: Runtime
    decoder: Runtime
    embeddings: NDArray[Any]  # (V, D)
    tokenizer: Tokenizer


def load_parts(folder: Path, runtime: RuntimeName, threads: int) -> Parts:
    """An engine's files, ready to run. raises: EngineError"""
    if runtime != "onnxruntime":
        raise EngineError(f"{folder} is built for {runtime}, which does not run here")
    decoder = OnnxRuntime(folder / DECODER, threads=threads)
    (dtype,) = (port.dtype for port in decoder.inputs if port.name == "input_embeds")
    return Parts(
        OnnxRuntime(folder / VISION, threads=threads),
        decoder,
        read_tensor(folder / WEIGHTS, EMBEDDINGS, dtype),
        read_tokenizer(folder / TOKENIZER),
    )


def check_manifest(folder: Path, manifest: Manifest) -> None:
    """Hold a manifest to what a guard needs of it.

    raises: EngineError, saying what was expected and what was found
    """
    where, side = folder / FILE, Shape.from_dict(manifest.shape).vision.side
    needed = {VISION, DECODER, WEIGHTS, TOKENIZER, GOLDEN} - set(manifest.files)
    if manifest.engine != reading.ENGINE:
        raise ManifestError(f"{where}: engine is {manifest.engine!r}, expected {reading.ENGINE!r}")
    if needed:
        raise ManifestError(f"{where} does not list {sorted(needed)}, which a guard needs")
    if manifest.image_side != side:
        raise ManifestError(f"{where}: image_side is {manifest.image_side}, its shape says {side}")


def check_parts(folder: Path, parts: Parts, shape: Shape, s_max: int) -> None:
    """Hold the files to what the manifest says of the model.

    raises: EngineError, naming the file, what was expected and what was found
    """
    dtype = str(parts.embeddings.dtype)
    graphs = (
        (VISION, parts.vision, vision_ports(shape, dtype)),
        (DECODER, parts.decoder, decoder_ports(shape, s_max, dtype)),
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
    if parts.embeddings.shape != table:
        raise EngineError(
            f"{folder / WEIGHTS}: {EMBEDDINGS} is {parts.embeddings.shape}, expected {table}"
        )
    words = parts.tokenizer.get_vocab_size()
    if words > shape.text.vocabulary:
        raise EngineError(
            f"{folder / TOKENIZER} has {words} tokens, the model {shape.text.vocabulary}"
        )


def _sizes(port: Port) -> tuple[str, str, str]:
    """What is fixed of a port: sizes that may be any have other names in other files."""
    sizes = ("any" if isinstance(size, str) else str(size) for size in port.shape)
    return port.name, port.dtype, " x ".join(sizes)
