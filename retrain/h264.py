"""Send pictures through a real H.264 encoder and decoder, because that is how they arrive."""

import io

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

HOLD = 2  # frames a picture is shown; the last one, a predicted frame, is kept
# x264's macroblock tree now and then gives the same small pictures other bits
OPTIONS = {"preset": "veryfast", "g": "12", "threads": "1", "x264-params": "mbtree=0"}


def through_h264(pictures: NDArray[np.uint8], crf: int) -> NDArray[np.uint8]:
    """pictures: (T, H, W, 3) uint8, even sides; the same shape comes back."""
    file = io.BytesIO()
    _encode(pictures, file, crf)
    file.seek(0)
    with av.open(file, "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.stack(frames[HOLD - 1 :: HOLD]).astype(np.uint8)


def _encode(pictures: NDArray[np.uint8], file: io.BytesIO, crf: int) -> None:
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options=OPTIONS | {"crf": str(crf)})
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures.shape[1:3]
        stream.pix_fmt = "yuv420p"
        for picture in pictures.repeat(HOLD, axis=0):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
