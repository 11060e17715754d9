"""One row of a benchmark, without its picture: pictures are read again when they are judged.

So everything wrong with a table is said before the first picture is judged, and a set of many
gigabytes needs the memory of one batch.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A picture under a policy, and what is right.

    where:   file and row, for messages
    group:   the policy's name, or the category; every group gets its figures
    cluster: rows that are resampled together, because they show the same scene
    pair:    what the two rows of an original and its edited twin share; empty if unknown
    """

    where: str
    group: str
    policy: str
    unsafe: bool
    cluster: str
    pair: str = ""
