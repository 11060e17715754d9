"""What a file says of its making stands in its verdict, and changes nothing that was decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.line import WEAPONS, Line, running_line, until
from tests.workers.media import clips, signed
from topics.verdicts import Provenance, Verdict


@pytest.fixture(scope="module")
def line(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A worker that trusts the tests' authority."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "anchors.pem").write_text(signed.authority()[0])
    settings = {
        "REELGUARD_C2PA_ANCHORS": str(folder / "anchors.pem"),
        "REELGUARD_ALLOW_DEMO_ENGINES": "1",
    }
    with running_line(kafka, f"c{folder.stat().st_ino}-", folder, **settings) as running:
        running.publish(WEAPONS)
        until(running.is_ready, "a ready worker")
        yield running


def judged(line: Line, path: Path) -> Verdict:
    line.send(path.stem, path.as_uri())
    return line.verdict(path.stem)


def test_signed_changed_and_unsigned_uploads_are_told_apart(line: Line) -> None:
    files = [line.folder / f"{name}.mp4" for name in ("signed", "changed", "plain")]
    for file in files[:2]:
        signed.video(file)
    clips.video(files[2])
    changed = bytearray(files[1].read_bytes())
    changed[changed.index(b"mdat") + 100] ^= 1
    files[1].write_bytes(changed)

    verdicts = [judged(line, file) for file in files]

    told = [verdict.provenance for verdict in verdicts]
    assert [made.state if made else None for made in told] == ["trusted", "invalid", "absent"]
    assert told[0] == Provenance(
        state="trusted",
        generator="Test Maker 1.5",
        issuer="Test Pictures Ltd",
        source_types=("trainedAlgorithmicMedia",),
    )
    assert len({(verdict.action, verdict.reasons) for verdict in verdicts}) == 1
    assert all((verdict.versions.decoder or "").startswith("pyav ") for verdict in verdicts)
