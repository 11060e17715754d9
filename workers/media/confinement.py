"""What of the jail is in force in the media processes of one fork server, as its trial found out.

Plain values and their words for people; trial.py finds them out, jail.py puts them in force.
"""

import platform

import msgspec

CURE = (
    "use Linux on x86_64 or aarch64 with CONFIG_SECCOMP_FILTER, and a container runtime that lets "
    "prctl and seccomp through"
)
LANDLOCK_CURE = "Linux 5.13 or later, with landlock among the names after lsm= on its command line"


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """filtered: the seccomp allow-list; landlock: its ABI, 0 where the kernel has none.

    stat:  a file may be looked at by name, though not opened: this C library's fstat asks that way
    fault: why it is not filtered
    """

    filtered: bool
    landlock: int = 0
    stat: bool = False
    fault: str = ""

    def __str__(self) -> str:
        """In words, for a log line."""
        calls = "seccomp allow-list" if self.filtered else f"NO SECCOMP ({self.fault})"
        paths = f"Landlock ABI {self.landlock}" if self.landlock else "no Landlock"
        looks = ", files can be looked at by name" if self.stat else ""
        return f"{calls}, {paths}{looks}"


def refusal(confinement: Confinement) -> str:
    """Why no upload may be decoded so."""
    return (
        f"media processes cannot be confined by seccomp on {platform.machine()}, Linux "
        f"{platform.release()}: {confinement.fault}; {CURE}; "
        "REELGUARD_UNSANDBOXED=1 decodes uploads without it"
    )
