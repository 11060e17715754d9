"""A worker whose engine is broken never gets ready, and says why where people look."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.manifest import FILE
from tests.live.line import WEAPONS, Line
from topics.errors import EngineFault
from workers import doctor
from workers.demo.clips import CLIPS
from workers.settings import SHIPPED_GUARD, Settings
from workers.status import read_status


def cut(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def for_another_gpu(folder: Path) -> None:
    document = json.loads((folder / FILE).read_text())
    (folder / FILE).write_text(json.dumps(document | {"runtime": "tensorrt"}))


BROKEN: list[tuple[Callable[[Path], object], str]] = [
    (cut, "model.safetensors has sha256"),
    (for_another_gpu, "cuda"),
]


@pytest.mark.parametrize(("breaks", "said"), BROKEN)
def test_a_broken_engine_is_named_by_worker_and_doctor_and_nobody_is_ready(
    kafka: str, prefix: str, tmp_path: Path, breaks: Callable[[Path], object], said: str
) -> None:
    folder = Path(shutil.copytree(SHIPPED_GUARD, tmp_path / "guard"))
    breaks(folder)
    line = Line(kafka, prefix, tmp_path, {"REELGUARD_SAFEGUARD": str(folder)})
    line.create(WEAPONS)
    line.start(ready=False)
    assert line.process is not None and line.process.wait(60) == 1
    [why] = [text for text in line.log().splitlines() if "CRITICAL" in text]
    assert "engine safeguard from" in why and said in why
    assert read_status(kafka, prefix) == []
    with pytest.raises(EngineFault, match=said):
        doctor.engines(Settings(safeguard=str(folder)))


def test_an_engine_that_dies_after_its_folder_has_gone_stops_the_worker_with_the_reason(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SHIPPED_GUARD, tmp_path / "guard"))
    line = Line(kafka, prefix, tmp_path, {"REELGUARD_SAFEGUARD": str(folder)})
    line.create(WEAPONS)
    line.start()
    assert line.process is not None
    shutil.rmtree(folder)
    children = Path(f"/proc/{line.process.pid}/task/{line.process.pid}/children").read_text()
    for child in children.split():
        if b"engine_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    clip = tmp_path / "clip.mp4"
    CLIPS[0].write(clip)
    line.send("v-1", clip.as_uri())
    assert line.process.wait(60) == 1
    assert "cannot be started: cannot read" in line.log()
    assert line.verdicts("v-1") == [] and line.committed() == 0  # it is delivered again
