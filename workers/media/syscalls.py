"""The system calls that decoding needs, by name, with their numbers on the machines we know.

A call that is not in the table is refused in a media process; seccomp.py says which of these are
allowed with some arguments only.
Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
"""

from dataclasses import dataclass

NUMBERS: dict[str, tuple[int, int | None]] = {  # (x86_64, aarch64); None: it has no such call
    # the source, the buffer and the answer
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "newfstatat": (262, 79),  # how glibc 2.33 and later asks for fstat
    "lseek": (8, 62),
    "dup": (32, 23),
    "fcntl": (72, 25),
    # memory
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    # threads
    "clone": (56, 220),
    "clone3": (435, 435),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "prctl": (157, 167),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "exit": (60, 93),
    # signals of its own
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "tgkill": (234, 131),
    "restart_syscall": (219, 128),
    # time, chance and the end
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "getrandom": (318, 278),
    "exit_group": (231, 94),
}


@dataclass(frozen=True)
class Machine:
    """One architecture: 64 bits, little-endian.

    audit:   the kernel's name for it
    numbers: of what a media process may call
    capset:  called before the filter is in force
    """

    audit: int
    numbers: dict[str, int]
    capset: int


def _column(place: int) -> dict[str, int]:
    return {name: n for name, row in NUMBERS.items() if (n := row[place]) is not None}


MACHINES = {  # by platform.machine()
    "x86_64": Machine(0xC000_003E, _column(0), 126),
    "aarch64": Machine(0xC000_00B7, _column(1), 91),
}
