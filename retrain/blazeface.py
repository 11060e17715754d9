"""Turn BlazeFace as MediaPipe ships it (TensorFlow Lite) into the ONNX graph that we ship.

    pip install tflite onnx   # beside numpy; nothing of TensorFlow
    unzip mediapipe-0.10.21-*.whl 'mediapipe/modules/face_detection/*.tflite'
    python -m retrain.blazeface face_detection_full_range_sparse.tflite OUT.onnx
    pip install onnxruntime ai-edge-litert   # for the last step, --parity

Weights are kept as the file has them (float16), computed with in float32.
Source: google-ai-edge/mediapipe, modules/face_detection, Apache-2.0.
Differences: 1) any number of frames at once; 2) TensorFlow's order of dimensions inside is ONNX's.
"""

import argparse
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tflite  # type: ignore[import-not-found]
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from .tflite_graph import Operator, TfliteGraph

OPSET = 17
FRAMES = "frames"  # the dimension that may have any size
OUTPUTS = ("boxes", "scores")
PARITY_FRAMES = 20

log = logging.getLogger(__name__)


class Rewrite:
    """Collects ONNX nodes while it walks over a TensorFlow Lite graph."""

    def __init__(self, graph: TfliteGraph) -> None:
        """Nothing is walked yet."""
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.held: list[onnx.TensorProto] = []
        self._rules: dict[str, Callable[[Operator], str]] = {
            "PAD": self._pad,
            "CONV_2D": self._convolve,
            "DEPTHWISE_CONV_2D": self._convolve,
            "ADD": lambda one: self._node("Add", [str(i) for i in one.inputs]),
            "RESIZE_BILINEAR": self._resize,
            "DEPTH_TO_SPACE": self._spread,
            "RESHAPE": self._flat,
        }

    def model(self) -> onnx.ModelProto:
        """The whole graph: frames in, raw boxes and scores out."""
        given = self.graph.inputs[0]
        self._node("Transpose", [FRAMES], str(given), perm=[0, 3, 1, 2])
        for operator in self.graph.operators:
            made = self._rules[operator.name](operator)
            self._node("Identity", [self._active(operator, made)], str(operator.output))
        for number, name in zip(self.graph.outputs, OUTPUTS, strict=True):
            self._node("Identity", [str(number)], name)
        graph = helper.make_graph(
            self.nodes,
            "blazeface",
            [_port(FRAMES, self.graph.shape(given))],
            [
                _port(name, self.graph.shape(n))
                for n, name in zip(self.graph.outputs, OUTPUTS, strict=True)
            ],
            self.held,
        )
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=9)

    def _node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _hold(self, values: NDArray[Any]) -> str:
        name = f"held_{len(self.held)}"
        self.held.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        if values.dtype == np.float16:
            return self._node("Cast", [name], to=TensorProto.FLOAT)
        return name

    def _pad(self, one: Operator) -> str:
        batch, rows, columns, channels = self.graph.constants[one.inputs[1]].astype(np.int64)
        pads = np.array([batch, channels, rows, columns]).T.reshape(-1)
        return self._node("Pad", [str(one.inputs[0]), self._hold(pads)])

    def _convolve(self, one: Operator) -> str:
        weights, bias = (self.graph.constants[i] for i in one.inputs[1:])
        alone = one.name.startswith("DEPTHWISE")
        kernel = weights.shape[1:3]
        strides = [one.options.StrideH(), one.options.StrideW()]
        if one.options.Padding() == tflite.Padding.SAME and (kernel != (1, 1)):
            raise ValueError(f"SAME padding of {kernel = }: only explicit pads are known")
        return self._node(
            "Conv",
            [
                str(one.inputs[0]),
                self._hold(weights.transpose((3, 0, 1, 2) if alone else (0, 3, 1, 2))),
                self._hold(bias),
            ],
            strides=strides,
            group=weights.shape[3] if alone else 1,
        )

    def _resize(self, one: Operator) -> str:
        before, after = self.graph.shape(one.inputs[0]), self.graph.shape(one.output)
        mode = "half_pixel" if one.options.HalfPixelCenters() else "asymmetric"
        if one.options.AlignCorners():
            mode = "align_corners"
        scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
        inputs = [str(one.inputs[0]), "", self._hold(scales)]
        return self._node("Resize", inputs, mode="linear", coordinate_transformation_mode=mode)

    def _spread(self, one: Operator) -> str:
        size = one.options.BlockSize()
        return self._node("DepthToSpace", [str(one.inputs[0])], blocksize=size, mode="DCR")

    def _flat(self, one: Operator) -> str:
        last = self._node("Transpose", [str(one.inputs[0])], perm=[0, 2, 3, 1])
        shape = np.array([0, *self.graph.shape(one.output)[1:]], np.int64)
        return self._node("Reshape", [last, self._hold(shape)])

    def _active(self, one: Operator, made: str) -> str:
        read = getattr(one.options, "FusedActivationFunction", None)
        kind = read() if read else tflite.ActivationFunctionType.NONE
        if kind == tflite.ActivationFunctionType.NONE:
            return made
        if kind == tflite.ActivationFunctionType.RELU:
            return self._node("Relu", [made])
        raise ValueError(f"activation {kind} after {one.name} is not known")


def _port(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [FRAMES, *shape[1:]])


def parity(source: Path, made: Path) -> dict[str, float]:
    """The largest difference from TensorFlow Lite's own interpreter on seeded noise, by output."""
    import onnxruntime
    from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-not-found]

    theirs = Interpreter(str(source), num_threads=1)
    theirs.allocate_tensors()
    ours = onnxruntime.InferenceSession(str(made), providers=["CPUExecutionProvider"])
    shape = (PARITY_FRAMES, *theirs.get_input_details()[0]["shape"][1:])
    frames = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
    apart = dict.fromkeys(OUTPUTS, 0.0)
    for number, frame in enumerate(frames):
        theirs.set_tensor(theirs.get_input_details()[0]["index"], frame[None])
        theirs.invoke()
        for name, place in zip(OUTPUTS, theirs.get_output_details(), strict=True):
            expected = theirs.get_tensor(place["index"])[0]
            got = ours.run([name], {FRAMES: frames[number : number + 1]})[0][0]
            apart[name] = max(apart[name], float(np.abs(expected - got).max()))
    return apart


def main() -> None:
    """Convert one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tflite", type=Path, help="face_detection_full_range_sparse.tflite")
    parser.add_argument("out", type=Path, help="the ONNX file")
    parser.add_argument("--parity", action="store_true", help="compare with LiteRT afterwards")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model = Rewrite(TfliteGraph(arguments.tflite)).model()
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(arguments.out))
    if arguments.parity:
        log.info("largest differences from LiteRT: %s", parity(arguments.tflite, arguments.out))


if __name__ == "__main__":
    main()
