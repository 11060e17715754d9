"""`reelguard upload inspect` shows what a worker sees, and fails as a worker fails."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.engines.presence import real
from tests.workers.faces_films import film
from tests.workers.media import clips
from workers.inspect_commands import upload


def inspected(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(upload, ["inspect", *map(str, arguments)], env=env)


def parsed(*arguments: str | Path) -> dict[str, Any]:
    result = inspected(*arguments, "--json")
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def test_it_says_what_the_file_is_and_which_frames_are_judged(tmp_path: Path) -> None:
    said = parsed(clips.video(tmp_path / "v.mp4", [i / 2 for i in range(20)], sound_seconds=3.0))
    assert said["content"]["codecs"] == ["h264", "aac"]
    assert (said["content"]["width"], said["content"]["height"]) == (64, 48)
    times = [frame["pts_seconds"] for frame in said["sampled"] if not frame.get("is_cut")]
    assert times == [float(second) for second in range(10)]
    assert said["coverage"]["frames_expected"] == len(said["sampled"])
    assert said["decoder"].startswith("pyav ")
    assert said["provenance"]["state"] == "absent"
    assert said["windows"] is None


def test_people_read_it_in_lines(tmp_path: Path) -> None:
    shown = inspected(clips.video(tmp_path / "v.mp4", [i / 2 for i in range(20)])).output
    assert "content   mov,mp4,m4a,3gp,3g2,mj2 h264, 64x48, 0:10.0, sound none\n" in shown
    assert "frames    0:00.0 " in shown
    assert "made      C2PA absent\n" in shown
    assert "windows" not in shown


def test_it_shows_where_a_face_speaks(tmp_path: Path) -> None:
    path = film(tmp_path / "v.mp4", 20, faces=[(4, 16)], voices=[(4, 16)])
    said = parsed(path, "--windows")["windows"]
    assert said["choice"]["lacks"] == ""
    assert {window["basis"] for window in said["choice"]["windows"]} == {"both"}
    assert said["frames_with_face"] == pytest.approx(12, abs=2)


def test_a_face_without_a_voice_is_said_so() -> None:
    shown = inspected(real.film("carphone_pristine.mp4"), "--windows").output
    assert "faces     in 4 of 4 frames, 1 followed\n" in shown
    assert "windows   1: a face, but no voice\n" in shown
    assert "          0:00.0-0:04.0  face: face 87%, voice 0%, both 0%\n" in shown


def test_what_is_no_video_fails_as_a_worker_would(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"no video at all\n" * 100)
    result = inspected(tmp_path / "v.mp4")
    assert result.exit_code == 1
    assert result.stderr.startswith("reelguard: content/unreadable: FFmpeg says: ")


def test_programs_read_a_failure_as_a_verdicts_error(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"")
    result = inspected(tmp_path / "v.mp4", "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["class"], said["reason"], said["retryable"]) == ("content", "empty", False)


def test_an_address_that_a_worker_would_refuse_is_refused() -> None:
    result = inspected("http://127.0.0.1/v.mp4?token=secret")
    assert result.exit_code == 1
    assert "content/fetch_refused" in result.stderr
    assert "secret" not in result.output


def test_a_file_address_is_below_the_workers_root_alone(tmp_path: Path) -> None:
    uri = clips.video(tmp_path / "v.mp4").as_uri()
    assert "content/fetch_refused" in inspected(uri, env={"REELGUARD_FETCH_ROOT": "/srv"}).stderr
    assert inspected(uri, env={"REELGUARD_FETCH_ROOT": str(tmp_path)}).exit_code == 0


def test_no_file_and_no_address_is_wrong_use() -> None:
    result = inspected("nothing.mp4")
    assert (result.exit_code, "no file here and no URL" in result.stderr) == (2, True)


def test_the_workers_own_settings_count(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4", [i / 2 for i in range(20)])
    few = inspected(path, "--json", env={"REELGUARD_FRAME_SECONDS": "5"})
    assert json.loads(few.stdout)["frame_seconds"] == 5.0
