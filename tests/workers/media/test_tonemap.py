"""HDR comes out as an SDR screen shows it: known lights become known numbers, brighter ones higher.

The expected numbers follow from BT.2390 by hand: 203 cd/m2 in a picture that goes up to 1,000 is
shown as 159 of 203, and (159 / 203) ** (1 / 2.4) * 255 = 230.
"""

from pathlib import Path

import numpy as np
import pytest

from tests.workers.media import clips, specials
from workers.media.colour import HLG, PQ
from workers.media.container import open_container
from workers.media.picture import Painter
from workers.media.tonemap import eetf, hlg_scene, pq_code, pq_nits, to_sdr

TOLERANCE = 3  # of 255, through 10 bits of limited range and a codec at its best
LIGHTS = [0, 1, 5, 20, 50, 100, 203, 400, 700, 1000]  # cd/m2
SHOWN = [0, 28, 54, 97, 142, 189, 230, 250, 254, 255]
HLG_CODES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1]
HLG_SHOWN = [0, 29, 57, 86, 114, 143, 177, 230, 253, 255]
CODECS = [
    ("v.mkv", "libx265"),
    ("v.mp4", "libsvtav1"),
    ("v.mov", "prores_ks"),
    ("v.mp4", "libx264"),
]


def seen(path: Path, stripes: int) -> clips.Pixels:
    side = 16 * stripes
    out = np.zeros((side, side, 3), np.uint8)
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        Painter(1.0).square(next(container.decode(video=0)), out)
    return out[side // 2, 8::16]


@pytest.mark.parametrize(("name", "codec"), CODECS)
def test_known_lights_of_pq(tmp_path: Path, name: str, codec: str) -> None:
    path = specials.hdr(tmp_path / name, codec, PQ, pq_code(np.array(LIGHTS, np.float64)))
    colours = seen(path, len(LIGHTS))
    assert colours[:, 1].tolist() == pytest.approx(SHOWN, abs=TOLERANCE)
    assert np.ptp(colours, axis=1).max() <= 2  # grey stays grey


@pytest.mark.parametrize(("name", "codec"), CODECS)
def test_known_numbers_of_hlg(tmp_path: Path, name: str, codec: str) -> None:
    colours = seen(specials.hdr(tmp_path / name, codec, HLG, np.array(HLG_CODES)), len(HLG_CODES))
    assert colours[:, 1].tolist() == pytest.approx(HLG_SHOWN, abs=TOLERANCE)
    assert np.ptp(colours, axis=1).max() <= 2


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_brighter_is_never_darker(tmp_path: Path, transfer: int) -> None:
    codes = np.linspace(0, 1, 64)
    colours = seen(specials.hdr(tmp_path / "v.mkv", "libx265", transfer, codes), codes.size)
    assert (np.diff(colours[:, 1].astype(int)) >= 0).all()
    assert len(np.unique(colours[:, 1])) >= 50


def test_hues_stay_and_colours_within_sdr_are_what_they_were() -> None:
    wanted = np.array([(255, 255, 255), (200, 60, 60), (60, 180, 80), (50, 70, 210), (90, 90, 90)])
    to_bt2020 = np.array(
        [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
    )  # BT.2087
    nits = (wanted / 255) ** 2.4 @ to_bt2020.T * 203
    wide = np.rint(pq_code(nits) * 65_535).astype(np.uint16)[None]
    assert np.abs(to_sdr(wide, PQ)[0].astype(int) - wanted).max() <= 1


def test_a_light_beyond_everything_leaves_the_rest_visible() -> None:
    nits = np.array([1.0, 20, 100, 203, 1000, 10_000])
    wide = np.rint(pq_code(nits) * 65_535).astype(np.uint16)[None, :, None].repeat(3, axis=2)
    assert to_sdr(wide, PQ)[0, :, 0].tolist() == pytest.approx([28, 97, 169, 198, 242, 255], abs=1)


@pytest.mark.parametrize(
    ("code", "nits"),
    [(0.0, 0.0), (0.5080784, 100.0), (0.5806888, 203.0), (0.7518271, 1000.0), (1.0, 10_000.0)],
)
def test_pq_is_that_of_the_standard(code: float, nits: float) -> None:
    assert pq_nits(np.array(code)) == pytest.approx(nits, rel=1e-5)
    assert pq_code(np.array(nits)) == pytest.approx(code, abs=1e-6)


def test_hlg_is_that_of_the_standard() -> None:
    scene = hlg_scene(np.array([0, 0.5, 0.75, 1.0]))
    assert scene.tolist() == pytest.approx([0, 1 / 12, 0.26496, 1.0], abs=1e-5)


@pytest.mark.parametrize("peak", [203.0, 400.0, 1000.0, 4000.0, 10_000.0])
def test_the_curve_keeps_the_dark_bends_the_bright_and_ends_at_white(peak: float) -> None:
    nits = np.linspace(0, peak, 10_000)
    shown = eetf(nits, peak)
    assert (np.diff(shown) >= 0).all()
    assert shown[-1] == pytest.approx(203, rel=1e-6)
    assert shown[nits < 20] == pytest.approx(nits[nits < 20], rel=1e-3)
