"""Name the inputs and outputs of the guard's two graphs.

`write_indices[b]` + S must not exceed S_max: what would be written beyond it is undefined. Image
tokens, embeddings and caches have the weights' precision; pixels and logits are float32 always.
"""

from engines.runtimes import Port

from .shape import Shape


def vision_ports(shape: Shape, dtype: str = "float32") -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Inputs and outputs of the vision graph; `patches` is frames times patches of a frame."""
    embeds = Port("embeds", dtype, ("frames", shape.vision.tokens, shape.text.width))
    return (Port("pixels", "float32", ("patches", shape.vision.features)),), (embeds,)


def decoder_ports(
    shape: Shape, s_max: int, dtype: str = "float32"
) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Inputs and outputs of the decoder graph of one bucket."""
    text = shape.text
    size = ("batch", text.kv_heads, s_max, text.head_width)
    inputs = (
        Port("input_embeds", dtype, ("batch", "new", text.width)),
        Port("positions", "int64", (3, "batch", "new")),
        Port("write_indices", "int64", ("batch",)),
        Port("gather", "int64", ("batch",)),
        *(Port(name, dtype, size) for name in cache_names(shape)),
    )
    outputs = (
        Port("logits", "float32", ("batch", text.vocabulary)),
        *(Port(f"{name}_out", dtype, size) for name in cache_names(shape)),
    )
    return inputs, outputs


def cache_names(shape: Shape) -> list[str]:
    """key_0, value_0, key_1, ..."""
    return [f"{kind}_{layer}" for layer in range(shape.text.layers) for kind in ("key", "value")]
