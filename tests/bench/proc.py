"""What `/proc` says of a process and its children: memory, processor time, module."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
UTIME, CSTIME = 11, 14  # of the fields after the name, which may hold spaces


def peak_mib(pid: int) -> float:
    """The most memory that it ever had resident."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def children(pid: int) -> Iterator[int]:
    """The processes that it started and that live."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its living children, and of all that either has reaped."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    own = sum(map(int, fields[UTIME : CSTIME + 1])) / TICKS_PER_SECOND
    return own + sum(map(cpu_seconds, children(pid)))


def room(pid: int) -> str:
    """The module that a process runs, as `engine_main`."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return words[words.index("-m") + 1].rpartition(".")[2] if "-m" in words else words[0]
