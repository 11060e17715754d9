"""Ask a child of its own about a file's provenance, in a small share of the upload's time.

What goes wrong there is the answer `unreadable`: no file can escape its judgement by its manifest.
"""

import asyncio
import dataclasses

from topics.errors import ContentError
from topics.verdicts import Provenance

from .ask import Asker
from .vouched import Vouch, Vouched

SECONDS_MAX = 10.0  # the library hashes 1 GB in a second of processor time
SHARE_MAX = 0.25  # of the time that the upload has left

ABSENT = Provenance(state="absent")


async def provenance(asker: Asker, anchors: str) -> Provenance:
    """What the file says about its making. anchors: PEM. raises: SandboxFault."""
    now = asyncio.get_running_loop().time()
    until = now + min(SECONDS_MAX, SHARE_MAX * (asker.deadline - now))
    try:
        said, run = await dataclasses.replace(asker, deadline=until).ask(
            Vouch(anchors=anchors), Vouched, buffer_bytes=1
        )
    except ContentError as error:
        return Provenance(state="unreadable", failures=(error.reason,))
    run.buffer.close()
    return Provenance(
        state=said.state,
        generator=said.generator,
        issuer=said.issuer,
        signed_at=said.signed_at,
        source_types=tuple(said.source_types),
        failures=tuple(said.failures),
    )
