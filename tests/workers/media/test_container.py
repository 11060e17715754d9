"""A container is read to its end, whatever appears on the way."""

import os
from pathlib import Path

from tests.workers.media import beeps
from workers.media.film import open_film

_HEADER, _TAG_HEADER, _TAG_TAIL = 13, 11, 4  # bytes of an FLV file and of its tags
_SOUND, _SCRIPT = 8, 18


def without_early_sound(flv: bytes, until_seconds: float) -> bytes:
    """A recording in which the sound was switched on late, and nothing announces it."""
    kept, place = bytearray(flv[:_HEADER]), _HEADER
    kept[4] = 1  # the header promises a picture alone
    while place < len(flv):
        kind, size = flv[place], int.from_bytes(flv[place + 1 : place + 4])
        milliseconds = int.from_bytes(flv[place + 4 : place + 7])
        end = place + _TAG_HEADER + size + _TAG_TAIL
        early = kind == _SOUND and milliseconds < until_seconds * 1000
        if kind != _SCRIPT and not early:
            kept += flv[place:end]
        place = end
    return bytes(kept)


def test_a_stream_that_appears_late_does_not_end_the_reading(tmp_path: Path) -> None:
    made = beeps.video(tmp_path / "v.flv", "aac").read_bytes()
    (tmp_path / "late.flv").write_bytes(without_early_sound(made, 8.0))
    source = os.open(tmp_path / "late.flv", os.O_RDONLY)
    film = open_film(source)
    assert film.times.size == 250
    assert len(beeps.flashes(film)) == len(beeps.TIMES)
    os.close(source)
