"""Turn square frames into the patches that the vision tower reads, and number the patches.

Source: transformers `Qwen2VLImageProcessor` (patch order) and `get_vision_position_ids`.
Differences: 1) numpy, one bucket, no resizing: letterbox.py has done it.
"""

import numpy as np
from numpy.typing import NDArray

from .shape import VisionShape


def patchify(frames: NDArray[np.uint8], shape: VisionShape) -> NDArray[np.float32]:
    """Cut frames into normalised patches, in the order in which merging wants them.

    frames:  (T, H, W, 3) uint8, H = W = shape.side
    returns: (T * patches, features) float32
    """
    mean, std = np.array(shape.mean, np.float32), np.array(shape.std, np.float32)
    pixels = (frames.astype(np.float32) / 255 - mean) / std
    blocks, merge, patch = shape.grid // shape.merge, shape.merge, shape.patch
    cut = pixels.reshape(len(frames), blocks, merge, patch, blocks, merge, patch, 3)
    cut = cut.transpose(0, 1, 4, 2, 5, 7, 3, 6)  # T, block y, x, inner y, x, RGB, pixel y, x
    doubled = np.repeat(cut[:, :, :, :, :, :, None], shape.temporal, axis=6)
    return doubled.reshape(len(frames) * shape.patches, shape.features).astype(
        np.float32, copy=False
    )


def patch_places(shape: VisionShape) -> NDArray[np.int64]:
    """Row and column of each patch in merge order, (patches, 2)."""
    blocks, merge = shape.grid // shape.merge, shape.merge
    places = np.indices((shape.grid, shape.grid)).transpose(1, 2, 0)
    places = places.reshape(blocks, merge, blocks, merge, 2).transpose(0, 2, 1, 3, 4)
    ordered: NDArray[np.int64] = places.reshape(-1, 2).astype(np.int64)
    return ordered


def patch_angles(shape: VisionShape) -> NDArray[np.float32]:
    """Rotary angles of each patch, (patches, head width): row, then column, both twice."""
    width = shape.width // shape.heads
    steps = np.arange(0, width // 2, 2, dtype=np.float32) / (width // 2)
    frequencies = (1.0 / 10_000.0**steps).astype(np.float32, copy=False)
    angles = patch_places(shape)[..., None].astype(np.float32) * frequencies
    angles = angles.reshape(shape.patches, -1)
    return np.concatenate((angles, angles), -1)
