"""A container is read to its end, whatever appears on the way, and nothing else is read."""

import os
from pathlib import Path

import av
import pytest

from tests.workers.media import beeps, boxes, clips
from tests.workers.media.listener import listening
from workers.media.bounds import STREAMS_MAX, TooManyStreams
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


NAMING_OTHERS = {  # what each file says; {} is an address of a listener, or of a file
    "concat.ffconcat": "ffconcat version 1.0\nfile '{}'\n",
    "concat.txt": "file '{}'\nduration 5\nfile '{}'\n",
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n",
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{}\n",
    "key.m3u8": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{}"\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n',
    "list.m3u": "#EXTM3U\n#EXTINF:9,song\n{}\n",
    "list.pls": "[playlist]\nNumberOfEntries=1\nFile1={}\n",
    "list.asx": '<asx version="3.0"><entry><ref href="{}"/></entry></asx>',
    "list.xspf": '<playlist version="1"><trackList><track><location>{}</location></track>'
    "</trackList></playlist>",
    "list.smil": '<smil><body><video src="{}"/></body></smil>',
    "manifest.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1" bandwidth="1"><BaseURL>{}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "call.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{}\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}"/></svg>',
    "script.avs": 'AviSource("{}")\n',
    "words.vtt": "WEBVTT\n\n00:00.000 --> 00:09.000\n{}\n",
    "words.srt": "1\n00:00:00,000 --> 00:00:09,000\n{}\n",
    "words.ass": "[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:0:0,0:0:9,,{}\n",
    "tags.txt": ";FFMETADATA1\ntitle={}\n",
    "words.idx": "# VobSub index file, v7\ntimestamp: 00:00:00:000, filepos: 0\n{}\n",
    "package.xml": '<?xml version="1.0"?><CompositionPlaylist><Id>{}</Id></CompositionPlaylist>',
    "picture-%03d.txt": "{}",
}


@pytest.mark.parametrize("name", NAMING_OTHERS)
@pytest.mark.parametrize("target", ["http://127.0.0.1:{}/v.mp4", "/etc/passwd", "file:v.mp4"])
def test_a_file_that_names_others_is_refused_and_they_are_left_alone(
    tmp_path: Path, name: str, target: str
) -> None:
    clips.video(tmp_path / "v.mp4")
    with listening() as listener:
        said = NAMING_OTHERS[name].replace("{}", target.format(listener.port))
        (tmp_path / name).write_text(said)
        with open(tmp_path / name, "rb") as file, pytest.raises(av.FFmpegError):
            open_film(file.fileno())
        assert listener.connections() == 0


def reference_movie(address: bytes) -> bytes:
    """QuickTime's list of films elsewhere that a player chooses from."""
    entry = boxes.box(b"rdrf", bytes(4) + b"url " + len(address).to_bytes(4, "big") + address)
    return boxes.box(b"moov", boxes.box(b"rmra", boxes.box(b"rmda", entry)))


def test_a_reference_movie_holds_nothing(tmp_path: Path) -> None:
    with listening() as listener:
        address = f"http://127.0.0.1:{listener.port}/v.mp4\0".encode()
        (tmp_path / "v.mov").write_bytes(reference_movie(address))
        with open(tmp_path / "v.mov", "rb") as file:
            probe = open_film(file.fileno()).probe
        assert (probe.codecs, probe.has_picture, probe.audio_seconds) == ([], False, 0.0)
        assert listener.connections() == 0


def test_flash_and_other_programs_are_refused() -> None:
    with open(clips.real("demo.swf"), "rb") as file, pytest.raises(av.FFmpegError):
        open_film(file.fileno())


def test_more_streams_than_any_recording_has_are_refused(tmp_path: Path) -> None:
    made = boxes.with_more_tracks(clips.video(tmp_path / "v.mp4").read_bytes(), STREAMS_MAX)
    (tmp_path / "many.mp4").write_bytes(made)
    with open(tmp_path / "many.mp4", "rb") as file, pytest.raises(TooManyStreams, match="129"):
        open_film(file.fileno())
