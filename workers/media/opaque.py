"""Lay a transparent frame on mid-grey.

A player has black or white there, as its page or its window is; each would hide drawings of its own
colour, and grey hides neither. Done before scaling: the colours of pixels that nobody sees would
leak into those beside them.
Differences from a player: 1) its grey is neither page nor window; 2) the alpha of an AVIF, which is
a stream of its own, is not applied: more is seen, not less.
"""

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

GREY = 128


def is_transparent(frame: VideoFrame) -> bool:
    """Whether the pixels can say how opaque they are."""
    pixels = frame.format
    return pixels.has_palette or any(part.is_alpha for part in pixels.components)


def on_grey(frame: VideoFrame) -> VideoFrame:
    """The same picture as opaque RGB."""
    colours = Image.fromarray(frame.to_ndarray(format="rgba"))
    ground = Image.new("RGB", colours.size, (GREY, GREY, GREY))
    ground.paste(colours, mask=colours)
    return VideoFrame.from_ndarray(np.asarray(ground), format="rgb24")
