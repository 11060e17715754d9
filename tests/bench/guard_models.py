"""Make the guards that are measured: the shipped one, and a random one of 100 million parameters.

Both get graphs for the lengths that are measured, kept in `.cache/bench` under the hash of this
file and of the export's; that needs torch, once. The random one reads 256 image tokens a picture.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from engines.manifest import Manifest, Mode
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard import model, onnx_graph, vision
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import our_names, stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import EMBEDDINGS, TOKENIZER, VISION, WEIGHTS, Parts
from engines.safeguard.ports import decoder_ports, vision_ports
from engines.safeguard.shape import Shape, TextShape, VisionShape
from engines.safeguard.weights import read_tensor
from tests.bench.films import CACHE
from workers.settings import SHIPPED_GUARD

SHIPPED = Path(SHIPPED_GUARD)
TEXT = TextShape(
    vocabulary=8192,
    width=768,
    layers=12,
    heads=12,
    kv_heads=4,
    inner=2304,
    theta=1e6,
    sections=(8, 12, 12),
)
SIGHT = VisionShape(
    side=448, patch=14, depth=6, width=512, inner=1024, heads=8, window=112, full_blocks=(5,)
)
MADE_BY = (__file__, onnx_graph.__file__, model.__file__, vision.__file__)


@dataclass(frozen=True)
class Measured:
    """One guard in a folder of weights, with a decoder graph for each length that was asked for."""

    name: str
    folder: Path
    shape: Shape
    mode: Mode
    threads: int

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Of the shipped guard; the random one knows no words, only more of them."""
        return Tokenizer.from_file(str(SHIPPED / TOKENIZER))

    @cached_property
    def parameters(self) -> int:
        """How many numbers it has."""
        with torch.device("meta"):
            return sum(weights.numel() for weights in SafeGuard(self.shape).parameters())

    def parts(self, s_max: int) -> Parts:
        """On ONNX Runtime, with caches of so many tokens."""
        decoder, sight = self.folder / f"decoder_{s_max}.onnx", self.folder / VISION
        weights = Weights(self.folder / WEIGHTS)
        if not sight.exists():
            write_vision(self.shape, sight, weights)
        if not decoder.exists():
            write_decoder(self.shape, s_max, decoder, weights)
        return Parts(
            OnnxRuntime(sight, threads=self.threads),
            OnnxRuntime(decoder, threads=self.threads),
            read_tensor(self.folder / WEIGHTS, EMBEDDINGS),
            self.tokenizer,
        )

    def in_torch(self, s_max: int) -> Parts:
        """The same on plain torch, with as many threads."""
        torch.set_num_threads(self.threads)
        guard = SafeGuard(self.shape).eval()
        guard.load_state_dict(our_names(load_file(self.folder / WEIGHTS), self.shape))
        return Parts(
            TorchRuntime(guard.visual, *vision_ports(self.shape)),
            TorchRuntime(guard.language_model, *decoder_ports(self.shape, s_max)),
            guard.language_model.embed_tokens.weight.detach().numpy(),
            self.tokenizer,
        )


def small(threads: int) -> Measured:
    """The shipped guard, in its own mode."""
    manifest = Manifest.load(SHIPPED)
    folder = _kept("small")
    weights = (SHIPPED / WEIGHTS).read_bytes()
    if not (folder / WEIGHTS).exists() or (folder / WEIGHTS).read_bytes() != weights:
        for graph in folder.glob("*.onnx"):
            graph.unlink()
        (folder / WEIGHTS).write_bytes(weights)
    return Measured("small", folder, Shape.from_dict(manifest.shape), manifest.mode, threads)


def large(threads: int, text: TextShape = TEXT) -> Measured:
    """A random one; it answers at once, so that only reading is timed."""
    folder, shape = _kept(f"large-{text.layers}"), Shape(text, SIGHT)
    if not (folder / WEIGHTS).exists():
        torch.manual_seed(0)
        tensors = stock_names(SafeGuard(shape))
        save_file({name: t.contiguous() for name, t in tensors.items()}, folder / WEIGHTS)
    mode = Manifest.load(SHIPPED).mode
    return Measured("large", folder, shape, replace(mode, trace_max_tokens=0), threads)


def _kept(name: str) -> Path:
    made_by = b"".join(Path(path).read_bytes() for path in MADE_BY)
    folder = CACHE / f"guard-{name}-{hashlib.sha256(made_by).hexdigest()[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
