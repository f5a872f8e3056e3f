"""Which tests need nothing of pytest but to be called, and how is one called?

What pytest does around a test takes several times as long as most tests: hooks, fixtures, reports. A test without a
fixture, in a session in which nobody but pytest takes part, is called as pytest would call it in the end: with the same
arguments, warnings and log handlers.
"""

import os
import sys
import unittest
import warnings

from .words import short

# whoever has a word in these may change what a test does
HOOKS = (
    "pytest_runtest_protocol",
    "pytest_runtest_logstart",
    "pytest_runtest_setup",
    "pytest_runtest_call",
    "pytest_pyfunc_call",
    "pytest_runtest_teardown",
    "pytest_runtest_makereport",
    "pytest_runtest_logreport",
    "pytest_runtest_logfinish",
    "pytest_fixture_setup",
    "pytest_fixture_post_finalizer",
)
OPTIONS = ("usepdb", "trace", "setupshow", "setuponly", "setupplan")
# marks that say how a test runs; the others are labels
MARKS = {"skip", "skipif", "xfail", "filterwarnings", "usefixtures"}
# what this does as they do
PLUGINS = "warnings", "unraisableexception", "threadexception"
# versions of pytest whose way of calling this is
VERSIONS = (8, 4), (10, 0)


class Plain:
    """The plain tests of a session."""

    def __init__(self, session):
        self.config = session.config
        self.items = set()
        if is_bare(self.config):
            self.learn()
            self.items = {item for item in session.items if self.is_plain(item)}

    def learn(self):
        """What a call takes, imported once for all children."""
        import pytest
        from _pytest.compat import is_async_function
        from _pytest.logging import catching_logs
        from _pytest.python import get_direct_param_fixture_func
        from _pytest.threadexception import collect_thread_exception
        from _pytest.unittest import TestCaseFunction
        from _pytest.unraisableexception import collect_unraisable
        from _pytest.warnings import catch_warnings_for_item

        self.function, self.case, self.package = pytest.Function, TestCaseFunction, pytest.Package
        self.is_async, self.parameter = is_async_function, get_direct_param_fixture_func
        self.warnings, self.logs = catch_warnings_for_item, catching_logs
        self.swallowed = collect_unraisable, collect_thread_exception
        self.returned = pytest.PytestReturnNotNoneWarning
        self.fine = pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest

    def is_plain(self, item):
        if type(item) not in (self.function, self.case) or any(mark.name in MARKS for mark in item.iter_markers()):
            return False
        if any(isinstance(node, self.package) and sets_up(node.path) for node in item.listchain()):
            return False
        has_own = self.sets_up_class if type(item) is self.case else self.has_fixture
        return not has_own(item) and not self.is_async(item.obj)

    def has_fixture(self, item):
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        known = item._fixtureinfo.name2fixturedefs

        def is_parameter(name):
            return name in parameters and known.get(name) and known[name][-1].func is self.parameter

        return not all(map(is_parameter, item.fixturenames))

    @staticmethod
    def sets_up_class(item):
        case = item.parent.obj
        usual = all(
            getattr(case, name).__func__ is getattr(unittest.TestCase, name).__func__
            for name in ("setUpClass", "tearDownClass")
        )
        own = "_unittest_setUpClass_fixture_", "request"
        extra = [name for name in item.fixturenames if not name.startswith(own)]
        return not usual or bool(extra) or bool(getattr(case, "_class_cleanups", None))

    def run(self, item):
        """Calls one. Gives why it failed."""
        os.environ["PYTEST_CURRENT_TEST"] = item.nodeid.replace("\0", "(null)") + " (call)"
        try:
            with self.warnings(config=self.config, ihook=item.ihook, when="runtest", item=item):
                self.call_logged(item)
        except self.fine:
            return None
        except BaseException as error:  # a test that ends the run has not passed
            from _pytest._code import ExceptionInfo

            return short(ExceptionInfo.from_exception(error).exconly(tryshort=True))
        return None

    def call_logged(self, item):
        logging = self.config.pluginmanager.get_plugin("logging-plugin")
        if logging is None:
            self.call(item)
            return
        shown, kept = logging.caplog_handler, logging.report_handler
        with self.logs(shown, level=logging.log_level), self.logs(kept, level=logging.log_level):
            shown.reset()
            kept.reset()
            self.call(item)

    def call(self, item):
        if type(item) is self.case:
            item.runtest()
            for told in item.__dict__.get("_excinfo") or []:
                raise told.value
        else:
            arguments = {name: item.callspec.params[name] for name in item._fixtureinfo.argnames}
            if item.obj(**arguments) is not None:
                warnings.warn(self.returned(item.nodeid))
        for collect in self.swallowed:
            collect(self.config)


def is_bare(config):
    """Whether nobody but pytest takes part when a test runs."""
    import pytest

    if not VERSIONS[0] <= pytest.version_tuple[:2] < VERSIONS[1] or "twisted.trial.unittest" in sys.modules:
        return False
    for name in HOOKS:
        for taking_part in getattr(config.hook, name).get_hookimpls():
            module = taking_part.function.__module__
            if not module.startswith(("_pytest.", "_countersign.")) or module == "_pytest.pytester":
                return False
    logging = config.pluginmanager.get_plugin("logging-plugin")
    if logging is not None and (logging.log_level is not None or logging._log_cli_enabled()):
        return False
    return (
        all(map(config.pluginmanager.hasplugin, PLUGINS))
        and not any(getattr(config.option, name, False) for name in OPTIONS)
        and not float(config.getini("faulthandler_timeout") or 0)
    )


def sets_up(package):
    """Whether the tests of a package have something of it run around them."""
    try:
        with open(os.path.join(package, "__init__.py"), encoding="utf-8", errors="replace") as file:
            return "odule" in file.read()  # `setup_module`, `setUpModule` and their opposites
    except OSError:
        return False
