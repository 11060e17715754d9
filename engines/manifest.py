"""Turn an engine's folder into what it claims to be, and check that it is.

manifest.json stands beside the files it lists. No signature: where the folder came from is the
engine topic's business.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from .calibration import Calibration
from .errors import ManifestError
from .record import from_document

FILE = "manifest.json"
SIDE_MAX, TOKENS_MAX, MODES_MAX = 8192, 2**20, 16  # px, tokens; larger is surely a mistake
POLICY_FIRST_LOSS_MAX = 0.005  # half a point of balanced accuracy
POLICY_FIRST_CASES_MIN = 200  # of fewer, half a point is less than a case
RuntimeName = Literal["onnxruntime", "torch", "tensorrt", "tensorrt_rtx"]
Layout = Literal["image_first", "policy_first"]
Spelling = Literal["plain", "verbatim"]


@dataclass(frozen=True)
class AnswerTokens:
    """Token ids of each answer, and the words that they say: of these, `unsafe` violates."""

    safe: tuple[int, ...]
    unsafe: tuple[int, ...]
    safe_words: tuple[str, ...] = ("safe",)
    unsafe_words: tuple[str, ...] = ("unsafe",)


@dataclass(frozen=True)
class Mode:
    """One way of asking, whole; the defaults are those of the small world's first version."""

    prompt: str  # what is said about the picture, with {policy}
    assistant_prefix: str  # the guard's first words, which are put into its mouth
    answers: AnswerTokens
    polarity: str  # what the answer `unsafe` says about the policy
    trace_max_tokens: int  # 0: it answers at once, without a trace
    before: str = "<|im_start|>user\n<|vision_start|>"  # the picture; the system's turn is in it
    after: str = "<|vision_end|>"  # the picture, ends the prefix that all policies share
    turn_ends: str = "<|im_end|>\n<|im_start|>assistant\n"
    ends: tuple[str, ...] = ("<|im_end|>",)  # tokens at which it has finished
    layout: Layout = "image_first"
    text: Spelling = "plain"  # how a policy's text is spelt: see prompt.py
    why: str = ""  # its first words when it says why, with {word}; empty: it never does
    why_max_tokens: int = 0


@dataclass(frozen=True)
class PolicyFirst:
    """Long policies read before the image: what that costs in accuracy, and where it pays."""

    mode: Mode  # of layout policy_first
    accuracy: float  # balanced
    published: float  # balanced, of the manifest's own mode on the same cases
    cases: int
    refusal: str  # of the mode's own gate; empty if it passed
    from_tokens: int  # of a policy's row; from there on it costs less than behind the image

    @property
    def offered(self) -> bool:
        """Whether a guard may be asked so."""
        enough = self.cases >= POLICY_FIRST_CASES_MIN
        lost = self.published - self.accuracy
        return enough and not self.refusal and lost <= POLICY_FIRST_LOSS_MAX


@dataclass(frozen=True)
class Execution:
    """Where a build's golden inputs were executed, and came out as they should."""

    runtime: RuntimeName
    version: str  # of the runtime
    device: str  # "CPU, x86_64" or the GPU's name
    capability: str  # of the GPU, as SM89; empty for a CPU
    at: str  # UTC


@dataclass(frozen=True)
class Manifest:
    """What an engine version is; its figures were measured where it was executed."""

    engine: str
    version: str
    base_model: str
    files: dict[str, str]  # name: sha256
    precision: str
    shape: dict[str, Any]  # numbers of the model
    image_side: int  # px
    s_max: int  # tokens, the decoder's bucket
    modes: dict[str, Mode]
    calibration: Calibration
    parity: dict[str, Any]
    evaluation: dict[str, Any]
    executed_on: tuple[Execution, ...]  # empty: no machine has, and nothing is claimed
    licence: str
    trained_on: str
    grade: Literal["demo", "production"]
    runtime: RuntimeName = "onnxruntime"  # what executes the files
    architecture: str = "qwen2_5_vl"  # transformers' model_type
    tolerances: dict[str, Any] = field(default_factory=dict)  # allowed distance to the reference
    policy_first: PolicyFirst | None = None  # None: never measured, so never used

    @property
    def build(self) -> str:
        """Short name of exactly these files: safeguard@0.1.0+0123456789ab."""
        lines = "".join(f"{name} {digest}\n" for name, digest in sorted(self.files.items()))
        return f"{self.engine}@{self.version}+{sha256(lines.encode())[:12]}"

    @property
    def mode(self) -> Mode:
        """How it judges: with a trace where its gate passed so. raises: ManifestError"""
        for name in ("reasoned", "direct"):
            if name in self.modes:
                return self.modes[name]
        raise ManifestError(f"{self.engine} has modes {[*self.modes]}, not reasoned or direct")

    def save(self, folder: Path) -> None:
        """Write manifest.json."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Read manifest.json and check every file it lists.

        raises: ManifestError, saying what is missing, unknown or different
        """
        manifest = cls.read(folder)
        manifest.check_files(folder, manifest.files)
        return manifest

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read manifest.json alone.

        raises: ManifestError, saying what is missing, unknown or mistyped
        """
        path = folder / FILE
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise ManifestError(f"cannot read {path}: {error}") from error
        manifest = from_document(cls, document, str(path))
        for what, number, largest in manifest._numbers():
            if not 0 < number <= largest:
                raise ManifestError(f"{path}: expected {what} of 1 to {largest}, got {number}")
        return manifest

    def check_files(self, folder: Path, names: Iterable[str]) -> None:
        """Check some of the files. raises: ManifestError, naming the first that is another one"""
        for name in names:
            path, wrong = folder / name, ""
            if name not in self.files:
                wrong = f"does not list {name!r}, which is needed"
            elif Path(name).name != name or not path.is_file():
                wrong = f"lists {name!r}, which is no file there"
            if wrong:
                raise ManifestError(f"{folder / FILE} {wrong}")
            found = sha256_of(path)
            if found != self.files[name]:
                raise ManifestError(
                    f"{path} has sha256 {found}, the manifest says {self.files[name]}"
                )

    def _numbers(self) -> Iterator[tuple[str, int, int]]:
        """(what, number, the largest that makes sense)."""
        yield "image_side", self.image_side, SIDE_MAX
        yield "s_max", self.s_max, TOKENS_MAX
        yield "modes", len(self.modes), MODES_MAX
        for name, mode in self.modes.items():
            yield f"trace_max_tokens of {name} + 1", mode.trace_max_tokens + 1, self.s_max
            yield f"why_max_tokens of {name} + 1", mode.why_max_tokens + 1, self.s_max


def sha256(content: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """Of a file of any size. raises: ManifestError if it cannot be read"""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ManifestError(f"cannot read {path}: {error}") from error
