"""What the engines said about one upload: the input of `decide`, and nothing that decides.

Built by workers/judge.py from frames and answers; every field is plain data, so a judgement can be
made by hand in a test and read back from a score table.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from topics.policies import Need, Policy
from topics.verdicts import Content, Coverage, Deepfake, Evidence, KnownContent, Provenance

Word = Literal["safe", "unsafe", "unparsable"]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Why a verdict will exist, and its place among the verdicts of the same video.

    name: `upload:<topic>/<partition>/<offset>` (topics/identity.py)
    sequence: milliseconds of the original record's timestamp: grows, and survives a redelivery
    queued_seconds: between that timestamp and the start of the work
    """

    name: str
    sequence: int
    queued_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FrameAnswer:
    """What the guard said about one frame under one policy; score = P(violates).

    copy_of: the time of the frame that was asked about instead of this one, its near twin
    is_cut: the frame was taken because the content jumps there
    pdq: the frame's perceptual hash; distance: in bits, from that of the frame that it copies
    """

    pts_seconds: float
    word: Word
    score: float
    rationale: str = ""
    copy_of: float | None = None
    is_cut: bool = False
    pdq: str | None = None
    distance: int = 0


@dataclass(frozen=True, kw_only=True)
class Paraphrased:
    """What the guard said about some frames under a policy in other words.

    number: its place among the policy's paraphrases, from 1
    """

    number: int
    text: str
    answers: tuple[FrameAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class PolicyJudgement:
    """All answers under one policy version, in order of time.

    decides: False for a shadow, whose result is published but never changes the action
    paraphrases: never part of the result either; only some frames were asked about
    """

    policy: Policy
    answers: tuple[FrameAnswer, ...]
    decides: bool = True
    paraphrases: tuple[Paraphrased, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Everything that `decide` reads about one upload, besides the upload and the quota.

    senses: what could be judged in this upload by this worker, as {"picture"}
    frame_seconds: the base distance between sampled frames
    evidence: by pts_seconds, the stored frames that a segment may point to
    hashlists: version of each list of known content that the frames were held against
    lists_complete: whether these are all that are in force, and all frames could be held against
        them
    demo_engines: engines of grade demo that are not allowed to decide here
    ordinal_engines: engines whose scores are no probabilities
    fetch, decode, judge: seconds spent
    """

    judged_at: datetime
    content: Content
    coverage: Coverage
    has_picture: bool
    senses: frozenset[Need]
    frame_seconds: float
    policies: tuple[PolicyJudgement, ...]
    deepfake: Deepfake
    policy_set: str
    engines: dict[str, str]
    worker: str
    sampling: str
    decoder: str | None = None
    known_content: tuple[KnownContent, ...] = ()
    hashlists: dict[str, str] = field(default_factory=dict)
    lists_complete: bool = True
    provenance: Provenance | None = None
    evidence: dict[float, Evidence] = field(default_factory=dict)
    score_table_uri: str | None = None
    demo_engines: tuple[str, ...] = ()
    ordinal_engines: tuple[str, ...] = ()
    fetch_seconds: float = 0.0
    decode_seconds: float = 0.0
    judge_seconds: float = 0.0
