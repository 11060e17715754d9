"""The list of all topics: what `reelguard topic` creates and the AsyncAPI document describes."""

from . import engines, policies
from .backtests import BACKTESTS
from .dead_letters import DEAD_LETTERS
from .declare import Topic
from .disagreements import DISAGREEMENTS
from .quota_counts import QUOTA_COUNTS
from .reviews import REVIEWS
from .uploads import BACKFILL, PRIORITY, UPLOADS
from .verdicts import VERDICTS
from .worker_status import WORKER_STATUS

TOPICS: tuple[Topic, ...] = (
    UPLOADS,
    PRIORITY,
    BACKFILL,
    policies.POLICIES,
    engines.ENGINES,
    WORKER_STATUS,
    VERDICTS,
    DISAGREEMENTS,
    REVIEWS,
    BACKTESTS,
    QUOTA_COUNTS,
    DEAD_LETTERS,
)
