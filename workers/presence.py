"""Ask the presence process for the faces in frames and the speech in sound.

Started with the first question or by `start`; a worker whose engines need no faces never pays.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.presence.shape import Face

from .engine_process import EngineProcess
from .engine_wire import Faces, FacesRequest, Voice, VoiceRequest

SHIPPED = Path(__file__).parent.parent / "engines" / "weights" / "presence"
NAME, MODULE = "presence", "workers.presence_main"
STRETCHES_AT_ONCE = 8  # half a megabyte of sound


class Presence:
    """The presence engine of one worker."""

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 1) -> None:
        """Starts nothing."""
        self.process = EngineProcess(NAME, str(folder), threads=threads, module=MODULE)

    async def start(self) -> None:
        """Start and wait until it is loaded. raises: EngineFault."""
        await self.process.start()

    async def stop(self) -> None:
        """Kill the process."""
        await self.process.stop()

    async def faces(self, frames: NDArray[np.uint8], *, deadline: float) -> list[tuple[Face, ...]]:
        """The faces of each frame, (T, SIDE, SIDE, 3), the surest first.

        deadline: on the loop's clock
        raises:   DeadlineExceeded, EngineCrash, EngineFault
        """
        request = FacesRequest(np.ascontiguousarray(frames).tobytes(), len(frames), frames.shape[1])
        task = f"looked for faces in {len(frames)} frames"
        reply = await self.process.ask(request, Faces, task, deadline=deadline)
        return [
            tuple(Face(f.left, f.top, f.right, f.bottom, f.score) for f in faces)
            for faces in reply.found
        ]

    async def speech(
        self, stretches: Sequence[NDArray[np.int16]], *, deadline: float
    ) -> list[NDArray[np.float32]]:
        """The probability of speech per hop of each stretch, 16 kHz mono.

        raises: as `faces`
        """
        said: list[NDArray[np.float32]] = []
        for start in range(0, len(stretches), STRETCHES_AT_ONCE):
            some = stretches[start : start + STRETCHES_AT_ONCE]
            request = VoiceRequest(tuple(samples.tobytes() for samples in some))
            task = f"listened to {len(some)} stretches"
            reply = await self.process.ask(request, Voice, task, deadline=deadline)
            said += [np.array(speech, np.float32) for speech in reply.speech]
        return said
