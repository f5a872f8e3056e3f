"""How much may a child take, and how far is it?"""

import mmap
import os
import struct
import sys
import time

try:
    import resource
except ImportError:
    resource = None

FILE_BYTES = 1 << 28  # a test that writes without end fills no disk


def address_space():
    """The bytes that this process has mapped; `None` where that cannot be limited."""
    if resource is None or sys.platform != "linux":
        return None
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit(order, used):
    """Sets the limits of this process, which began with so many bytes in use."""
    if resource is None:
        return

    def lower(what, most):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, hard))

    if order["cpu"] is not None:
        lower(resource.RLIMIT_CPU, order["cpu"])
    lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    lower(resource.RLIMIT_CORE, 0)
    if order["memory"] and used is not None:
        lower(resource.RLIMIT_AS, used + order["memory"])


def peak():
    """The most memory that this process had, in bytes."""
    if resource is None:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def processor_time(pid):
    """Seconds of processor time that another process has used; `None` where nobody tells."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


class Pulse:
    """Which test a child is at and since when: memory that both share, so that nobody is woken to be told."""

    STATE = struct.Struct("@Qdd")

    def __init__(self):
        self.memory = mmap.mmap(-1, self.STATE.size)
        self.begun = 0

    def beat(self):
        self.begun += 1
        self.STATE.pack_into(self.memory, 0, self.begun, time.monotonic(), time.process_time())

    def read(self):
        """How many tests have begun, when the last of them did, and how much processor time was used by then."""
        return self.STATE.unpack_from(self.memory, 0)

    def close(self):
        self.memory.close()


class Watch:
    """When a child has taken too long: each test has a time of its own, by the clock of the wall and of the processor.

    A loop without end is seen by the processor's clock, soon and however busy the machine is; the wall's is for what
    waits and never wakes.
    """

    def __init__(self, order, pid, pulse):
        self.pid, self.pulse = pid, pulse
        self.walls, self.busies = order["walls"], order["busies"]
        self.first = order["wall"], order["busy"]
        self.begun, self.since, self.used = 0, time.monotonic(), 0.0
        self.again = self.since + min(self.first)

    def limits(self):
        at = self.begun - 1
        if 0 <= at < len(self.walls):
            return self.walls[at], self.busies[at]
        return self.first

    def verdict(self, now):
        """`timeout` if it has used too much of a processor, `late` if too much time has gone by, else `None`."""
        begun, since, used = self.pulse.read()
        if begun != self.begun and since <= now:
            self.begun, self.since, self.used = begun, since, used
        wall, busy = self.limits()
        if now >= self.since + wall:
            return "late"
        self.again = self.since + min(wall, busy)
        if self.again > now:
            return None
        taken = processor_time(self.pid)
        left = wall if taken is None else busy - (taken - self.used)
        self.again = min(now + max(left, 0.01), self.since + wall)
        return "timeout" if left <= 0 else None
