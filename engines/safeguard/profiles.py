"""Say which sizes a plan of the guard's graphs must be fast at.

Two profiles of the decoder, step and prefill, and one of the vision tower; each has kernels of its
own.
"""

from engines.runtimes.plan import Profile, profile

from .ports import decoder_ports, vision_ports
from .shape import Shape

ROWS = (1, 8, 48)  # decoded together: smallest, usual, largest (guard.py, ROWS_MAX)
FRAMES = (1, 8, 48)  # seen together


def decoder_profiles(shape: Shape, s_max: int) -> tuple[Profile, Profile]:
    """Step, then prefill."""
    inputs, _ = decoder_ports(shape, s_max)
    lengths = ((1, 1, 1), (1, s_max // 2, s_max))
    step, prefill = (
        profile(inputs, {"batch": ROWS, "new": length, "seen": length}) for length in lengths
    )
    return step, prefill


def vision_profile(shape: Shape) -> Profile:
    """One for all numbers of frames."""
    few, usual, many = (frames * shape.vision.patches for frames in FRAMES)
    return profile(vision_ports(shape)[0], {"patches": (few, usual, many)})
