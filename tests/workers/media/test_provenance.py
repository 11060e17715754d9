"""Absent, invalid, valid and trusted are told apart, and what a signer says is kept in bounds."""

import os
from pathlib import Path

import pytest

from tests.workers.media import clips, signed
from workers.media import provenance
from workers.media.provenance import vouch
from workers.media.vouched import Vouch, Vouched


def said(path: Path, anchors: str = "") -> Vouched:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return vouch(descriptor, Vouch(anchors=anchors))
    finally:
        os.close(descriptor)


def test_a_video_without_a_manifest_has_no_provenance(tmp_path: Path) -> None:
    assert said(clips.video(tmp_path / "v.mp4")) == Vouched(state="absent")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".avi"])
def test_a_signed_video_tells_who_made_it_and_how(tmp_path: Path, suffix: str) -> None:
    assert said(signed.video(tmp_path / f"v{suffix}")) == Vouched(
        state="valid",
        generator="Test Maker 1.5",
        issuer="Test Pictures Ltd",
        source_types=["trainedAlgorithmicMedia"],
    )


def test_a_still_has_provenance_too(tmp_path: Path) -> None:
    told = said(signed.picture(tmp_path / "p.jpg"))

    assert (told.state, told.source_types) == ("valid", ["digitalCapture"])


def test_one_byte_changed_after_signing_makes_it_invalid(tmp_path: Path) -> None:
    path = signed.video(tmp_path / "v.mp4")
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"mdat") + 100] ^= 1
    path.write_bytes(damaged)

    told = said(path, signed.authority()[0])

    assert (told.state, told.failures) == ("invalid", ["assertion.bmffHash.mismatch"])


def test_a_changed_claim_is_invalid(tmp_path: Path) -> None:
    path = signed.video(tmp_path / "v.mp4")
    path.write_bytes(
        path.read_bytes().replace(b"trainedAlgorithmicMedia", b"drainedAlgorithmicMedia")
    )

    told = said(path)

    assert (told.state, told.failures) == (
        "invalid",
        ["signingCredential.untrusted", "assertion.hashedURI.mismatch"],
    )


def test_only_an_authority_of_the_operator_makes_it_trusted(tmp_path: Path) -> None:
    path = signed.video(tmp_path / "v.mp4")
    ours, foreign = signed.authority()[0], signed.authority.__wrapped__()[0]

    assert [said(path, pem).state for pem in (ours, foreign, "")] == ["trusted", "valid", "valid"]


def test_what_is_no_container_of_manifests_is_unreadable(tmp_path: Path) -> None:
    told = said(clips.video(tmp_path / "v.mkv"))

    assert told == Vouched(state="unreadable", failures=["NotSupported"])


def test_what_a_file_was_made_from_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [{"digitalSourceType": signed.TYPES + kind} for kind in ("composite", "a b")]
    deep = {"assertions": [{"data": {"actions": [{"parameters": kinds[1]}, kinds[0]]}}]}

    found = provenance._source_types(deep)

    assert provenance._names(str(kind).rpartition("/")[2] for kind in found) == [
        "composite",
        "other",
    ]


def test_what_a_signer_says_is_one_bounded_line() -> None:
    assert provenance._text("a\x1b[31m\nb" + "c" * 999) == "a [31m b" + "c" * 192
