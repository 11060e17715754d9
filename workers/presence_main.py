"""The process that says where faces and voices are: frames or sound in, boxes or probabilities out.

Apart from the guard's, because it computes on the processor while the guard may wait for a GPU.
Run by workers/engine_process.py as `python -m workers.presence_main FOLDER THREADS FD`.
"""

import hashlib
from pathlib import Path

import numpy as np

from engines.presence.faces import FaceDetector
from engines.presence.shape import SIDE
from engines.presence.voice import VoiceDetector

from .engine_serve import Answering, run
from .engine_wire import (
    FaceBox,
    Faces,
    FacesRequest,
    Failed,
    Ready,
    Reply,
    Request,
    Voice,
    VoiceRequest,
)

VERSION = "1"


class Presence:
    """Both networks of a folder."""

    def __init__(self, folder: Path, threads: int) -> None:
        """raises: EngineError."""
        self._faces = FaceDetector(folder, threads=threads)
        self._voice = VoiceDetector(folder, threads=threads)
        self.ready = Ready(build=_build(folder), grade="production", side=SIDE)

    def answer(self, request: Request) -> Reply:
        """What is asked for, or why it cannot be."""
        match request:
            case FacesRequest():
                return self._boxes(request)
            case VoiceRequest():
                said = [self._voice.speech(np.frombuffer(s, np.int16)) for s in request.stretches]
                return Voice(tuple(tuple(speech.tolist()) for speech in said))
        return Failed(f"presence was asked for {type(request).__name__}")

    def _boxes(self, request: FacesRequest) -> Faces:
        shape = (request.count, request.side, request.side, 3)
        found = self._faces.faces(np.frombuffer(request.frames, np.uint8).reshape(shape))
        return Faces(
            tuple(
                tuple(FaceBox(f.left, f.top, f.right, f.bottom, f.score) for f in faces)
                for faces in found
            )
        )


def _build(folder: Path) -> str:
    """Names exactly these files, as a manifest's build does."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.onnx")):
        digest.update(path.read_bytes())
    return f"presence@{VERSION}+{digest.hexdigest()[:12]}"


def load(folder: str, threads: int) -> tuple[Answering, Ready]:
    """The networks in a folder. raises: EngineError."""
    presence = Presence(Path(folder), threads)
    return presence.answer, presence.ready


if __name__ == "__main__":
    run(load)
