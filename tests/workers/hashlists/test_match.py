"""Frames are held against all lists; what says nothing is not asked about."""

import io
import tempfile

import numpy as np

from tests.workers.hashlists.lists import entries, some_hashes
from tests.workers.hashlists.test_index import flipped
from workers.hashlists.index import Hashes
from workers.hashlists.index_file import HashList, Matching, pack, unpack, version_of
from workers.hashlists.match import ITEMS_MAX, comparable, is_comparable, known_content, matches
from workers.media.answers import Seen

KNOWN = some_hashes(3)


def held(hashes: Hashes, items: list[str | None] | None = None, **how: int) -> HashList:
    packed = pack(entries(hashes, items), Matching(**how))  # type: ignore[arg-type]
    with tempfile.TemporaryFile() as into:
        return unpack(io.BytesIO(packed), into, version_of(packed))


def seen(pts: float, one: Hashes, mirrored: Hashes | None = None, quality: int = 90) -> Seen:
    other = mirrored.tobytes().hex() if mirrored is not None else None
    return Seen(pts_seconds=pts, square=0, pdq=one.tobytes().hex(), mirrored=other, quality=quality)


def test_each_frame_is_told_with_list_item_and_distance() -> None:
    lists = {"terror": held(KNOWN, ["a", "b", None]), "abuse": held(KNOWN[1:2])}
    found = matches(lists, [seen(1.0, flipped(KNOWN[1], 12)), seen(2.0, some_hashes(1, 9)[0])])
    assert [(m.pts_seconds, m.list, m.item, m.distance) for m in found] == [
        (1.0, "terror", "b", 12),
        (1.0, "abuse", KNOWN[1].tobytes().hex(), 12),
    ]


def test_a_mirrored_copy_is_found_where_the_list_wants_it() -> None:
    frame = seen(1.0, some_hashes(1, 9)[0], mirrored=flipped(KNOWN[0], 6))
    assert [m.distance for m in matches({"a": held(KNOWN)}, [frame])] == [6]
    assert matches({"a": held(KNOWN, mirrored=False)}, [frame]) == []


def test_a_list_may_be_stricter() -> None:
    frame = seen(1.0, flipped(KNOWN[0], 12))
    assert matches({"a": held(KNOWN, distance=11)}, [frame]) == []
    assert matches({"a": held(KNOWN, distance=12)}, [frame])


def test_an_item_of_several_hashes_is_told_once_with_the_nearest() -> None:
    near = [flipped(KNOWN[0], bits) for bits in (9, 3, 20)]
    [found] = matches({"a": held(np.array(near), ["x", "x", "x"])}, [seen(1.0, KNOWN[0])])
    assert (found.item, found.distance) == ("x", 3)


def test_the_nearest_of_too_many_items_are_told() -> None:
    near = np.array([flipped(KNOWN[0], 30 - n // 2, n) for n in range(60)])
    found = matches({"a": held(near)}, [seen(1.0, KNOWN[0])])
    assert len(found) == ITEMS_MAX
    assert max(one.distance for one in found) <= 11


def test_frames_of_low_quality_or_without_a_hash_are_not_compared() -> None:
    clear = seen(1.0, KNOWN[0], quality=50)
    frames = [seen(0.0, KNOWN[0], quality=49), clear, Seen(pts_seconds=2.0, square=0)]
    assert comparable(frames) == [clear]


def test_a_frame_without_a_hash_is_noticed() -> None:
    assert is_comparable([seen(1.0, KNOWN[0]), seen(2.0, KNOWN[0], quality=0)])
    assert not is_comparable([seen(1.0, KNOWN[0]), Seen(pts_seconds=2.0, square=0)])


def test_frames_of_one_hash_are_all_told() -> None:
    frames = [seen(float(n), KNOWN[0]) for n in range(5)]
    assert [m.pts_seconds for m in matches({"a": held(KNOWN)}, frames)] == [0, 1, 2, 3, 4]


async def test_what_matches_is_told_as_a_stretch() -> None:
    frames = [seen(0.0, some_hashes(1, 8)[0]), seen(1.0, KNOWN[0]), seen(2.0, KNOWN[0])]
    [found] = await known_content({"a": held(KNOWN, ["x", "y", "z"])}, frames, 1.0, 3.0)
    assert (found.item, found.start_seconds, found.end_seconds) == ("x", 0.5, 3.0)


async def test_without_lists_nothing_is_known() -> None:
    assert await known_content({}, [seen(1.0, KNOWN[0])], 1.0, 3.0) == ()
