"""Turn an engine's folder into what it claims to be, and check that it is.

manifest.json stands beside the files it lists. No signature: where the folder came from is the
engine topic's business.
"""

import hashlib
import json
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from .errors import ManifestError

FILE = "manifest.json"
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
    calibration: str
    parity: dict[str, Any]
    evaluation: dict[str, Any]
    executed_on: tuple[Execution, ...]  # empty: no machine has, and nothing is claimed
    licence: str
    trained_on: str
    grade: Literal["demo", "production"]
    runtime: RuntimeName = "onnxruntime"  # what executes the files
    architecture: str = "qwen2_5_vl"  # transformers' model_type
    tolerances: dict[str, Any] = field(default_factory=dict)  # allowed distance to the reference

    @property
    def build(self) -> str:
        """Short name of exactly these files: safeguard@0.1.0+0123456789ab."""
        lines = "".join(f"{name} {digest}\n" for name, digest in sorted(self.files.items()))
        return f"{self.engine}@{self.version}+{sha256(lines.encode())[:12]}"

    def save(self, folder: Path) -> None:
        """Write manifest.json."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Read manifest.json and check every file it lists.

        raises: ManifestError, saying what is missing, unknown or different
        """
        path = folder / FILE
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ManifestError(f"cannot read {path}: {error}") from error
        manifest = _parsed(document, path)
        manifest._check_files(folder)
        return manifest

    def _check_files(self, folder: Path) -> None:
        for name, expected in self.files.items():
            path = folder / name
            if Path(name).name != name or not path.is_file():
                raise ManifestError(f"{folder / FILE} lists {name!r}, which is no file there")
            found = sha256(path.read_bytes())
            if found != expected:
                raise ManifestError(f"{path} has sha256 {found}, the manifest says {expected}")


def sha256(content: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(content).hexdigest()


def _parsed(document: Any, path: Path) -> Manifest:
    values = _fields(document, Manifest, path)
    _check_choice(values, "grade", ("demo", "production"), path)
    _check_choice(values, "runtime", get_args(RuntimeName), path)
    modes = {name: _mode(mode, path) for name, mode in values.pop("modes").items()}
    records = (_fields(record, Execution, path) for record in values.pop("executed_on"))
    executed = tuple(Execution(**record) for record in records)
    return Manifest(**values, modes=modes, executed_on=executed)


def _mode(document: Any, path: Path) -> Mode:
    values = _fields(document, Mode, path)
    _check_choice(values, "layout", get_args(Layout), path)
    _check_choice(values, "text", get_args(Spelling), path)
    answers = _fields(values.pop("answers"), AnswerTokens, path)
    tokens = AnswerTokens(**{name: tuple(listed) for name, listed in answers.items()})
    values["ends"] = tuple(values.get("ends", Mode.ends))
    return Mode(**values, answers=tokens)


def _fields(document: Any, record: type, path: Path) -> dict[str, Any]:
    """The document's fields, if they are the record's; those with a default may be absent."""
    known = {field.name: field for field in fields(record)}
    needed = {name for name, field in known.items() if not _has_default(field)}
    found = set(document) if isinstance(document, dict) else set()
    missing, unknown = sorted(needed - found), sorted(found - set(known))
    if missing or unknown:
        raise ManifestError(f"{path}: {record.__name__} with {missing = }, {unknown = }")
    return dict(document)


def _check_choice(values: dict[str, Any], name: str, choices: tuple[str, ...], path: Path) -> None:
    if name in values and values[name] not in choices:
        raise ManifestError(f"{path}: {name} is {values[name]!r}, none of {', '.join(choices)}")


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
