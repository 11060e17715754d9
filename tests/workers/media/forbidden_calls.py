"""System calls that a media process must not make: numbers, and arguments that would ask for harm.

Numbers are (x86_64, aarch64), None where a machine has no such call. REFUSED are calls that no
arguments make good; REFUSED_SO are calls of the allow-list with arguments that it does not allow.
"""

import errno
import mmap
import os
import platform

from workers.media.syscalls import MACHINES, NUMBERS

COLUMN = list(MACHINES).index(platform.machine())  # of the machine we run on

REFUSED: dict[str, tuple[int, int | None]] = {
    # the network
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "setsockopt": (54, 208),
    # other programs and processes
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "wait4": (61, 260),
    "waitid": (247, 95),
    # paths
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "creat": (85, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat2": (316, 276),
    "link": (86, None),
    "symlink": (88, None),
    "mkdir": (83, None),
    "rmdir": (84, None),
    "mknod": (133, None),
    "chmod": (90, None),
    "chown": (92, None),
    "stat": (4, None),
    "lstat": (6, None),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "fchdir": (81, 50),
    "truncate": (76, 45),
    "utimensat": (280, 88),
    "statfs": (137, 43),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    # the kernel's soft spots
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "syslog": (103, 116),
    "personality": (135, 92),
    "quotactl": (179, 60),
    "arch_prctl": (158, None),
    "modify_ldt": (154, None),
    "ioperm": (173, None),
    "iopl": (172, None),
    # descriptors
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "ioctl": (16, 29),
    "pwrite64": (18, 68),
    "writev": (20, 66),
    "sendfile": (40, 71),
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "copy_file_range": (326, 285),
    "pipe2": (293, 59),
    "eventfd2": (290, 19),
    "signalfd4": (289, 74),
    "epoll_create1": (291, 20),
    "timerfd_create": (283, 85),
    "dup2": (33, None),
    "dup3": (292, 24),
    "flock": (73, 32),
    "fchmod": (91, 52),
    # limits, identity, scheduling
    "prlimit64": (302, 261),
    "setrlimit": (160, 164),
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setgroups": (116, 159),
    "setresuid": (117, 147),
    "capset": (126, 91),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "ioprio_set": (251, 30),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "timer_create": (222, 107),
    "setitimer": (38, 103),
    "alarm": (37, None),
    "sethostname": (170, 161),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    # memory that others see, or that runs
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "remap_file_pages": (216, 234),
    "mlock": (149, 228),
    "mlockall": (151, 230),
    "mbind": (237, 235),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "pkey_mprotect": (329, 288),
}
READ, WRITE, EXECUTE = mmap.PROT_READ, mmap.PROT_WRITE, mmap.PROT_EXEC
PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
_NO_FD, _AT_FDCWD = (1 << 64) - 1, (1 << 64) - 100
REFUSED_SO: dict[str, tuple[str, tuple[int, ...]]] = {
    "write to stdin": ("write", (0, 0, 0)),
    "write to stderr": ("write", (2, 0, 0)),
    "write to the source": ("write", (3, 0, 0)),
    "write to the buffer": ("write", (4, 0, 0)),
    "memory that runs": ("mmap", (0, 4096, READ | EXECUTE, PRIVATE, _NO_FD, 0)),
    "memory that is written and runs": ("mmap", (0, 4096, 7, PRIVATE, _NO_FD, 0)),
    "huge pages": ("mmap", (0, 1 << 21, READ, PRIVATE | 0x40000, _NO_FD, 0)),
    "locked memory": ("mmap", (0, 4096, READ, PRIVATE | 0x2000, _NO_FD, 0)),
    "making memory run": ("mprotect", (0, 4096, READ | EXECUTE)),
    "poisoning memory": ("madvise", (0, 4096, 100)),
    "punching a hole into the buffer": ("madvise", (0, 4096, 9)),
    "merging pages": ("madvise", (0, 4096, 12)),
    "adding a seal": ("fcntl", (4, 1033, 0)),
    "changing a descriptor's owner": ("fcntl", (3, 8, 1)),
    "changing a descriptor's flags": ("fcntl", (5, 4, os.O_NONBLOCK)),
    "locking a file": ("fcntl", (3, 6, 0)),
    "a lease": ("fcntl", (3, 1024, 0)),
    "a pipe's size": ("fcntl", (5, 1031, 1 << 20)),
    "clone as fork": ("clone", (17, 0)),
    "clone as vfork": ("clone", (0x4111, 0)),
    "clone with a user namespace": ("clone", (0x10000011, 0)),
    "a thread with a network namespace": ("clone", (0x003D0F00 | 0x40000000, 0)),
    "a priority-inheriting lock": ("futex", (0, 6, 0, 0)),
    "requeue on a priority-inheriting lock": ("futex", (0, 12 | 128, 0, 0)),
    "prctl: dumpable": ("prctl", (4, 1)),
    "prctl: outlive the server": ("prctl", (1, 0)),
    "prctl: ptracer": ("prctl", (0x59616D61, 1)),
    "prctl: seccomp": ("prctl", (22, 2, 0)),
    "prctl: memory map": ("prctl", (35, 1)),
    "a signal for another process": ("tgkill", (1, 1, 0)),
    "looking at a path": ("newfstatat", (_AT_FDCWD, 0, 0, 0)),
    "looking at a path by a descriptor": ("newfstatat", (3, 0, 0, 0x1000)),
}
X32 = 0x4000_0000  # added to a number, it means another convention on x86_64


def calls(column: int) -> dict[str, tuple[int, tuple[int, ...], int]]:
    """By name: number, arguments, and the errno that must come. column: 0 x86_64, 1 aarch64."""
    outright = {
        name: (number, (), errno.EPERM)
        for name, row in REFUSED.items()
        if (number := row[column]) is not None
    }
    by_arguments = {
        name: (number, arguments, errno.EPERM)
        for name, (call, arguments) in REFUSED_SO.items()
        if (number := NUMBERS[call][column]) is not None
    }
    clone3 = {"clone3": (435, (), errno.ENOSYS)}
    return {**outright, **by_arguments, **clone3}
