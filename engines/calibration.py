"""Say how far an engine's scores can be taken for probabilities; part of its manifest.

`calibrated`: of the answers with a score near p, a share near p are right, on policies that neither
training nor the fit has seen. `ordinal`: a higher score means more, and that is all; a policy may
then use one threshold only (policies/finding.py).
"""

from dataclasses import dataclass, field
from typing import Literal

ECE_MAX = 0.05  # expected calibration error in 15 bins of equal mass
AUROC_MIN = 0.93


@dataclass(frozen=True)
class Calibration:
    """How raw answers become scores, and how well that holds.

    method: what reads the parameters; `none`: scores are the engine's own shares
    ece, auroc: on held-out policies; None where nobody has measured them
    """

    method: str = "none"
    parameters: dict[str, tuple[float, ...]] = field(default_factory=dict)
    ece: float | None = None
    auroc: float | None = None
    fitted_on: str = ""
    grade: Literal["calibrated", "ordinal"] = "ordinal"


def grade_of(ece: float, auroc: float) -> Literal["calibrated", "ordinal"]:
    """`calibrated` where both bars are met."""
    return "calibrated" if ece <= ECE_MAX and auroc >= AUROC_MIN else "ordinal"
