"""Which tests are there, and what comes of running them? The plugin that collects, and then serves instead of running."""

import functools
import os
import sys
import threading
import time

from .children import serve
from .deeds import Deeds
from .faults import Functions
from .limits import peak
from .plain import Plain
from .tree import elsewhere
from .words import said, short


class Tests:
    """A session of pytest in which whoever started this program says what runs."""

    def __init__(self, settings, lines, loading, caller):
        self.settings, self.lines, self.loading, self.caller = settings, lines, loading, caller
        self.session = None
        self.items = []
        self.broken = []
        self.failure = self.at_failure = None
        self.was_skipped = False
        self.functions = self.plain = None
        # in a child: what it is to run, and how it tells
        self.order = self.say = self.beat = None
        self.wanted = self.exact = None
        if settings.mode == "fresh":
            loading.before = self.before_import

    # hooks of pytest

    def pytest_configure(self, config):
        # the same seed on every machine, unless the project has one
        if getattr(config.option, "randomly_seed", None) == "default":
            config.option.randomly_seed = 1

    def pytest_make_collect_report(self, collector):
        """Leaves out files without a test that is wanted."""
        if self.wanted is None or not is_file(collector) or collector.nodeid in self.within(collector):
            return None
        from _pytest.reports import CollectReport

        return CollectReport(collector.nodeid, "passed", None, [])

    def pytest_pycollect_makeitem(self, collector, name):
        """Leaves out functions and classes without a test that is wanted."""
        if self.wanted is None or collector.nodeid + "::" + name in self.within(collector):
            return None
        return []

    def pytest_generate_tests(self, metafunc):
        """Leaves out the parameters of tests that are not wanted."""
        calls = getattr(metafunc, "_calls", None)
        if self.wanted is None or not calls:
            return
        name = metafunc.definition.nodeid
        self.within(metafunc.definition)
        kept = [call for call in calls if "%s[%s]" % (name, call.id) in self.exact]
        if kept:
            calls[:] = kept

    def pytest_collectreport(self, report):
        if report.failed:
            self.broken.append([report.nodeid, said(report)])

    def pytest_runtestloop(self, session):
        self.session = session
        self.items = session.items
        hush(session.config)
        warm(self.items)
        self.plain = Plain(session)
        mode = self.settings.mode
        if mode == "collected":
            self.lines.stop()
            self.functions = Functions(self.lines)
            serve(self, self.ready)
        elif self.order is None and mode == "fresh":
            serve(self, self.state)
        if self.order is not None:
            self.run_named()
            # nothing that comes after the tests may speak for them
            os._exit(0)
        return True

    def pytest_runtest_logreport(self, report):
        if report.failed and self.failure is None:
            self.failure = said(report)
            if self.at_failure:
                self.at_failure()
        if report.skipped and report.when != "teardown":
            self.was_skipped = True

    # what the caller is told

    def state(self, stage=None):
        return {
            "event": "ready",
            "stage": stage,
            "python": "%d.%d.%d" % sys.version_info[:3],
            "threads": threading.active_count() - 1,
            "loaded": sorted(self.loading.loaded),
            "forks": hasattr(os, "fork"),
        }

    def ready(self):
        prefix = self.prefix(self.session.config)
        return {
            **self.state(),
            "tests": [prefix + item.nodeid for item in self.items],
            "plain": [index for index, item in enumerate(self.items) if item in self.plain.items],
            "broken": self.broken,
            "imported": self.lines.take(),
            "elsewhere": elsewhere(self.settings, self.loading.loaded),
        }

    def before_import(self, number):
        if self.order is None and number in self.settings.fresh and threading.active_count() == 1:
            serve(self, lambda: self.state(number))

    # what the caller asks for

    def obey(self, order, say, beat):
        """Remembers, in a child, what it is to run once it has collected the tests."""
        self.order, self.say, self.beat = order, say, beat
        self.wanted = None if order["whole"] else set()

    def watch(self, lines):
        """Sees, in a child, which lines run from now on."""
        self.lines = self.loading.lines = lines
        lines.start()

    def within(self, collector):
        """The names of the tests that are wanted, and of the files, classes and functions around them."""
        if not self.wanted:
            start = len(self.prefix(collector.config))
            self.exact = {name[start:] for name in self.order["names"]}
            for name in self.exact:
                parts = name.partition("[")[0].split("::")
                self.wanted.update("::".join(parts[:count]) for count in range(1, len(parts) + 1))
        return self.wanted

    def run_one(self, item, nextitem):
        self.failure, self.was_skipped = None, False
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except BaseException as error:  # a test that ends the run has not passed
            self.failure = self.failure or short(repr(error))

    def baseline(self, order, say, wanted):
        """Runs the tests without a fault and says of each how long it took and which lines it ran."""
        deeds = Deeds(self.settings.root) if order["lines"] else None
        for place, (index, item) in enumerate(zip(order["tests"], wanted)):
            if deeds:
                self.lines.again()
                self.lines.seen.clear()
            began = time.perf_counter()
            self.run_one(item, wanted[place + 1] if place + 1 < len(wanted) else None)
            told = {
                "event": "test",
                "test": index,
                "time": time.perf_counter() - began,
                "failure": self.failure,
                "skipped": self.was_skipped,
            }
            if deeds:
                told["lines"] = self.lines.take()
                told["whole"] = self.lines.is_whole
                told["starts"], told["shares"] = deeds.take()
            say(told)
        say({"event": "peak", "bytes": peak()})

    def stop_at_failure(self, items, say, beat):
        """Runs tests until one fails, and is over then: what comes after a failure changes nothing."""
        is_plain = True
        for place, item in enumerate(items):
            beat()
            self.failure, self.at_failure = None, functools.partial(self.tell_failure, place, item, say)
            # those that came before have left nothing of theirs to be torn down
            is_plain = is_plain and item in self.plain.items
            if is_plain:
                # its parts have reports of their own
                self.failure = self.plain.run(item) or self.failure
            else:
                self.run_one(item, items[place + 1] if place + 1 < len(items) else None)
            if self.failure is not None:
                self.at_failure()
        say({"event": "passed", "ran": len(items)})

    def tell_failure(self, place, item, say):
        name = self.prefix(item.config) + item.nodeid
        say({"event": "failed", "name": name, "ran": place + 1, "message": self.failure})
        os._exit(0)

    def prefix(self, config):
        """What the names of tests begin with, seen from the root of the tree."""
        base = str(getattr(config, "rootpath", None) or config.rootdir)
        inside = os.path.relpath(base, self.settings.root)
        return "" if inside == "." else inside.replace(os.sep, "/") + "/"

    def run_named(self):
        """After a collection of its own: the tests are known by name only, and a fault may have renamed some."""
        if self.broken:
            self.give_up(self.broken[0][1])
            return
        prefix = self.prefix(self.session.config)
        place = {prefix + item.nodeid: item for item in self.items}
        wanted = [place.pop(name) for name in self.order["names"] if name in place]
        if self.order["do"] == "baseline":
            self.lines.stop()
            self.baseline(self.order, self.say, wanted)
            return
        rest = list(place.values()) if self.order["rest"] else []
        self.stop_at_failure(wanted + rest, self.say, self.beat)

    def give_up(self, why):
        self.say({"event": "failed", "name": None, "ran": 0, "message": why})


def is_file(collector):
    import pytest

    return isinstance(collector, pytest.File) and not isinstance(collector, pytest.Package)


def hush(config):
    """Nobody reads what these plugins write about each test."""
    for name in ("terminalreporter", "logging-plugin", "lfplugin", "stepwiseplugin"):
        plugin = config.pluginmanager.get_plugin(name)
        for hook in ("pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish"):
            try:
                getattr(config.hook, hook)._remove_plugin(plugin)
            except (AttributeError, ValueError):
                pass  # it has no such hook, or this pluggy no such way: it writes to nobody


def warm(items):
    """Works out in advance what every child would: where each test stands."""
    for item in items:
        try:
            item.location
        except Exception:
            return  # whoever made such items will say so when they run
