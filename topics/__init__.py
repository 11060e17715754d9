"""The records on each topic, their codec and their errors: what producers and consumers share.

Imports only itself (relatively), msgspec and kafka-python, so that `topics/pyproject.toml` can
package this folder alone as `reelguard_client`; what that package is for is exported here.
The name `verdicts` is the function; the module is reached by `from topics.verdicts import ...`.
"""

from .consume import verdicts
from .decisions import Decision
from .errors import RecordError
from .reading import BadRecord
from .verdicts import Verdict

__all__ = ["BadRecord", "Decision", "RecordError", "Verdict", "verdicts"]
