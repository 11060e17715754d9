"""Name the inputs and outputs of the guard's two graphs.

`write_indices[b]` + S must not exceed S_max: what would be written beyond it is undefined. Image
tokens, embeddings and caches have the weights' precision; pixels and logits are float32 always.
Qwen3-VL's tower says more on inner levels, `deepstack`, which the decoder adds to its hidden
states: in a call with image tokens it has a row a token (zeros for words), else one of zeros.
"""

from engines.runtimes import Port

from .shape import Shape

DEEPSTACK = "deepstack"


def vision_ports(shape: Shape, dtype: str = "float32") -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Inputs and outputs of the vision graph; `patches` is frames times patches of a frame."""
    tokens, width, levels = shape.vision.tokens, shape.text.width, len(shape.vision.deep_blocks)
    embeds = Port("embeds", dtype, ("frames", tokens, width))
    deep = (Port(DEEPSTACK, dtype, ("frames", levels, tokens, width)),) if levels else ()
    return (Port("pixels", "float32", ("patches", shape.vision.features)),), (embeds, *deep)


def decoder_ports(
    shape: Shape, s_max: int, dtype: str = "float32"
) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Inputs and outputs of the decoder graph of one bucket; `seen` is 1 or `new`."""
    text, levels = shape.text, len(shape.vision.deep_blocks)
    deep = (Port(DEEPSTACK, dtype, ("batch", levels, "seen", text.width)),) if levels else ()
    size = ("batch", text.kv_heads, s_max, text.head_width)
    inputs = (
        Port("input_embeds", dtype, ("batch", "new", text.width)),
        Port("positions", "int64", (3, "batch", "new")),
        Port("write_indices", "int64", ("batch",)),
        Port("gather", "int64", ("batch",)),
        *(Port(name, dtype, size) for name in cache_names(shape)),
        *deep,
    )
    outputs = (
        Port("logits", "float32", ("batch", text.vocabulary)),
        *(Port(f"{name}_out", dtype, size) for name in cache_names(shape)),
    )
    return inputs, outputs


def cache_names(shape: Shape) -> list[str]:
    """key_0, value_0, key_1, ..."""
    return [f"{kind}_{layer}" for layer in range(shape.text.layers) for kind in ("key", "value")]
