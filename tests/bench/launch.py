"""`python -I -S launch.py OUT ERRORS COMMAND …`: runs a command and prints what it took.

A process begins with the memory of the one that started it on its account, so the starter must be
small: this file imports nothing but `os`, `sys` and `time`.
"""

import os
import sys
import time


def main() -> None:
    """Print wall seconds, processor seconds, the largest process's kilobytes, the exit status."""
    out, errors, *command = sys.argv[1:]
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, out, writing, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, errors, writing, 0o600),
    ]
    start = time.perf_counter()
    started = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    # wait4 gives the time of all its descendants, and the memory of the largest of them.
    _, status, usage = os.wait4(started, 0)
    wall = time.perf_counter() - start
    cpu = usage.ru_utime + usage.ru_stime
    print(wall, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
