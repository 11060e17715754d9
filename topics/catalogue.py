"""The list of all topics: what `reelguard topic` creates and the AsyncAPI document describes."""

from .backtests import BACKTESTS
from .dead_letters import DEAD_LETTERS
from .declare import Topic
from .disagreements import DISAGREEMENTS
from .engines import ENGINES
from .policies import POLICIES
from .quota_counts import QUOTA_COUNTS
from .reviews import REVIEWS
from .uploads import BACKFILL, PRIORITY, UPLOADS
from .verdicts import VERDICTS
from .worker_status import WORKER_STATUS

TOPICS: tuple[Topic, ...] = (
    UPLOADS,
    PRIORITY,
    BACKFILL,
    POLICIES,
    ENGINES,
    WORKER_STATUS,
    VERDICTS,
    DISAGREEMENTS,
    REVIEWS,
    BACKTESTS,
    QUOTA_COUNTS,
    DEAD_LETTERS,
)
