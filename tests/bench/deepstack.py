"""Measure what Qwen3-VL's second input costs rows and steps that hold no image.

    .venv-train/bin/python -m tests.bench.deepstack

Three graphs of a random decoder of about 100 million parameters, in turns on ONNX Runtime: without
inner levels; with three, given one token of zeros a row, as safeguard/forward.py does; and the
same with as many zeros as tokens. Times are the processor's own, so that neighbours count little.
Then the memory of both graphs over the same file of weights, which a prefill of its own would need,
over one's. The last line is one JSON object.
"""

import ctypes
import tempfile
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from engines.runtimes import Array
from engines.runtimes.onnx import OnnxRuntime
from engines.safeguard.checkpoint import needed, transfer
from engines.safeguard.onnx_graph import Weights, write_decoder
from engines.safeguard.ports import DEEPSTACK
from engines.safeguard.shape import Shape, TextShape, VisionShape
from tests.bench.figure import Figure, show
from tests.engines.safeguard.published import write_published

TEXT = TextShape(
    8192,
    width=768,
    layers=12,
    heads=12,
    kv_heads=4,
    inner=2304,
    theta=5e6,
    sections=(24, 20, 20),
    head=128,
    normed=True,
    interleaved=True,
)
DEEP = Shape(TEXT, VisionShape(side=64, table=48, deep_blocks=(0, 1, 2)))
BARE = replace(DEEP, vision=replace(DEEP.vision, table=0, deep_blocks=()))
S_MAX, ROWS, ROUNDS = 512, 8, 8
LOADS = {"step": 1, "rows": 48}  # new tokens a row


def resident(graphs: list[Path]) -> int:
    """KiB of this process's own memory, beside mapped files, that these graphs took."""
    before = anonymous()
    loaded = [OnnxRuntime(graph) for graph in graphs]
    return anonymous() - before if loaded else 0


def anonymous() -> int:
    """KiB that are in use, once what is free has been given back."""
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def memory(graphs: list[Path]) -> int:
    """The same in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(resident, (graphs,))


def inputs(runtime: OnnxRuntime, new: int, seen: int) -> dict[str, Array]:
    """Rows behind a prefix of 256 tokens."""
    sizes = {"batch": ROWS, "new": new, "seen": seen}
    random = np.random.default_rng(0)
    made: dict[str, Array] = {}
    for port in runtime.inputs:
        size = [sizes[n] if isinstance(n, str) else n for n in port.shape]
        made[port.name] = random.standard_normal(size).astype(port.dtype)
    made |= {name: array * 0 for name, array in made.items() if name == DEEPSTACK}
    start = np.full(ROWS, 256, np.int64)
    places = np.broadcast_to(256 + np.arange(new), (3, ROWS, new))
    made |= {"write_indices": start, "gather": start * 0, "positions": places.copy()}
    return made


def seconds(runtime: OnnxRuntime, given: dict[str, Array]) -> float:
    """Of one call, caches in place."""
    into = {f"{n}_out": a for n, a in given.items() if n.startswith(("key_", "value_"))}
    begun = time.process_time()
    runtime.run(given, into)
    return time.process_time() - begun


def compare(bare: OnnxRuntime, deep: OnnxRuntime, load: str) -> list[Figure]:
    """Times of both ways to give nothing, over the time without a place for it."""
    new = LOADS[load]
    cases = [
        (bare, inputs(bare, new, 1)),
        (deep, inputs(deep, new, 1)),
        (deep, inputs(deep, new, new)),
    ]
    times = np.array([[seconds(*case) for case in cases] for _ in range(ROUNDS)])
    none, one, every = np.median(times[2:], axis=0)
    note = f"{ROWS} x {new} tokens, {1000 * none:.0f} ms without"
    return [
        Figure(name=f"{load}_one_token", value=round(one / none, 3), note=note),
        Figure(name=f"{load}_every_token", value=round(every / none, 3), note=note),
    ]


def main() -> None:
    """Export, load, measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_published(folder / "published", DEEP)
        transfer(folder / "published", needed(DEEP), folder / "weights", "float32")
        weights = Weights(folder / "weights")
        write_decoder(BARE, S_MAX, folder / "bare.onnx", weights)
        write_decoder(DEEP, S_MAX, folder / "deep.onnx", weights)
        graphs = [folder / "deep.onnx", folder / "bare.onnx"]
        twice = round(memory(graphs) / memory(graphs[:1]), 2)
        deep, bare = map(OnnxRuntime, graphs)
        found = [figure for load in LOADS for figure in compare(bare, deep, load)]
    note = "memory of two graphs over the same weights, over one's"
    show([*found, Figure(name="two_graphs_memory", value=twice, note=note)])


if __name__ == "__main__":
    main()
