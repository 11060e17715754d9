"""Draw the tree of what can go wrong in an engine.

EngineError            reason `engine`
├── ManifestError      reason `engine_manifest`   the folder is not what its manifest says
├── RuntimeShapeError  reason `engine_shape`      names, dtypes or shapes that a graph does not take
└── PolicyTextError    reason `policy_text`       a text that the guard cannot read as it stands
"""

from typing import ClassVar


class EngineError(Exception):
    """An engine cannot be loaded or cannot judge."""

    reason: ClassVar[str] = "engine"


class ManifestError(EngineError):
    """The folder is not what its manifest says."""

    reason = "engine_manifest"


class RuntimeShapeError(EngineError):
    """Names, dtypes or shapes that a graph does not take."""

    reason = "engine_shape"


class PolicyTextError(EngineError):
    """A policy text that the guard cannot read as it stands; it is never cut in silence."""

    reason = "policy_text"
