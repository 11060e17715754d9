"""Say which policy texts a guard can read, and turn them into its tokens.

Needs an engine's manifest and tokenizer alone, so whoever writes a policy can ask without loading
the guard. Nothing is cut: a text that does not fit is refused.
"""

from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from engines.errors import ManifestError, PolicyTextError
from engines.manifest import FILE, Manifest

from .policy_first_prompt import prompt_of
from .shape import Shape
from .tokenizer import read_tokenizer

ENGINE = "safeguard"
TOKENIZER = "tokenizer.json"
TEXTS_KEPT = 512  # the same ones are read for every few frames


class Reader:
    """What one guard reads of a policy."""

    def __init__(self, manifest: Manifest, tokenizer: Tokenizer) -> None:
        """raises: EngineError if the manifest's way of asking has no tokens here, or no room"""
        self.manifest = manifest
        self._prompt = prompt_of(manifest.mode, tokenizer)
        self._known = lru_cache(TEXTS_KEPT)(self._read)
        image = Shape.from_dict(manifest.shape).vision.tokens
        shared = len(self._prompt.before) + image + len(self._prompt.after)
        trace, shortest = manifest.mode.trace_max_tokens, len(self._prompt.row("a"))
        self.room = manifest.s_max - shared - trace  # tokens
        if self.room < shortest:
            raise ManifestError(
                f"s_max is {manifest.s_max} tokens, expected {shared + trace + shortest} or more: "
                f"{shared} of the image prefix, {trace} of a trace, {shortest} of a short policy"
            )

    def tokens(self, text: str) -> list[int]:
        """Token ids of the user's turn about one policy.

        raises: PolicyTextError if the text cannot be read whole, as it stands
        """
        return [*self._known(text)]

    def _read(self, text: str) -> tuple[int, ...]:
        ids = self._prompt.row(text)
        if len(ids) > self.room:
            raise PolicyTextError(
                f"a policy takes {len(ids)} tokens of {self.room}: {text[:60]!r}..."
            )
        return tuple(ids)

    def refusal(self, text: str) -> str:
        """Why a text cannot be read; empty if it can."""
        try:
            self.tokens(text)
        except PolicyTextError as error:
            return str(error)
        return ""


def open_reader(folder: Path) -> Reader:
    """The reader of an engine's folder. raises: EngineError"""
    manifest = Manifest.read(folder)
    if manifest.engine != ENGINE:
        raise ManifestError(f"{folder / FILE}: engine is {manifest.engine!r}, not {ENGINE!r}")
    manifest.check_files(folder, [TOKENIZER])
    return Reader(manifest, read_tokenizer(folder / TOKENIZER))
