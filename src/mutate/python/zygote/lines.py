"""Which lines of the files in question run?"""

import os
import sys
import threading

from .faults import codes_within


class Lines:
    """The lines of the files in question that have run since the last `take`."""

    def __init__(self, settings):
        self.settings = settings
        self.known = {}
        self.seen = set()
        self.is_whole = True

    def number_of(self, filename):
        number = self.known.get(filename, self)
        if number is self:
            number = self.settings.number.get(os.path.realpath(filename))
            self.known[filename] = number
        return number

    def take(self):
        by_file = {}
        for number, line in sorted(self.seen):
            by_file.setdefault(number, []).append(line)
        self.seen.clear()
        return list(by_file.items())

    def start(self):
        """Watches from now on."""

    def loaded(self, code):
        """A file in question is about to run; its code, where that is known."""


class MonitoredLines(Lines):
    """By `sys.monitoring`: each line tells once until it is asked again."""

    def __init__(self, settings):
        super().__init__(settings)
        self.monitoring = sys.monitoring
        free = [tool for tool in (4, 3, 5, 2, 1, 0) if self.monitoring.get_tool(tool) is None]
        self.tool = free[0]
        self.codes = []

    def start(self):
        self.monitoring.use_tool_id(self.tool, "countersign")
        self.monitoring.register_callback(self.tool, self.monitoring.events.LINE, self.ran)

    def stop(self):
        for code in self.codes:
            self.monitoring.set_local_events(self.tool, code, 0)
        self.monitoring.register_callback(self.tool, self.monitoring.events.LINE, None)
        self.monitoring.free_tool_id(self.tool)

    def again(self):
        if self.monitoring.get_tool(self.tool) is None:
            self.start()
            for code in self.codes:
                self.arm(code)
        self.monitoring.restart_events()

    def loaded(self, code):
        for inner in codes_within(code) if code else ():
            self.codes.append(inner)
            self.arm(inner)

    def arm(self, code):
        if self.monitoring.get_tool(self.tool) == "countersign":
            self.monitoring.set_local_events(self.tool, code, self.monitoring.events.LINE)

    def ran(self, code, line):
        number = self.number_of(code.co_filename)
        if number is not None:
            self.seen.add((number, line))
        return self.monitoring.DISABLE


class TracedLines(Lines):
    """By a trace function, where the interpreter has nothing better."""

    def __init__(self, settings):
        super().__init__(settings)
        self.called = self.tracer()
        self.is_wanted = False

    def tracer(self):
        """The trace function: it is called for every call of the whole program, so it looks up nothing twice."""
        known, number_of, seen = self.known, self.number_of, self.seen
        by_number = {}

        def called(frame, event, _):
            filename = frame.f_code.co_filename
            number = known[filename] if filename in known else number_of(filename)
            if number is None:
                return None
            seen.add((number, frame.f_lineno))
            if number not in by_number:
                by_number[number] = self.runner(number)
            return by_number[number]

        return called

    def runner(self, number):
        add = self.seen.add

        def ran(frame, event, _):
            if event == "line":
                add((number, frame.f_lineno))
            return ran

        return ran

    def start(self):
        self.is_wanted = True

    def loaded(self, code):
        # nothing that is asked for has run before
        if self.is_wanted and sys.gettrace() is None:
            self.trace()

    def trace(self):
        threading.settrace(self.called)
        sys.settrace(self.called)

    def stop(self):
        self.is_wanted = False
        sys.settrace(None)
        threading.settrace(None)

    def again(self):
        self.is_whole = True
        self.trace()

    def take(self):
        # a test that traces for itself hides what it runs
        self.is_whole = sys.gettrace() is self.called
        return super().take()


def lines_of(settings):
    return MonitoredLines(settings) if hasattr(sys, "monitoring") else TracedLines(settings)


def no_lines(settings):
    """Knows the files, and does not watch them."""
    return Lines(settings)
