"""The figures of the media side: `python -m tests.bench.media [--quick]`.

Progress on stderr; on stdout a table and, as the last line, one JSON object. Needs a broker for
one of them: the one that REELGUARD_KAFKA names, else it starts one.
"""

import argparse
import os
from dataclasses import dataclass

from tests.bench import decoding, films, hashing, known, throughput
from tests.bench.figure import Figure, show
from tests.bench.say import say
from workers.broker import named_or_running


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    film_seconds: int = 60
    long_seconds: int = 3 * 3600
    clips: int = 24
    rounds: int = 5
    starts: int = 60
    hashes: int = 1_000_000


FULL = Size()
QUICK = Size(film_seconds=20, long_seconds=600, clips=4, rounds=1, starts=5, hashes=50_000)


def run(size: Size, kafka: str | None) -> list[Figure]:
    """All figures."""
    say("making videos, if they are not there yet")
    film = films.film(size.film_seconds)
    long_film = films.long_film(size.long_seconds)
    clips = films.clips(size.clips, film, size.film_seconds)
    say("media alone")
    found = decoding.start(rounds=size.starts)
    found += hashing.measure(film, rounds=size.rounds)
    found += known.measure(size.hashes)
    found += decoding.measure(film, rounds=size.rounds + 2)
    found += decoding.memory(film, long_film)
    with named_or_running(kafka) as bootstrap:
        say(f"a worker with a null engine and a bare loop take turns over {len(clips)} clips")
        found += throughput.measure(bootstrap, clips, rounds=size.rounds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the media side.")
    parser.add_argument("--quick", action="store_true", help="little of everything, in a minute")
    given = parser.parse_args()
    show(run(QUICK if given.quick else FULL, os.environ.get("REELGUARD_KAFKA")))


if __name__ == "__main__":
    main()
