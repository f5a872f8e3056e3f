"""How does pytest start in this interpreter?"""

import importlib.util
import json
import os
import sys

from .caches import keep_apart, keep_plugins_apart
from .children import Caller, serve
from .lines import lines_of, no_lines
from .loading import Loading
from .plugin import Tests
from .tree import lead_to_copy


class Settings:
    """What the caller says once, in the file that is the first argument."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            raw = json.load(file)
        self.mode = raw["mode"]
        self.folder = raw["folder"]
        self.root = raw["root"]
        self.user_root = raw["user_root"]
        self.files = raw["files"]
        # the files before whose import children are made, by number
        self.fresh = set(raw["fresh"])
        self.compiled = raw["compiled"]
        self.temp = raw["temp"]
        self.number = {os.path.realpath(file): index for index, file in enumerate(self.files)}


def arguments():
    """What must be so whatever the project's configuration says: one process, one order, no coverage of its own."""
    # a failure is told by its message alone: to show the code around it takes longer than most tests
    given = ["-q", "--color=no", "--capture=no", "--tb=no", "-p", "no:reverse"]
    for module, options in (
        ("xdist", ["-n", "0"]),
        ("pytest_cov", ["--no-cov"]),
        ("pytest_randomly", ["--randomly-dont-reorganize"]),
        ("random_order", ["--random-order-bucket=none"]),
        ("pytest_benchmark", ["--benchmark-disable"]),
        ("pytest_rerunfailures", ["--reruns", "0"]),
    ):
        if importlib.util.find_spec(module):
            given += options
    return given


def run_pytest(tests):
    import pytest

    first = Tests.pytest_configure, Tests.pytest_make_collect_report, Tests.pytest_pycollect_makeitem, Tests.pytest_runtestloop
    for hook in first:
        pytest.hookimpl(tryfirst=True)(hook)
    pytest.hookimpl(trylast=True)(Tests.pytest_generate_tests)
    return pytest.main(arguments(), plugins=[tests])


def main(home):
    settings = Settings(sys.argv[1])
    caller = Caller()
    os.chdir(settings.folder)
    sys.argv = ["pytest"]
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    # what is compiled once serves every child, and the tree stays as it is
    keep_apart(settings.compiled, settings.root)
    lead_to_copy(settings, home)
    try:
        import pytest
    except ImportError:
        caller.tell({"event": "stopped", "why": "no pytest"})
        return
    # what a child would import otherwise, each one anew
    import _pytest.python
    import _pytest.unittest
    import difflib
    import encodings.ascii
    import pprint

    lines = lines_of(settings) if settings.mode == "collected" else no_lines(settings)
    loading = Loading(lines)
    loading.watch_plugins()
    keep_plugins_apart(settings.root)
    tests = Tests(settings, lines, loading, caller)
    lines.start()
    if settings.mode == "bare":
        serve(tests, tests.state)
    try:
        code = int(run_pytest(tests))
    except SystemExit as error:
        code = error.code
    if tests.order is not None:
        tests.give_up("pytest ends with code %s before a test runs" % code)
        os._exit(0)
    caller.tell({"event": "stopped", "why": "pytest", "code": code if isinstance(code, int) else 1})
