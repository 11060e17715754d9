"""Turn square frames into the boxes of the faces in them.

No resizing: the frames have been letterboxed. Who it is, is not asked.
Source: BlazeFace, arXiv 1907.05047; google-ai-edge/mediapipe, modules/face_detection: the anchors
and limits of its full-range variant, made for faces up to 5 m away. retrain/blazeface.py converted
the weights. Differences: 1) many frames at once; 2) a face's six points are not read.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError
from engines.runtimes.onnx import OnnxRuntime

from .boxes import Boxes, overlaps
from .shape import SIDE, Face

FILE = "faces.onnx"
CELLS = 48  # anchors per row, one every 4 px
SCORE_MIN = 0.6  # MediaPipe's for this variant
OVERLAP_MAX = 0.3  # of two boxes; beyond it they are the same face
FRAMES_AT_ONCE = 4  # 10 MB of activations each
_LOGIT_MAX = 80.0  # beyond it exp overflows


class FaceDetector:
    """The network, loaded."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """raises: EngineError."""
        self._runtime = OnnxRuntime(folder / FILE, threads=threads)

    def faces(self, frames: NDArray[np.uint8]) -> list[tuple[Face, ...]]:
        """The faces of each frame, the surest first.

        frames: (T, SIDE, SIDE, 3) RGB
        raises: EngineError for another size
        """
        if frames.shape[1:] != (SIDE, SIDE, 3):
            raise EngineError(f"faces: expected frames (T, {SIDE}, {SIDE}, 3), got {frames.shape}")
        found: list[tuple[Face, ...]] = []
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            pixels = frames[start : start + FRAMES_AT_ONCE].astype(np.float32) / 127.5 - 1
            out = self._runtime.run({"frames": pixels})
            for raw, logits in zip(out["boxes"], out["scores"][..., 0], strict=True):
                found.append(faces_of(raw, logits))
        return found


def faces_of(raw: NDArray[np.float32], logits: NDArray[np.float32]) -> tuple[Face, ...]:
    """What the network said about one frame, as boxes.

    raw:    (CELLS**2, 16) centre, width and height first, px relative to the anchor
    logits: (CELLS**2,)
    """
    scores = 1 / (1 + np.exp(-np.clip(logits, -_LOGIT_MAX, _LOGIT_MAX)))
    sure = np.flatnonzero(scores >= SCORE_MIN)
    sure = sure[np.argsort(-scores[sure], kind="stable")]
    anchors = (np.stack((sure % CELLS, sure // CELLS), axis=1) + 0.5) / CELLS
    centres, sizes = raw[sure, :2] / SIDE + anchors, raw[sure, 2:4] / SIDE
    boxes = np.concatenate((centres - sizes / 2, centres + sizes / 2), axis=1)
    return _merged(boxes.astype(np.float32), scores[sure].astype(np.float32))


def _merged(boxes: Boxes, scores: NDArray[np.float32]) -> tuple[Face, ...]:
    """One face for boxes that overlap: their mean, weighted by score."""
    faces = []
    left = np.arange(len(boxes))
    while left.size:
        same = overlaps(boxes[left[0]], boxes[left]) > OVERLAP_MAX
        same[0] = True  # also a box without an area
        group = left[same]
        mean = np.average(boxes[group], axis=0, weights=scores[group])
        edges = [float(edge) for edge in mean]
        faces.append(Face(edges[0], edges[1], edges[2], edges[3], float(scores[left[0]])))
        left = left[~same]
    return tuple(faces)
