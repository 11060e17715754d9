"""The set has the real one's layout; pairs differ only where an edit was made."""

import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engines.safeguard.prompt import plain
from engines.scenes.layout import Scene, inner_size
from retrain.bench import parquet
from retrain.bench.facts import read_facts
from retrain.bench.mini import encoded, make, prose, unlike
from retrain.bench.safeeditbench import COLUMNS, read_cases
from retrain.testsets import LEVEL_SETS, VIDEO_SCALE, StrictPair, draw_pairs

PAIRS = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("mini") / "set"
    assert make(place, PAIRS, lambda _: None) == 5 * 2 * PAIRS
    return place


def test_the_set_is_read_as_the_real_one_is(folder: Path) -> None:
    cases = read_cases(parquet.shards(folder, "test"))
    assert Counter(case.group for case in cases) == {f"Policy L{n}": 2 * PAIRS for n in range(1, 6)}
    assert [case.unsafe for case in cases] == [True, False] * 5 * PAIRS
    assert {*Counter((case.group, case.pair) for case in cases).values()} == {2}


def test_pictures_are_decoded_video_frames_of_384_pixels(folder: Path) -> None:
    for _, row in parquet.rows(parquet.shards(folder, "test"), [*COLUMNS]):
        assert max(Image.open(io.BytesIO(row["image"]["bytes"])).size) == 384
        assert row["image_path"].startswith("test_images/L")


def test_facts_stand_beside_every_row(folder: Path) -> None:
    facts = read_facts(folder, 5 * 2 * PAIRS)
    for one, other in zip(facts[::2], facts[1::2], strict=True):
        assert (one.place, one.rest_banned, len(one.objects)) == (
            other.place,
            other.rest_banned,
            len(other.objects),
        )
        assert Counter(one.objects) != Counter(other.objects)


def test_a_set_is_the_same_whenever_it_is_made(folder: Path, tmp_path: Path) -> None:
    make(tmp_path, PAIRS, lambda _: None)
    for name in ("scenes.jsonl", "data/test-00000-of-00001.parquet"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_policies_read_as_people_write_and_mean_what_was_drawn() -> None:
    pairs = draw_pairs(LEVEL_SETS[3])
    for text in (next(pairs).text for _ in range(40)):
        written = prose(text)
        assert plain(written) == text and " ." not in written and written[0].isupper()


def test_twins_differ_only_where_the_edit_was_made() -> None:
    pair: StrictPair = next(draw_pairs(LEVEL_SETS[2]))
    one, other = (encoded(scene).astype(np.int16) for scene in pair.scenes)
    changed = next(
        slot
        for slot, was, now in zip(
            pair.scenes[0].slots, pair.scenes[0].objects, pair.scenes[1].objects, strict=True
        )
        if was != now
    )
    far = away_from(pair.scenes[0], changed)
    assert np.abs(one - other).max() > 60
    assert np.abs(one - other)[far].mean() < 3


def away_from(scene: Scene, slot: tuple[int, int]) -> NDArray[np.bool_]:
    width, height = inner_size(scene.aspect)
    x, y = np.meshgrid(np.arange(width * VIDEO_SCALE), np.arange(height * VIDEO_SCALE))
    near = 20 * VIDEO_SCALE
    return (abs(x - slot[0] * VIDEO_SCALE) > near) | (abs(y - slot[1] * VIDEO_SCALE) > near)


def test_a_scene_that_looks_like_an_earlier_one_is_left_out() -> None:
    pairs = draw_pairs(LEVEL_SETS[0])
    first, second = next(pairs), next(pairs)
    kept = [pair for pair, _ in unlike(iter([first, first, second]))]
    assert kept == [first, second]


def test_facts_are_json_lines(folder: Path) -> None:
    lines = (folder / "scenes.jsonl").read_text().splitlines()
    assert {*json.loads(lines[0])} == {"place", "objects", "rest_banned", "deciding"}
