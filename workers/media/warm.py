"""Do, before the first fork, what every child would do again: imports, and the hash's matrices.

A jailed child could not import at all. test_warm.py fails when something is missing here.
"""

import gc
import importlib
import pkgutil

import av
import numpy as np
from PIL import Image

from .pdq import LONGEST, pdq

# (height, width) px; of larger pictures, and of the usual small ones: 6 ms of processor time each
_HASHED = ((LONGEST, LONGEST), (180, 320), (240, 320), (360, 480))
_LAZY = ("numpy.ma",)  # numpy.unique asks it about masks: 80 ms of processor time


def warm() -> None:
    """Leaves one thread: the caller forks."""
    for found in pkgutil.walk_packages(av.__path__, "av."):
        if "__main__" not in found.name:
            importlib.import_module(found.name)
    for name in _LAZY:
        importlib.import_module(name)
    Image.preinit()  # the common formats, JPEG among them
    for size in _HASHED:
        pdq(np.zeros((*size, 3), np.uint8))
    av.logging.set_level(None)
    gc.collect()
    gc.freeze()  # a child's collections find little to look at, and leave shared pages alone
