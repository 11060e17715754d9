"""Name what a guard is made of, whatever runs it, and load it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.errors import EngineError
from engines.manifest import RuntimeName
from engines.runtimes import Runtime
from engines.runtimes.onnx import OnnxRuntime

from .weights import read_tensor

EMBEDDINGS = "model.language_model.embed_tokens.weight"
VISION, DECODER, WEIGHTS, TOKENIZER = (
    "vision.onnx",
    "decoder.onnx",
    "model.safetensors",
    "tokenizer.json",
)


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
        Tokenizer.from_file(str(folder / TOKENIZER)),
    )
