"""The way of an upload, from top to bottom: a record comes in, a verdict goes out.

    uploads -> fetch, probe, decode (media) -> engines -> decide -> publish -> verdicts

Failures are `settled`'s business; who starts what is `app`'s.
"""

import faust
from faust.streams import Stream
from faust.types import TopicT

from policies.decide import decide
from topics import codec
from topics.uploads import Upload

from .rooms import Rooms


def install(app: faust.App, uploads: TopicT, rooms: Rooms, *, concurrency: int) -> None:
    """Add the agent that moderates `uploads`, with so many of them in flight."""
    in_force, settled, media = rooms.in_force, rooms.settled, rooms.media
    judge, publish, remaining = rooms.judge, rooms.publisher.decision, rooms.remaining

    @app.agent(uploads, concurrency=concurrency)  # type: ignore[arg-type]  # its StreamT: no noack
    async def moderate(stream: Stream[bytes]) -> None:
        """Judge each upload; raw bytes, so that bad ones reach us."""
        await in_force.ready()
        async for event in stream.noack().events():
            async with settled(event) as case:
                upload = codec.decode(Upload, event.value, where=case.where)
                async with media.clip(
                    upload.uri,
                    sha256=upload.sha256,
                    side=judge.guard.side,
                    deadline_seconds=case.seconds_left(),
                ) as clip:
                    judged = await judge(upload, clip, in_force.snapshot(), deadline=case.deadline)
                    decision = decide(upload, case.occasion, judged.judgement, remaining())
                    await publish(*decision, judged.files)  # the broker's own word, then the ack
