"""A tiny checkpoint in the published layout that keeps to the protocol, and doubts the answer.

Random weights, but an output matrix in which every token of a trace calls for the next one. Where
the answer comes two words are called for, so the picture and the policy decide between them.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from engines.manifest import Mode
from engines.safeguard.checkpoint import needed, transfer
from engines.safeguard.golden import Golden, write_golden
from engines.safeguard.guard import Guard
from engines.safeguard.modes import kind_of
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import DECODER, TOKENIZER, VISION, WEIGHTS, load_parts
from engines.safeguard.prompt import IMAGE_TOKEN
from engines.safeguard.shape import Shape, TextShape, VisionShape
from retrain.build import digests, draft

from .byte_pairs import byte_pairs, token
from .stock import stock

S_MAX = 192
TRACE = "<think>\nit is a gun</think>\n\n<answer"
CLEAR, DOUBT = 30.0, 3.0  # logits
MERGED, YES = -5.0, 1.5  # so that the answers come out nearly even
LOUD = 2.0  # of an embedding, over what the layers add to it


@dataclass(frozen=True)
class Talkative:
    """A folder as published, and the model that wrote it."""

    folder: Path
    model: PreTrainedModel
    shape: Shape


def shape_of(tokenizer: Tokenizer) -> Shape:
    text = TextShape(tokenizer.get_vocab_size(), layers=2, kv_heads=2, tied=False)
    return Shape(text, VisionShape(side=96, depth=2, window=32, full_blocks=(1,)))


@torch.no_grad()
def talkative(folder: Path, *, thinks: bool) -> Talkative:
    """`thinks`: it writes a trace first; otherwise it answers at once."""
    tokenizer = byte_pairs()
    shape = shape_of(tokenizer)
    model: Any = stock(shape)
    embeddings, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    embeddings.normal_(std=LOUD, generator=torch.Generator().manual_seed(1))
    head.normal_(std=DOUBT / 11, generator=torch.Generator().manual_seed(3))  # 11 = sqrt(width)
    for calling, following, strength in calls(tokenizer, thinks):
        head[following] += strength / embeddings.shape[1] / LOUD * embeddings[calling]
    model.config.image_token_id = token(IMAGE_TOKEN)
    model.save_pretrained(folder, max_shard_size="1MB")
    tokenizer.save(str(folder / TOKENIZER))
    return Talkative(folder, model, shape)


def calls(tokenizer: Tokenizer, thinks: bool) -> list[tuple[int, int, float]]:
    """Which token calls for which, and how loudly: where two are called for, about alike."""
    line, end, merged, close = map(token, ("\n", "<|im_end|>", ">No", ">"))
    safe, unsafe, yes, no = map(token, ("safe", "unsafe", "yes", "no"))
    if not thinks:
        return [(line, safe, CLEAR), (line, unsafe, CLEAR)]
    trace = tokenizer.encode(TRACE).ids
    assert len({*trace}) == len(trace), "every token must call for one"
    pairs = [(a, b, CLEAR) for a, b in zip([line, *trace], trace, strict=False)]
    pairs += [(trace[-1], close, CLEAR), (trace[-1], merged, CLEAR + MERGED)]
    pairs += [(close, yes, CLEAR + YES), (close, no, CLEAR)]
    return pairs + [(word, end, CLEAR) for word in (yes, no, merged)]


def export(made: Talkative, mode: Mode, precision: str, folder: Path) -> Path:
    """The engine's folder, with one golden input; nothing about this checkpoint was measured.

    Graphs of a neighbouring folder in this precision are taken over: they hold no weights.
    """
    graphs = [path for name in (VISION, DECODER) for path in folder.parent.glob(f"*/{name}")]
    folder.mkdir()
    transfer(made.folder, needed(made.shape), folder / WEIGHTS, precision)
    weights = Weights(folder / WEIGHTS)
    for graph in graphs:
        (folder / graph.name).write_bytes(graph.read_bytes())
    if not graphs:
        write_vision(made.shape, folder / VISION, weights)
        write_decoder(made.shape, S_MAX, folder / DECODER, weights)
    (folder / TOKENIZER).write_bytes((made.folder / TOKENIZER).read_bytes())
    manifest = replace(
        draft(made.shape, byte_pairs()),
        precision=precision,
        s_max=S_MAX,
        modes={kind_of(mode): mode},
    )
    side = made.shape.vision.side
    frame, policy = np.zeros((1, side, side, 3), np.uint8), "No guns."
    Image.fromarray(frame[0]).save(folder / "golden.png")
    (answer,) = Guard(manifest, load_parts(folder, manifest.runtime, 1)).judge(frame, [policy])
    write_golden(folder, [Golden("golden.png", policy, answer.word, answer.score)])
    names = [path.name for path in folder.iterdir()]
    replace(manifest, files=digests(folder, names)).save(folder)
    return folder
