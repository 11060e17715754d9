"""Turn a file's C2PA manifests into what a verdict says of its making: is it signed, and by whom.

Runs in a child of its own, so that a file on which the library fails is still judged. What the
signer says about himself is repeated in a bounded form; nothing of it is believed, it changes no
decision. Claims of manifests that the file was made from count too: what was generated stays so.
Source: C2PA specification 2.2, sec. 15 (validation); IPTC digital source types.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from .c2pa_library import Unverifiable, read_manifests
from .vouched import NAMES_MAX, TEXT_MAX, Vouch, Vouched

_STATES: dict[str, Literal["invalid", "valid", "trusted"]] = {
    "Invalid": "invalid",
    "Valid": "valid",
    "Trusted": "trusted",
}
_UNTRUSTED = "signingCredential.untrusted"  # what `valid` says already
_SOURCE_TYPE = re.compile(r"digital_?source_?type$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def vouch(source: int, request: Vouch) -> Vouched:
    """What the manifests say, and whether they hold. raises: ValueError if they make no sense."""
    try:
        store = json.loads(read_manifests(source, request.anchors))
    except Unverifiable as error:
        if error.kind == "ManifestNotFound":
            return Vouched(state="absent")
        return Vouched(state="unreadable", failures=_names([error.kind]))
    state = _STATES[store["validation_state"]]
    active = store["manifests"][store["active_manifest"]]
    signature = active.get("signature_info") or {}
    return Vouched(
        state=state,
        generator=_text(_generator(active)),
        issuer=_text(signature.get("issuer")),
        signed_at=_time(signature.get("time")),
        source_types=_names(
            str(kind).rpartition("/")[2]
            for manifest in (active, *store["manifests"].values())
            for kind in _source_types(manifest)
        ),
        failures=_names(
            code for code in _failures(store) if (state, code) != ("valid", _UNTRUSTED)
        ),
    )


def _generator(manifest: dict[str, Any]) -> str | None:
    for maker in manifest.get("claim_generator_info") or []:
        return f"{maker.get('name', '')} {maker.get('version') or ''}".strip()
    return manifest.get("claim_generator")


def _source_types(manifest: dict[str, Any]) -> Iterator[object]:
    """Every digital source type in it, at whatever depth: actions, templates, metadata."""
    waiting: list[object] = [manifest.get("assertions")]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from (v for k, v in part.items() if _SOURCE_TYPE.search(k) and v)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _failures(store: dict[str, Any]) -> Iterator[str]:
    """Codes of what did not hold, of the file first, then of what it was made from."""
    results = store.get("validation_results") or {}
    deltas = [delta["validationDeltas"] for delta in results.get("ingredientDeltas") or []]
    for part in (results.get("activeManifest") or {}, *deltas):
        yield from (failure["code"] for failure in part.get("failure") or [])


def _names(said: Iterator[str] | list[str]) -> list[str]:
    """Each once, in order; what is no name is told as `other`."""
    known = dict.fromkeys(name if _NAME.fullmatch(name) else "other" for name in said)
    return list(known)[:NAMES_MAX]


def _text(said: object) -> str | None:
    """As far as it is text that can be shown, on one line."""
    shown = "".join(c if c.isprintable() else " " for c in str(said or ""))[:TEXT_MAX].strip()
    return shown or None


def _time(said: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo else None
