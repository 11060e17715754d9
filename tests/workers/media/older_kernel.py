"""Make this kernel look, to a process and its children, as if it had no seccomp or no Landlock.

`python -m tests.workers.media.older_kernel CALL ARGUMENT ERRNO PROGRAM` runs a program where the
call with this first argument gives this errno: `prctl 22 22` is a kernel without seccomp filters.
"""

import struct
import subprocess
import sys

from tests.workers.media.forbidden_calls import COLUMN, REFUSED
from workers.media import seccomp
from workers.media.libc import prctl
from workers.media.syscalls import NUMBERS

NO_SECCOMP = ("prctl", 22, 22)  # EINVAL
NO_LANDLOCK = ("landlock_create_ruleset", 0, 38)  # ENOSYS
_NO_NEW_PRIVS = 38


def run_where(missing: tuple[str, int, int], program: str) -> str:
    """What the program prints there."""
    command = [sys.executable, "-m", __name__, *map(str, missing), program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def refuse(call: str, argument: int, answer: int) -> None:
    """For this process, for ever."""
    number = {**NUMBERS, **REFUSED}[call][COLUMN]
    lines = [
        (0x20, 0, 0, 0),  # load the call's number
        (0x15, 0, 3, number),
        (0x20, 0, 0, 16),  # load its first argument
        (0x15, 0, 1, argument),
        (0x06, 0, 0, 0x5_0000 | answer),
        (0x06, 0, 0, 0x7FFF_0000),  # allow
    ]
    prctl(_NO_NEW_PRIVS, 1)
    seccomp.install(b"".join(struct.pack("<HBBI", *line) for line in lines))


if __name__ == "__main__":
    refuse(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    exec(sys.argv[4])
