"""Have a video's frames sampled: by the jailed child, or by DALI from what the child has written.

Whatever goes wrong with DALI, the child decodes, once, and the name of the decoder says why.
"""

import asyncio
import dataclasses
import logging

import msgspec

from topics.errors import DecoderFault, MediaResult

from .answers import Sample, Sampled
from .ask import Asker
from .gpu_process import GpuProcess, NotDecoded, absent
from .prepared import Prepare, Prepared, Task
from .sandbox import Run

log = logging.getLogger(__name__)

REWRITTEN_BYTES_MAX = 256 << 20
_SLACK_BYTES = 1 << 20  # what a container may need more than another, and a tenth
SHARE = 0.5  # of the time left is DALI's, so that the child can still decode


async def open_dali(decoder: str) -> GpuProcess | None:
    """A process that decodes, if one is wanted and works here; None: PyAV decodes.

    decoder: `auto`, `gpu` or `cpu`
    raises:  DecoderFault if it must be the GPU
    """
    if decoder == "cpu":
        return None
    why = absent()
    if why is None:
        dali = GpuProcess()
        try:
            await dali.start()
            return dali
        except DecoderFault as error:
            why = str(error)
    if decoder == "gpu":
        raise DecoderFault(f"REELGUARD_DECODER is gpu, but {why}; `auto` decodes with PyAV then")
    log.info("PyAV decodes: %s", why)
    return None


async def sampled(asker: Asker, sample: Sample, dali: GpuProcess | None) -> tuple[Sampled, Run]:
    """The answer, and a run whose buffer, with the squares, the caller closes.

    raises: as Asker.ask
    """
    squares_bytes = sample.frames_max * sample.side * sample.side * 3
    if dali is None:
        return await asker.ask(sample, Sampled, squares_bytes)
    bytes_max = min(REWRITTEN_BYTES_MAX, asker.source.size_bytes * 11 // 10 + _SLACK_BYTES)
    decoder = dali.ready.decoder
    request = Prepare(sample=sample, decoder=decoder, codecs=dali.codecs, bytes_max=bytes_max)
    prepared, run = await asker.ask(request, Prepared, max(bytes_max, squares_bytes))
    if prepared.sampled is not None:
        return prepared.sampled, run
    try:
        return await _by_dali(asker, sample, prepared, run, dali)
    except NotDecoded as error:
        answer, run = await asker.ask(sample, Sampled, squares_bytes)
        name = f"{answer.decoder}; {decoder} failed: {error}"[:64]
        return msgspec.structs.replace(answer, decoder=name), run


async def _by_dali(
    asker: Asker, sample: Sample, prepared: Prepared, run: Run, dali: GpuProcess
) -> tuple[Sampled, Run]:
    """Closes the run's buffer. raises: NotDecoded, MediaResult"""
    try:
        clean, probe = prepared.clean, prepared.probe
        if clean is None or probe is None or not clean.fits(run.buffer.size_bytes):
            raise MediaResult("bad_result: a file for another decoder that is none")
        left = asker.deadline - asyncio.get_running_loop().time()
        task = Task(sample=sample, clean=clean, probe=probe)
        answer, squares = await dali.decode(task, run.buffer, SHARE * left)
    finally:
        run.buffer.close()
    answer = msgspec.structs.replace(
        answer,
        decoder=f"{answer.decoder}, close-ups {prepared.decoder}"[:64],
        may_carry_manifest=prepared.may_carry_manifest,
    )
    return answer, dataclasses.replace(run, buffer=squares)
