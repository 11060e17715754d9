"""Authorities are read at the start, or the start says what is wrong with their file."""

from pathlib import Path

import pytest

from tests.workers.media import signed
from topics.errors import UsageError
from workers.anchors import BYTES_MAX, read_anchors


def test_no_file_means_no_authority() -> None:
    assert read_anchors("") == ""


def test_certificates_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "anchors.pem"
    path.write_text(signed.authority()[0])

    assert read_anchors(str(path)) == signed.authority()[0]


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff\xfe", None])
def test_what_holds_no_certificate_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "anchors.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError, match=r"REELGUARD_C2PA_ANCHORS is '.*anchors.pem', no file of"):
        read_anchors(str(path))


def test_a_long_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "anchors.pem"
    path.write_text(signed.authority()[0] + "\n" * BYTES_MAX)

    with pytest.raises(UsageError, match=f"limit {BYTES_MAX}"):
        read_anchors(str(path))
