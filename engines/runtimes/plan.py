"""Turn an ONNX graph into a TensorRT plan, and refuse a network that the parser has bent.

Builds with `tensorrt` 11 for the GPU it runs on, or with `tensorrt_rtx`, whose interface is the
same, ahead of time for a named one. Networks are strongly typed: the precision is the graph's.
Loading the library is the caller's: the base install has neither.
Source: NVIDIA TensorRT 11 developer guide; what the checks are for was found by parsing (a mask
given as `nonpad_kv_seqlen` is dropped without a word, a refused profile is -1 and no exception).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.errors import EngineError

from . import Port

if TYPE_CHECKING:
    import tensorrt

Sizes = tuple[int, int, int]  # smallest, usual, largest
Profile = Mapping[str, tuple[tuple[int, ...], ...]]  # three shapes of each input


@dataclass(frozen=True)
class Target:
    """What is built with, and for what."""

    library: str = "tensorrt"  # or tensorrt_rtx
    capability: str = ""  # SM89, for tensorrt_rtx; the GPU in this machine if empty


def library(name: str) -> Any:
    """The module of that name. raises: EngineError where it is not installed"""
    try:
        return import_module(name)
    except ImportError as error:
        raise EngineError(f"{name} is not installed or lacks its libraries: {error}") from error


def profile(inputs: Sequence[Port], sizes: Mapping[str, Sizes]) -> Profile:
    """Three shapes of every input, from the sizes of the named dimensions."""
    return {
        port.name: tuple(
            tuple(size if isinstance(size, int) else sizes[size][i] for size in port.shape)
            for i in range(3)
        )
        for port in inputs
    }


def build(graph: Path, profiles: Sequence[Profile], caches: int, target: Target) -> bytes:
    """A serialised plan.

    caches: how many caches the graph updates in place; 0: it is no decoder
    raises: EngineError with the parser's words, or for what the network should hold and does not
    """
    trt = library(target.library)
    logger: tensorrt.Logger = trt.Logger(trt.Logger.WARNING)
    builder: tensorrt.Builder = trt.Builder(logger)
    network = parse(trt, builder, logger, graph)
    check_network(trt, network, caches)
    _allow_decomposed(trt, network)
    config = builder.create_builder_config()
    if target.capability:
        config.num_compute_capabilities = 1
        config.set_compute_capability(trt.ComputeCapability.__members__[target.capability], 0)
    for shapes in profiles:
        _add(trt, builder, config, shapes)
    plan: Any = builder.build_serialized_network(network, config)
    if plan is None:  # no exception
        raise EngineError(f"{target.library} {trt.__version__} built no plan of {graph}")
    return bytes(plan)


def parse(
    trt: Any, builder: "tensorrt.Builder", logger: "tensorrt.Logger", graph: Path
) -> "tensorrt.INetworkDefinition":
    """The network of a graph; weights it points to lie beside it."""
    strong = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
    network = builder.create_network(strong)
    parser: tensorrt.OnnxParser = trt.OnnxParser(network, logger)
    if not parser.parse_from_file(str(graph)):
        said = [parser.get_error(i).desc() for i in range(parser.num_errors)]
        raise EngineError(f"TensorRT {trt.__version__} cannot parse {graph}: {said}")
    return network


def check_network(trt: Any, network: "tensorrt.INetworkDefinition", caches: int) -> None:
    """A decoder updates every cache in place, and each attention has the mask it was given.

    raises: EngineError
    """
    updates = sum(1 for layer in _layers(network) if layer.type == trt.LayerType.KV_CACHE_UPDATE)
    if updates != caches:
        raise EngineError(f"the network updates {updates} caches, expected {caches}")
    found = list(attentions(trt, network))
    if caches and len(found) != caches // 2:
        raise EngineError(f"the network has {len(found)} attentions over {caches} caches")
    for attention in found:
        causal = attention.causal_kind != trt.CausalMaskKind.NONE
        lengths = attention.key_value_lengths is not None
        if causal or lengths or (attention.mask is None) == bool(caches):
            raise EngineError(
                f"{attention.name}: expected a mask {bool(caches)} and no more, got "
                f"{attention.mask = }, {causal = }, {lengths = }"
            )


def attentions(trt: Any, network: "tensorrt.INetworkDefinition") -> "Iterator[tensorrt.IAttention]":
    """All attentions that a dedicated kernel may compute."""
    for layer in _layers(network):
        if layer.type == trt.LayerType.ATTENTION_INPUT:
            layer.__class__ = trt.IAttentionInputLayer  # network hands out the general class
            yield layer.attention


def _layers(network: "tensorrt.INetworkDefinition") -> Iterator[Any]:
    return (network.get_layer(i) for i in range(network.num_layers))


def _allow_decomposed(trt: Any, network: "tensorrt.INetworkDefinition") -> None:
    """No dedicated kernel computes attention in float32."""
    for attention in attentions(trt, network):
        if attention.get_input(0).dtype == trt.float32:
            attention.decomposable = True


def _add(
    trt: Any, builder: "tensorrt.Builder", config: "tensorrt.IBuilderConfig", shapes: Profile
) -> None:
    one = builder.create_optimization_profile()
    for name, sizes in shapes.items():
        smallest, usual, largest = (trt.Dims(size) for size in sizes)
        one.set_shape(name, smallest, usual, largest)
    if config.add_optimization_profile(one) < 0:
        raise EngineError(f"TensorRT refused the profile {dict(shapes)}")
