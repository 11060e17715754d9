"""A camera moves, and cuts nothing off."""

import numpy as np

from workers.guard_video.camera import MARGIN, Camera

SIZE, CORNERS = (96, 54), (10, 8, 70, 44)
MOMENTS = np.linspace(0, 60, 200)


def boxes(camera: Camera) -> list[tuple[float, float, float, float]]:
    return [camera.box(float(moment)) for moment in MOMENTS]


def test_a_camera_that_stands_still_shows_the_scene_as_it_was_drawn() -> None:
    assert set(boxes(Camera(SIZE, CORNERS, 0))) == {(MARGIN, MARGIN, MARGIN + 96, MARGIN + 54)}


def test_a_moving_camera_keeps_all_objects_in_view_and_stays_in_the_place() -> None:
    for seed in range(1, 20):
        for left, top, right, bottom in boxes(Camera(SIZE, CORNERS, seed)):
            assert left <= CORNERS[0] + MARGIN + 1e-9 and right >= CORNERS[2] + MARGIN - 1e-9
            assert top <= CORNERS[1] + MARGIN + 1e-9 and bottom >= CORNERS[3] + MARGIN - 1e-9
            assert left >= -1e-9 and right <= 96 + 2 * MARGIN + 1e-9


def test_a_moving_camera_pans_and_zooms() -> None:
    shown = boxes(Camera(SIZE, CORNERS, 5))
    lefts, widths = [box[0] for box in shown], [box[2] - box[0] for box in shown]
    assert max(lefts) - min(lefts) > 4 and max(widths) - min(widths) > 4
