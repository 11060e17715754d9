"""The filter allows what is in the table and refuses the rest, on both architectures."""

import errno
import struct
from itertools import chain

import pytest

from tests.workers.media.bpf import ALLOW, KILL_PROCESS, refused, result
from tests.workers.media.forbidden_calls import X32, calls
from workers.media.seccomp import Own, program, rules
from workers.media.syscalls import MACHINES, NUMBERS

CHILD, RESULT = 4321, 5
OWN = Own(process=CHILD, result=RESULT)
COLUMNS = {"x86_64": 0, "aarch64": 1}
I386 = 0x4000_0003
PRIVATE, SHARED, ANONYMOUS = 2, 1, 32
ALLOWED_SO: dict[
    str, list[tuple[int, ...]]
] = {  # by name: arguments of a call that is allowed with some only
    "write": [(RESULT, 1, 1)],
    "fcntl": [(3, 1), (3, 2, 1), (3, 3), (3, 1030, 0)],
    "mmap": [(0, 9, 3, PRIVATE | ANONYMOUS), (0, 9, 0, 0x4022), (0, 9, 3, SHARED, 4)],
    "mprotect": [(0, 4096, 3), (0, 4096, 0)],
    "madvise": [(0, 1, advice) for advice in (0, 1, 2, 3, 4, 8, 14, 15)],
    "clone": [(0x3D0F00,), (0x7D0F00,)],
    "futex": [(0, op | flag) for op in (0, 1, 4, 5, 9, 10) for flag in (0, 128, 256, 384)],
    "prctl": [(15, 1), (16, 1)],
    "tgkill": [(CHILD, 9, 6)],
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_call_of_the_table_is_allowed(name: str) -> None:
    machine = MACHINES[name]
    filtering = program(machine, OWN)
    given = {call: ALLOWED_SO.get(call, [()]) for call in machine.numbers}
    outcomes = {
        call: {result(filtering, machine.audit, machine.numbers[call], args) for args in so}
        for call, so in given.items()
    }
    assert outcomes.pop("newfstatat") == {refused(errno.EPERM)}  # unless fstat comes so
    assert outcomes.pop("clone3") == {refused(errno.ENOSYS)}
    assert set(chain.from_iterable(outcomes.values())) == {ALLOW}


@pytest.mark.parametrize("name", MACHINES)
def test_what_must_be_refused_is_refused(name: str) -> None:
    filtering, audit = program(MACHINES[name], OWN), MACHINES[name].audit
    wrong = {
        what: result(filtering, audit, number, arguments)
        for what, (number, arguments, code) in calls(COLUMNS[name]).items()
        if result(filtering, audit, number, arguments) != refused(code)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", MACHINES)
def test_no_number_outside_the_table_is_allowed(name: str) -> None:
    machine = MACHINES[name]
    filtering = program(machine, OWN)
    others = set(range(1024)) - set(machine.numbers.values())
    x32 = {X32 | number for number in range(1024)}
    answers = {result(filtering, machine.audit, n) for n in others | x32 | {-1 % (1 << 32)}}
    assert answers == {refused(errno.EPERM)}


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("audit", [I386, 0, 0xC000_003E, 0xC000_00B7])
def test_another_architecture_kills(name: str, audit: int) -> None:
    kills = result(program(MACHINES[name], OWN), audit, 0) == KILL_PROCESS
    assert kills == (audit != MACHINES[name].audit)


def test_arguments_are_compared_by_the_half_that_the_kernel_reads() -> None:
    x86 = MACHINES["x86_64"]
    filtering = program(x86, OWN)
    write, mprotect = x86.numbers["write"], x86.numbers["mprotect"]
    assert result(filtering, x86.audit, write, (RESULT | 1 << 32,)) == ALLOW
    assert result(filtering, x86.audit, write, (2 | RESULT << 32,)) == refused(errno.EPERM)
    assert result(filtering, x86.audit, mprotect, (0, 1, 4 | 1 << 32)) == refused(errno.EPERM)


def test_fstat_may_come_as_newfstatat_where_it_does() -> None:
    own = Own(process=CHILD, result=RESULT, stat=True)
    x86 = MACHINES["x86_64"]
    for flags, expected in ((0x1000, ALLOW), (0, refused(errno.EPERM))):
        arguments = (3, 1, 1, flags)
        assert result(program(x86, own), x86.audit, 262, arguments) == expected


def test_conditions_are_about_calls_of_the_table() -> None:
    assert set(rules(OWN)) <= set(NUMBERS)
    assert set(rules(OWN)) == {*ALLOWED_SO, "newfstatat"}


def test_a_jump_fits_into_its_byte() -> None:
    for machine in MACHINES.values():
        for _, if_true, if_false, _ in struct.iter_unpack("<HBBI", program(machine, OWN)):
            assert max(if_true, if_false) < 64
