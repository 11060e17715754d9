"""`backtests`: verdicts of trial runs; never enforced."""

from .declare import Topic
from .verdict_examples import VERDICTS as _EXAMPLES
from .verdicts import Verdict

BACKTESTS = Topic(
    name="backtests",
    record=Verdict,
    key="video_id",
    partitions=4,
    retention_days=30,
    producers=("worker: moderate (backfill lane)",),
    consumers=("reelguard policy backtest",),
    description="What a policy or engine would have decided; nobody may act on it.",
    examples=tuple(e | {"occasion": "backtest:b-1"} for e in _EXAMPLES),
)
