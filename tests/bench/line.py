"""The figures of the straight line: `python -m tests.bench.line [--quick]`, on a real broker.

Progress on stderr; on stdout a table and, as the last line, one JSON object. Uses the broker that
REELGUARD_KAFKA names, else starts one. Ratios are of things measured in turns in this one run.
"""

import argparse
import os
from dataclasses import dataclass

from tests.bench import decoding, films, memory, overhead, throughput
from tests.bench.figure import Figure, show
from tests.bench.say import say
from workers.broker import named_or_running


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    film_seconds: int = 60
    clips: int = 24
    rounds: int = 5
    uploads: int = 300


FULL = Size()
QUICK = Size(film_seconds=20, clips=4, rounds=1, uploads=20)


def run(size: Size, kafka: str | None) -> list[Figure]:
    """All figures."""
    say("making videos, if they are not there yet")
    film = films.film(size.film_seconds)
    clips = films.clips(size.clips, film, size.film_seconds)
    say("media alone")
    found = decoding.measure(film, rounds=size.rounds + 2)[:1]
    found += decoding.memory(film)
    with named_or_running(kafka) as bootstrap:
        say("Kafka's share of an upload")
        found += overhead.measure(bootstrap, uploads=size.uploads)
        say(f"a worker with a null engine and a bare loop take turns over {len(clips)} clips")
        found += throughput.measure(bootstrap, clips, rounds=size.rounds)
        say("memory")
        found += memory.measure(bootstrap, clips)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the straight line.")
    parser.add_argument("--quick", action="store_true", help="little of everything, in a minute")
    given = parser.parse_args()
    show(run(QUICK if given.quick else FULL, os.environ.get("REELGUARD_KAFKA")))


if __name__ == "__main__":
    main()
