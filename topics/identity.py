"""The ids that make duplicates recognisable: of verdicts, judgements, dead letters, disagreements.

Every id is the SHA-256 of a JSON array, so no two lists of parts share one.
"""

import hashlib

import msgspec


def digest(*parts: object) -> str:
    """Lower-case hexadecimal SHA-256 over the parts, in order, as a JSON array."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def upload_occasion(topic: str, partition: int, offset: int) -> str:
    """The occasion of a verdict on an upload: the coordinates of its original record."""
    return f"upload:{topic}/{partition}/{offset}"


def verdict_id(video_id: str, occasion: str) -> str:
    """One id per decision: a redelivered record leads to the same one (DESIGN.md section 1)."""
    return digest(video_id, occasion)


def dead_letter_id(topic: str, partition: int, offset: int) -> str:
    """One id per failed record, however often it is reported."""
    return digest("dead-letter", topic, partition, offset)
