"""Where the worker is process 1 of a container, stay in front of it as its init.

Process 1 inherits every orphan: the children of a fork server or engine that died. Unreaped they
would fill the process table. The init forks, reaps whatever ends, passes signals on and ends with
the worker's status. Under another init (`docker run --init`, tini) it does nothing.
"""

import os
import signal

_KILLED = 128  # a shell's convention: the status of a process that a signal ended


def stand_in_front() -> None:
    """Returns in the process that goes on as the worker; call it before the first thread."""
    if os.getpid() != 1:
        return
    caught = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, caught)
    worker = os.fork()
    if worker == 0:
        os.setpgid(0, 0)  # Ctrl-C reaches the init alone, which passes it on once
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    status = None
    while status is None:
        number = signal.sigwait(caught)
        if number != signal.SIGCHLD:
            os.kill(worker, number)  # reaped below and nowhere else, so it is still there
        status = _reap(worker)
    os._exit(status)


def _reap(worker: int) -> int | None:
    """Until no child has ended: the worker's exit status once it has."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == worker:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else _KILLED - code
        if not pid:
            return None
