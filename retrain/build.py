"""Turn a run's newest checkpoint into an engine's folder: weights, graphs, tokenizer, manifest.

The graphs hold no weights: they point into model.safetensors, whose tensors bear transformers'
names (engines/safeguard/onnx_graph.py).
"""

from datetime import UTC, datetime
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from engines.calibration import Calibration
from engines.execution import executed_here
from engines.manifest import Manifest, Mode, sha256
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard.guard import MODE
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import DECODER, EMBEDDINGS, TOKENIZER, VISION, WEIGHTS, Parts
from engines.safeguard.ports import decoder_ports, vision_ports
from engines.safeguard.shape import Shape, TextShape
from engines.safeguard.weights import read_tensor
from engines.safeguard.words import answer_tokens

from .traces import JUDGE

VERSION = "0.1.0"
S_MAX = 384  # tokens: 41 of the image prefix, 48 of a trace, the rest for the policy
TRACE_MAX = 48  # tokens; the longest trace in the small world has 34
CHECKPOINTS = ("practice.pt", "policies.pt", "words.pt")  # the newest stage first


def load_guard(out: Path) -> tuple[SafeGuard, Tokenizer]:
    """The newest checkpoint's weights and the run's tokenizer."""
    tokenizer = Tokenizer.from_file(str(out / TOKENIZER))
    path = next(out / name for name in CHECKPOINTS if (out / name).exists())
    stored = torch.load(path, weights_only=True)["learner"]
    guard = SafeGuard(Shape(TextShape(tokenizer.get_vocab_size())))
    prefix = "guard."
    guard.load_state_dict(
        {name.removeprefix(prefix): t for name, t in stored.items() if name.startswith(prefix)}
    )
    return guard.eval(), tokenizer


def write_build(guard: SafeGuard, tokenizer: Tokenizer, folder: Path) -> None:
    """Write weights, graphs and tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: t.contiguous() for n, t in stock_names(guard).items()}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    weights = Weights(folder / WEIGHTS)
    write_vision(guard.shape, folder / VISION, weights)
    write_decoder(guard.shape, S_MAX, folder / DECODER, weights)
    tokenizer.save(str(folder / TOKENIZER))


def draft(shape: Shape, tokenizer: Tokenizer) -> Manifest:
    """A manifest without files and figures."""
    mode = Mode(
        prompt=JUDGE,
        assistant_prefix="",
        answers=answer_tokens(tokenizer, safe=("safe",), unsafe=("unsafe",)),
        polarity="unsafe means that the frame violates the policy",
        trace_max_tokens=TRACE_MAX,
    )
    return Manifest(
        engine="safeguard",
        version=VERSION,
        base_model="none: Qwen2.5-VL class at 1.7 M parameters, trained from nothing",
        files={},
        precision="float32",
        shape=shape.as_dict(),
        image_side=shape.vision.side,
        s_max=S_MAX,
        modes={MODE: mode},
        calibration=Calibration(),
        parity={},
        evaluation={},
        executed_on=(executed_here("onnxruntime", f"{datetime.now(UTC):%FT%TZ}", None),),
        licence="Apache-2.0",
        trained_on="drawn scenes and composed sentences of retrain/, no third party's data",
        grade="demo",
    )


def digests(folder: Path, names: list[str]) -> dict[str, str]:
    """Name and sha256 of each file."""
    return {name: sha256((folder / name).read_bytes()) for name in sorted(names)}


def exported_parts(folder: Path) -> Parts:
    """What a build holds, on ONNX Runtime."""
    return Parts(
        OnnxRuntime(folder / VISION),
        OnnxRuntime(folder / DECODER),
        read_tensor(folder / WEIGHTS, EMBEDDINGS),
        Tokenizer.from_file(str(folder / TOKENIZER)),
    )


def reference_parts(guard: SafeGuard, tokenizer: Tokenizer) -> Parts:
    """The same on plain torch."""
    return Parts(
        TorchRuntime(guard.visual, *vision_ports(guard.shape)),
        TorchRuntime(guard.language_model, *decoder_ports(guard.shape, S_MAX)),
        guard.language_model.embed_tokens.weight.detach().numpy(),
        tokenizer,
    )
