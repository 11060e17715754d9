"""Hold the texts of policies to what the guard can read, before anybody relies on them."""

from collections.abc import Callable
from pathlib import Path

from topics.policies import Policy

NO_GUARD = "null"  # the engine that judges nothing, and reads nothing

Refusal = Callable[[str], str]  # why a text cannot be read; empty if it can


def texts_of(policy: Policy) -> list[tuple[str, str]]:
    """(name, words) of all that the guard may be asked to read."""
    others = enumerate(policy.paraphrases, 1)
    return [("text", policy.text), *((f"paraphrase {number}", text) for number, text in others)]


def unread(policy: Policy, refusal: Refusal) -> list[str]:
    """What the guard cannot read of a policy, as `text: a policy takes 300 tokens of 163: …`."""
    said = [(name, refusal(text)) for name, text in texts_of(policy)]
    return [f"{name}: {why}" for name, why in said if why]


def reading(folder: str) -> tuple[Refusal, str]:
    """What refuses texts for the engine in a folder, and whose word that is.

    Without a guard, or without the library that counts its tokens (it comes with the extra
    `worker`), characters and words are still held to what every guard refuses.
    raises: EngineError
    """
    from engines.safeguard.policy_text import refusal

    if folder == NO_GUARD:
        return refusal, "no guard: lengths were not checked"
    try:
        from engines.safeguard.reading import open_reader
    except ModuleNotFoundError as error:
        return refusal, f"no guard, since {error.name} is not installed: lengths were not checked"
    reader = open_reader(Path(folder))
    return reader.refusal, reader.manifest.build
