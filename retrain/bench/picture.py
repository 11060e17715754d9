"""Turn a stored picture into the square that a guard looks at."""

import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engines.safeguard.letterbox import letterbox

from .errors import BenchDataError

BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def stored_bytes(image: Any, where: str) -> bytes:
    """The bytes of an image column's value: a struct {bytes, path}, or bytes alone."""
    content = image.get("bytes") if isinstance(image, dict) else image
    if not isinstance(content, bytes) or not content:
        raise BenchDataError(f"{where}: the picture's bytes are not in the file")
    return content


def square(content: bytes, side: int, where: str) -> NDArray[np.uint8]:
    """Decode and letterbox, (side, side, 3); what is transparent is shown on white.

    raises: BenchDataError; a picture that cannot be seen is never skipped
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content)) as image:
            warnings.simplefilter("ignore")  # Pillow's words on large pictures and odd EXIF
            seen = _opaque(image)
    except BROKEN as error:
        raise BenchDataError(f"{where}: the picture cannot be decoded: {error}") from error
    return letterbox(np.asarray(seen), side)


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
