"""The decisions on one video: the first record of each verdict_id, oldest occasion first."""

from topics import codec
from topics.errors import RecordError
from topics.scan import scan
from topics.verdicts import VERDICTS, Verdict


def decisions_on(video_id: str, bootstrap: str, prefix: str) -> list[Verdict]:
    """Every decision on a video. raises: BrokerFault."""
    first: dict[str, Verdict] = {}
    key = video_id.encode()
    for found in scan(bootstrap, VERDICTS.prefixed(prefix)):
        if found.key != key:
            continue
        try:
            verdict = codec.decode(Verdict, found.value)
        except RecordError:  # not a verdict of ours, so no decision
            continue
        first.setdefault(verdict.verdict_id, verdict)
    return sorted(first.values(), key=lambda verdict: verdict.sequence)
