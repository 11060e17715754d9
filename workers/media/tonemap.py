"""Turn HDR pixels (PQ or HLG, BT.2020) into SDR as a player shows them on an SDR screen.

Tone mapping: the EETF of ITU-R BT.2390, applied to the largest of a pixel's R, G, B so that hues
stay; SDR's white is HDR's reference white, 203 cd/m2 (BT.2408). Then BT.709's primaries, clipped,
and the inverse of BT.1886's gamma. Of a picture that is scaled already, for speed
(`python -m tests.bench.painting`).
Source: ITU-R BT.2100 (PQ, HLG), BT.2390 sec. 5.4.1, BT.2408, BT.2087 (matrix), BT.1886.
Differences: 1) the peak is the picture's own brightest pixel, not the metadata's, which a stranger
writes: a low one would hide whatever is brighter; 2) black stays at 0; 3) HLG is shown at the
nominal 1,000 cd/m2 (system gamma 1.2); 4) Dolby Vision's own layers are not applied.
"""

import numpy as np
from numpy.typing import NDArray

from .colour import PQ

WHITE_NITS = 203.0
_PQ_NITS, _HLG_NITS = 10_000.0, 1000.0
_HLG_GAMMA, _SDR_GAMMA = 1.2, 2.4
_LEVELS = 1 << 16
_KNOTS = 4096  # of the curve, by the square root of the brightness: dense where it is dark
_LUMA = np.array([0.2627, 0.6780, 0.0593], np.float32)  # of BT.2020
_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)

Reals = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def to_sdr(wide: NDArray[np.uint16], transfer: int) -> Pixels:
    """One picture.

    wide:    (H, W, 3) R'G'B' as coded, full range, 16 bit
    returns: (H, W, 3) R'G'B' of BT.709
    """
    nits = _NITS_OF_PQ[wide] if transfer == PQ else _hlg_nits(_SCENE_OF_HLG[wide])
    brightest = np.maximum(np.maximum(nits[..., 0], nits[..., 1]), nits[..., 2])
    peak = max(float(brightest.max()), WHITE_NITS)
    place = np.sqrt(brightest * np.float32((_KNOTS - 1) ** 2 / peak)).astype(np.uint16)
    shown = nits * gains(peak)[place][..., None] @ _TO_BT709.T  # 1 is white
    return _CODE_OF_ROOT[(np.sqrt(np.clip(shown, 0, 1)) * (_LEVELS - 1)).astype(np.uint16)]


def gains(peak_nits: float) -> NDArray[np.float32]:
    """What a pixel is multiplied with, for _KNOTS brightnesses from 0 to the peak."""
    nits = peak_nits * np.linspace(1e-6, 1, _KNOTS) ** 2
    return (eetf(nits, peak_nits) / (nits * WHITE_NITS)).astype(np.float32)


def eetf(nits: Reals, peak_nits: float) -> Reals:
    """What a screen of WHITE_NITS shows of a picture that goes up to peak_nits, at least as bright.

    source: BT.2390 sec. 5.4.1, steps 1 to 4, black at 0
    """
    whole = pq_code(np.array(peak_nits))
    code, most = pq_code(nits) / whole, pq_code(np.array(WHITE_NITS)) / whole
    knee = 1.5 * most - 0.5
    t = np.clip((code - knee) / np.maximum(1 - knee, 1e-9), 0, 1)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee
    bent += (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    return pq_nits(np.where(code < knee, code, bent) * whole)


def pq_nits(code: Reals) -> Reals:
    """Cd/m2 of PQ's numbers, 0 to 1. source: BT.2100 table 4"""
    power = code ** (32 / 2523)
    ratio = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
    return np.asarray(_PQ_NITS * ratio ** (8192 / 1305), np.float64)


def pq_code(nits: Reals) -> Reals:
    """PQ's numbers of cd/m2. source: BT.2100 table 4"""
    power = (nits / _PQ_NITS) ** (1305 / 8192)
    return np.asarray(
        ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32), np.float64
    )


def hlg_scene(code: Reals) -> Reals:
    """Light of the scene, 0 to 1, of HLG's numbers. source: BT.2100 table 5"""
    bright = (np.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return np.asarray(np.where(code <= 0.5, code**2 / 3, bright), np.float64)


def _hlg_nits(scene: NDArray[np.float32]) -> NDArray[np.float32]:
    """The screen's light: the system's gamma works on the luminance, so that hues stay."""
    luma = np.maximum(scene @ _LUMA, 1e-6)
    return np.asarray(scene * (_HLG_NITS * luma ** (_HLG_GAMMA - 1))[..., None], np.float32)


_CODES = np.linspace(0, 1, _LEVELS)
_NITS_OF_PQ = pq_nits(_CODES).astype(np.float32)
_SCENE_OF_HLG = hlg_scene(_CODES).astype(np.float32)
_CODE_OF_ROOT = np.rint(255 * _CODES ** (2 / _SDR_GAMMA)).astype(np.uint8)
