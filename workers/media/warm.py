"""Import, before the first fork, what decoding would import lazily: a child would do it each time.

A jailed child could not do it at all. test_warm.py fails when something is missing here.
"""

import importlib
import pkgutil

import av
from PIL import Image

_LAZY = ("numpy.ma",)  # numpy.unique asks it about masks: 80 ms of processor time


def warm() -> None:
    """Leaves one thread: the caller forks."""
    for found in pkgutil.walk_packages(av.__path__, "av."):
        if "__main__" not in found.name:
            importlib.import_module(found.name)
    for name in _LAZY:
        importlib.import_module(name)
    Image.preinit()  # the common formats, JPEG among them
    av.logging.set_level(None)
