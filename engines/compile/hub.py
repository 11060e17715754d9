"""Find a checkpoint: a folder, or a model of the Hugging Face hub that is downloaded once.

Only what a compile reads is downloaded, into the hub's own cache.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from engines.errors import EngineError

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
NEEDED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja"]


@dataclass(frozen=True)
class Found:
    """Where a checkpoint lies, and what it is called."""

    folder: Path
    name: str  # with the revision, if it came from the hub


def find(model: str, revision: str | None) -> Found:
    """The folder of that path or hub id.

    raises: EngineError, saying what was looked for and where
    """
    folder = Path(model)
    if folder.is_dir():
        if revision:
            raise EngineError(f"{model} is a folder; a revision belongs to a model of the hub")
        return Found(folder, folder.resolve().name)
    if not HUB_ID.fullmatch(model):
        raise EngineError(f"{model!r} is neither a folder nor a hub id like tyodd/SafeGuard-VL-RL")
    return _downloaded(model, revision)


def _downloaded(model: str, revision: str | None) -> Found:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise EngineError(f"huggingface_hub is not installed: {error}") from error
    try:
        path = snapshot_download(model, revision=revision, allow_patterns=NEEDED)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EngineError(
            f"{model} is no folder here, is not in the hub's cache, and the hub did not give it: "
            f"{type(error).__name__}: {reason} (with a copy at hand: --model FOLDER)"
        ) from error
    return Found(Path(path), f"{model}@{Path(path).name}")
