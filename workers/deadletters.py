"""Dead letters as they are read back: each once, listed or in full."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from topics import codec
from topics.dead_letters import DEAD_LETTERS, DeadLetter
from topics.errors import NotFound, RecordError, UsageError
from topics.scan import scan

PREVIEW_BYTES = 400


def read_letters(bootstrap: str, prefix: str) -> list[DeadLetter]:
    """Every dead letter once, oldest failure first. raises: BrokerFault."""
    letters: dict[str, DeadLetter] = {}
    for found in scan(bootstrap, DEAD_LETTERS.prefixed(prefix)):
        try:
            letter = codec.decode(DeadLetter, found.value)
        except RecordError:  # not a dead letter of ours
            continue
        letters.setdefault(letter.dead_letter_id, letter)
    return sorted(letters.values(), key=lambda letter: letter.failed_at)


def one_letter(start: str, bootstrap: str, prefix: str) -> DeadLetter:
    """The dead letter whose id begins with `start`.

    raises: NotFound, or UsageError when there are several
    """
    letters = [x for x in read_letters(bootstrap, prefix) if x.dead_letter_id.startswith(start)]
    if not letters:
        raise NotFound(f"no dead letter begins with {start!r}; see `reelguard deadletter list`")
    if len(letters) > 1:
        raise UsageError(f"{len(letters)} dead letters begin with {start!r}; give more of the id")
    return letters[0]


def as_json_lines(letters: Iterable[DeadLetter]) -> Iterator[bytes]:
    """One JSON object a line; key and value in base64."""
    return (codec.encode(letter) for letter in letters)


def print_letters(letters: list[DeadLetter]) -> None:
    """A table: id, when, where it stood, why."""
    console = Console()
    if not letters:
        console.print("no dead letters")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("id", "failed", "record", "reason", "message"):
        table.add_column(column, overflow="fold")
    for letter in letters:
        table.add_row(
            letter.dead_letter_id[:12],
            f"{letter.failed_at:%m-%d %H:%M:%S}",
            f"{letter.topic}[{letter.partition}]@{letter.offset}",
            letter.reason,
            escape(letter.message),  # it quotes what people uploaded
        )
    console.print(table)


def print_letter(letter: DeadLetter) -> None:
    """One dead letter in full."""
    console = Console()
    where = f"{letter.topic}[{letter.partition}]@{letter.offset}"
    rows = {
        "id": letter.dead_letter_id,
        "record": f"{where}, attempt {letter.attempts}, redriven {letter.redrives} times",
        "failed": f"{letter.failed_at:%Y-%m-%d %H:%M:%S} UTC on {letter.worker_id}",
        "why": f"{letter.failure_class}/{letter.reason}: {letter.message}",
        "retryable": "yes" if letter.retryable else "no",
        "engines": ", ".join(letter.engines.values()) or "-",
        "key": repr(letter.key),
        "value": repr((letter.value or b"")[:PREVIEW_BYTES]),
    }
    for name, value in rows.items():
        console.print(f"{name:<10}{value}", markup=False, soft_wrap=True)
