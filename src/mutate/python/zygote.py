"""Runs a project's tests on faults: one warm interpreter that has collected the tests and never runs one itself.

Every run happens in a forked child, so that no test and no fault leaves anything behind. The program that started
this one says what to run, one JSON object a line on standard input, and reads what came of it on standard output.

Modes: `collected` forks after the tests are collected; a fault is put into functions that exist already.
`configured` forks before collection and `bare` before pytest reads its configuration: both import the faulty file
afresh, for code that runs while a module is imported.
"""

import gc
import importlib.machinery
import importlib.util
import json
import os
import selectors
import shutil
import signal
import sys
import tempfile
import threading
import time
import types
import warnings

MESSAGE = 500  # characters of a failure's message that are handed on
READ = 1 << 16
FILE_BYTES = 1 << 28  # a test that writes without end fills no disk


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
        self.temp = raw["temp"]
        self.number = {os.path.realpath(file): index for index, file in enumerate(self.files)}


# --- which tree is imported ------------------------------------------------------------------------------------------


def lead_to_copy(settings):
    """Paths into the user's tree lead into the copy instead: environments name the tree that is developed in."""
    user, copy = settings.user_root, settings.root

    def moved(path):
        if path == user or path.startswith(user + os.sep):
            inside = copy + path[len(user):]
            if os.path.exists(inside):
                return inside
        return path

    here = os.path.dirname(os.path.abspath(__file__))
    kept = [moved(path) for path in sys.path if os.path.abspath(path) != here]
    first = [path for path in (os.path.join(settings.folder, "src"), settings.folder) if os.path.isdir(path)]
    sys.path[:] = list(dict.fromkeys(first + kept))
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", None) or "")
        mapping = getattr(module, "MAPPING", None)
        if isinstance(mapping, dict) and module.__name__.startswith("__editable__"):
            for name, path in mapping.items():
                mapping[name] = moved(path)
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(first + [moved(path) for path in inherited]))


# --- which lines run -------------------------------------------------------------------------------------------------


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
        for inner in codes_within(code):
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

    def start(self):
        threading.settrace(self.called)
        sys.settrace(self.called)

    def stop(self):
        sys.settrace(None)
        threading.settrace(None)

    def again(self):
        self.is_whole = True
        self.start()

    def take(self):
        # a test that traces for itself hides what it runs
        self.is_whole = sys.gettrace() == self.called
        return super().take()

    def loaded(self, code):
        pass

    def called(self, frame, event, _):
        number = self.number_of(frame.f_code.co_filename)
        if number is None:
            return None
        self.seen.add((number, frame.f_lineno))

        def ran(frame, event, _):
            if event == "line":
                self.seen.add((number, frame.f_lineno))
            return ran

        return ran


def lines_of(settings):
    return MonitoredLines(settings) if hasattr(sys, "monitoring") else TracedLines(settings)


# --- how a fault gets into the program -------------------------------------------------------------------------------


class CannotSwap(Exception):
    """The fault is not in a function that can be given other code: its file must be imported afresh."""


def codes_within(code):
    found = [code]
    for code in found:
        found.extend(inner for inner in code.co_consts if isinstance(inner, types.CodeType))
    return found


def with_fault(source, fault):
    return source[: fault["start"]] + fault["text"].encode() + source[fault["end"]:]


def compiled_statement(settings, source, fault, flags):
    """The outermost statement around the fault, with the fault, at the lines where it stands."""
    top = fault["top"]
    faulty = source[top["start"]: fault["start"]] + fault["text"].encode() + source[fault["end"]: top["end"]]
    text = "\n" * (top["line"] - 1) + faulty.decode("utf-8")
    return compile(text, settings.files[fault["file"]], "exec", flags=flags, dont_inherit=True)


FUTURE = 0
for _name in __import__("__future__").all_feature_names:
    FUTURE |= getattr(__import__("__future__"), _name).compiler_flag
# generators and nested scopes share their numbers with flags that mean something else
FUTURE &= ~0xFFFF


class Functions:
    """Every function of the files in question that exists after collection, by its place."""

    def __init__(self, lines):
        self.by_place = {}
        for thing in gc.get_objects():
            if type(thing) is types.FunctionType:
                code = thing.__code__
                number = lines.number_of(code.co_filename)
                if number is not None:
                    self.by_place.setdefault((number, code.co_name, code.co_firstlineno), []).append(thing)

    def at(self, file, place):
        found = self.by_place.get((file, place[0], place[1]), [])
        if found and any(other.__code__ != found[0].__code__ for other in found):
            raise CannotSwap("several functions stand at its place")
        return found

    def swap(self, settings, source, fault):
        file, places = fault["file"], fault["functions"]
        living = [(place, self.at(file, place)) for place in places]
        if not any(functions for _, functions in living):
            raise CannotSwap("no function stands at its place")
        if fault.get("default"):
            return self.swap_default(fault["default"], living[-1][1])
        flags = 0
        for _, functions in living:
            for function in functions:
                flags |= function.__code__.co_flags & FUTURE
        faulty = codes_within(compiled_statement(settings, source, fault, flags))
        for place, functions in living:
            fitting = [code for code in faulty if [code.co_name, code.co_firstlineno] == list(place)]
            if len(fitting) != 1:
                raise CannotSwap("several functions stand at its place")
            for function in functions:
                if function.__code__.co_freevars != fitting[0].co_freevars:
                    raise CannotSwap("it takes other variables from around it")
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    function.__code__ = fitting[0]

    @staticmethod
    def swap_default(default, functions):
        if not functions:
            raise CannotSwap("no function stands at its place")
        for function in functions:
            code = function.__code__
            try:
                value = eval(default["text"], function.__globals__)  # the file would run it too
            except Exception as error:
                raise CannotSwap("its default value needs its class") from error
            positional = code.co_varnames[: code.co_argcount]
            values = list(function.__defaults__ or ())
            if default["name"] in positional:
                place = positional.index(default["name"]) - (len(positional) - len(values))
                if place < 0:
                    raise CannotSwap("its default value is set elsewhere")
                values[place] = value
                function.__defaults__ = tuple(values)
            elif default["name"] in (function.__kwdefaults__ or {}):
                function.__kwdefaults__ = {**function.__kwdefaults__, default["name"]: value}
            else:
                raise CannotSwap("its default value is set elsewhere")


class Loading:
    """Sees every file in question when it is imported, and hands out the faulty text of one of them."""

    def __init__(self, settings, lines):
        self.settings, self.lines = settings, lines
        self.faulty = None
        self.loaded = set()
        original = importlib.machinery.SourceFileLoader.get_code
        loading = self

        def get_code(loader, fullname):
            path = getattr(loader, "path", None)
            number = lines.number_of(path) if path else None
            if number is None:
                return original(loader, fullname)
            loading.loaded.add(number)
            if loading.faulty and loading.faulty[0] == number:
                code = compile(loading.faulty[1], path, "exec", dont_inherit=True)
            else:
                code = original(loader, fullname)
            lines.loaded(code)
            return code

        importlib.machinery.SourceFileLoader.get_code = get_code


# --- how tests run ---------------------------------------------------------------------------------------------------


def short(text):
    """The end of a message: what was wrong stands there."""
    text = str(text).strip()
    return text if len(text) <= MESSAGE else "… " + text[-MESSAGE:]


def said(report):
    """What a failed test says, without the code around it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return short(crash.message if crash is not None else report.longrepr)


class Deeds:
    """What the tests do that other runs could notice, by audit events."""

    STARTS = {"subprocess.Popen", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.fork", "os.forkpty"}

    def __init__(self, root):
        self.root = root
        self.starts = self.shares = False
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if event in self.STARTS:
            self.starts = True
        elif event == "socket.bind":
            self.shares = True
        elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str):
            if set(arguments[1]) & set("wax+"):
                path = os.path.abspath(arguments[0])
                inside = path.startswith(self.root + os.sep)
                self.shares |= inside and "__pycache__" not in path and ".pytest_cache" not in path

    def take(self):
        told = self.starts, self.shares
        self.starts = self.shares = False
        return told


class Tests:
    """The plugin: collects, then serves instead of running."""

    def __init__(self, settings, lines, loading, caller):
        self.settings, self.lines, self.loading, self.caller = settings, lines, loading, caller
        self.session = None
        self.items = []
        self.broken = []
        self.failure = None
        self.was_skipped = False
        self.order = None
        self.is_served = False

    # hooks of pytest

    def pytest_collectreport(self, report):
        if report.failed:
            self.broken.append([report.nodeid, said(report)])

    def pytest_collection(self, session):
        if self.settings.mode == "configured":
            self.is_served = True
            serve(self, lambda: {"event": "ready", **state(self)})
        if self.order is not None:
            self.narrow(session)
        return None

    def pytest_runtestloop(self, session):
        self.session = session
        self.items = session.items
        if self.order is not None:
            self.run_named()
        elif self.settings.mode == "collected":
            self.is_served = True
            self.lines.stop()
            functions = Functions(self.lines)
            self.functions = functions
            serve(self, self.ready)
        return True

    def pytest_runtest_logreport(self, report):
        if report.failed and self.failure is None:
            self.failure = said(report)
        if report.skipped and report.when != "teardown":
            self.was_skipped = True

    # what the caller asks for

    def ready(self):
        prefix = self.prefix()
        return {
            "event": "ready",
            "tests": [prefix + item.nodeid for item in self.items],
            "broken": self.broken,
            "imported": self.lines.take(),
            "elsewhere": elsewhere(self.settings, self.loading.loaded),
            **state(self),
        }

    def run_one(self, item, nextitem):
        self.failure, self.was_skipped = None, False
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except BaseException as error:  # a test that ends the run has not passed
            self.failure = self.failure or short(repr(error))

    def baseline(self, order, say):
        """Runs the tests without a fault and says of each how long it took and which lines it ran."""
        deeds = Deeds(self.settings.root) if order.get("lines") else None
        wanted = [self.items[index] for index in order["tests"]]
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

    def stop_at_failure(self, items, say):
        for place, item in enumerate(items):
            say(None)
            self.run_one(item, items[place + 1] if place + 1 < len(items) else None)
            if self.failure is not None:
                name = self.prefix() + item.nodeid
                say({"event": "failed", "name": name, "ran": place + 1, "message": self.failure})
                return
        say({"event": "passed", "ran": len(items)})

    def base(self):
        return str(getattr(self.session.config, "rootpath", None) or self.session.config.rootdir)

    def prefix(self):
        """What the names of tests begin with, seen from the root of the tree."""
        inside = os.path.relpath(self.base(), self.settings.root)
        return "" if inside == "." else inside.replace(os.sep, "/") + "/"

    def narrow(self, session):
        """Collects no more than the tests that are named."""
        names, _, is_whole = self.order
        if not is_whole:
            self.session = session
            start = len(self.prefix())
            session.config.args = [os.path.join(self.base(), name[start:]) for name in names]

    def run_named(self):
        """After a collection of its own: the tests are known by name only, and a fault may have renamed some."""
        names, say, is_whole = self.order
        self.order = None
        if self.broken and is_whole:
            say({"event": "failed", "name": None, "ran": 0, "message": self.broken[0][1]})
            return
        prefix = self.prefix()
        place = {prefix + item.nodeid: item for item in self.items}
        wanted = [place.pop(name) for name in names if name in place]
        self.stop_at_failure(wanted + list(place.values()) if is_whole else wanted, say)


def state(tests):
    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "threads": threading.active_count() - 1,
        "loaded": sorted(tests.loading.loaded),
        "forks": hasattr(os, "fork"),
    }


def elsewhere(settings, loaded):
    """Files in question whose module was imported from another place than the copy."""
    found = []
    for index, file in enumerate(settings.files):
        name = dotted(file)
        module = sys.modules.get(name)
        path = getattr(module, "__file__", None)
        if name != "__main__" and index not in loaded and isinstance(path, str):
            found.append([index, name, path])
    return found


def dotted(file):
    """The name under which a file is imported: its packages are the folders around it that say so."""
    folder, last = os.path.split(os.path.splitext(file)[0])
    parts = [] if last == "__init__" else [last]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, last = os.path.split(folder)
        parts.insert(0, last)
    return ".".join(parts)


# --- children --------------------------------------------------------------------------------------------------------


def limit(order):
    """Sets the limits of this process."""
    try:
        import resource
    except ImportError:
        return

    def lower(what, most):
        soft, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, hard))

    for what, most in (("RLIMIT_CPU", order.get("cpu")), ("RLIMIT_FSIZE", FILE_BYTES), ("RLIMIT_CORE", 0)):
        if most is not None and hasattr(resource, what):
            lower(getattr(resource, what), int(most))
    memory = order.get("memory")
    if memory and sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        lower(resource.RLIMIT_AS, used + int(memory))


def peak():
    """The most memory that this process had, in bytes."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def perform(tests, order, say):
    """Does what is asked for, in a process of its own."""
    settings = tests.settings
    folder = os.path.join(settings.temp, str(order["key"]))
    os.makedirs(folder, exist_ok=True)
    os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
    tempfile.tempdir = folder
    limit(order)
    fault = order.get("fault")
    if fault is None:
        if settings.mode == "collected":
            if order["do"] == "baseline":
                tests.baseline(order, say)
            else:
                tests.stop_at_failure([tests.items[index] for index in order["tests"]], say)
            return
        tests.order = (order["names"], say, order["whole"])
    else:
        with open(settings.files[fault["file"]], "rb") as file:
            source = file.read()
        if settings.mode == "collected":
            try:
                tests.functions.swap(settings, source, fault)
            except CannotSwap as why:
                say({"event": "unswapped", "message": str(why)})
                return
            except SyntaxError as error:
                say({"event": "unviable", "message": str(error)})
                return
            tests.stop_at_failure([tests.items[index] for index in order["tests"]], say)
            return
        faulty = with_fault(source, fault)
        try:
            compile(faulty, settings.files[fault["file"]], "exec", dont_inherit=True)
        except SyntaxError as error:
            say({"event": "unviable", "message": str(error)})
            return
        tests.loading.faulty = (fault["file"], faulty)
        tests.order = (order["names"], say, order["whole"])
    if settings.mode == "configured":
        # collection goes on in this process; `pytest_runtestloop` does the rest
        raise GoOn
    run_pytest(tests)


class GoOn(Exception):
    """This process is the child, and leaves the loop that serves."""


class Child:
    def __init__(self, order, pid, pipe):
        self.order, self.pid, self.pipe = order, pid, pipe
        self.text = b""
        self.deadline = time.monotonic() + order["wall"]
        self.is_told = False
        self.walls = iter(order["walls"])

    def next_test(self):
        self.deadline = time.monotonic() + next(self.walls, self.order["wall"])


class Caller:
    """The program that started this one."""

    def __init__(self):
        self.input = os.dup(0)
        self.output = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        self.children = {}

    def tell(self, message):
        text = (json.dumps(message) + "\n").encode()
        while text:
            text = text[os.write(self.output, text):]


def start(tests, order):
    """Starts a child; in the child this returns only to go on with pytest."""
    caller = tests.caller
    here, there = os.pipe()
    pid = os.fork()
    if pid:
        os.close(there)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # it was faster, or is gone
        os.set_blocking(here, False)
        return Child(order, pid, here)
    try:
        os.setpgid(0, 0)
        for descriptor in [here, caller.input, caller.output] + [child.pipe for child in caller.children.values()]:
            os.close(descriptor)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)
        gc.disable()

        def say(message):
            # nothing but a new line: the next test begins
            text = (json.dumps({"key": order["key"], **message}) if message else "").encode() + b"\n"
            while text:
                text = text[os.write(there, text):]

        perform(tests, order, say)
    except GoOn:
        raise
    except BaseException as error:
        try:
            say({"event": "trouble", "message": short(repr(error))})
        except BaseException:
            os._exit(70)
    os._exit(0)


def end(caller, selector, child, how):
    """Ends a child with its whole group, and tells how it ended."""
    selector.unregister(child.pipe)
    os.close(child.pipe)
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass  # nobody is left
    _, status = os.waitpid(child.pid, 0)
    if how is None:
        how = "signal" if os.WIFSIGNALED(status) else "exit"
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    del caller.children[child.pid]
    folder = os.path.join(child.settings.temp, str(child.order["key"]))
    shutil.rmtree(folder, ignore_errors=True)
    caller.tell({"event": "ended", "key": child.order["key"], "how": how, "number": number})


FINAL = (b'"event": "failed"', b'"event": "passed"', b'"event": "unswapped"', b'"event": "unviable"', b'"event": "trouble"')


def hear(caller, child):
    """Hands on what a child says. Gives whether it is done."""
    try:
        read = os.read(child.pipe, READ)
    except BlockingIOError:
        return False
    child.text += read
    *whole, child.text = child.text.split(b"\n")
    for line in whole:
        if not line:
            child.next_test()
            continue
        caller.tell(json.loads(line))
        child.is_told |= any(final in line for final in FINAL)
    return not read or child.is_told


def serve(tests, ready):
    caller, settings = tests.caller, tests.settings
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
    caller.tell(ready())
    selector = selectors.DefaultSelector()
    selector.register(caller.input, selectors.EVENT_READ, None)
    text = b""
    while True:
        now = time.monotonic()
        waits = [child.deadline - now for child in caller.children.values()]
        for key, _ in selector.select(max(0, min(waits)) if waits else None):
            child = key.data
            if child is not None:
                if child.pid in caller.children and hear(caller, child):
                    end(caller, selector, child, "told" if child.is_told else None)
                continue
            read = os.read(caller.input, READ)
            if not read:
                for child in list(caller.children.values()):
                    end(caller, selector, child, "stopped")
                os._exit(0)
            text += read
            *whole, text = text.split(b"\n")
            for line in whole:
                order = json.loads(line)
                try:
                    child = start(tests, order)
                except GoOn:
                    selector.close()
                    return
                child.settings = settings
                caller.children[child.pid] = child
                selector.register(child.pipe, selectors.EVENT_READ, child)
                caller.tell({"event": "started", "key": order["key"], "group": child.pid})
        now = time.monotonic()
        for child in list(caller.children.values()):
            if child.deadline <= now:
                end(caller, selector, child, "timeout")


# --- pytest ----------------------------------------------------------------------------------------------------------


def arguments():
    """What must be so whatever the project's configuration says: one process, one order, no coverage of its own."""
    given = ["-q", "--color=no", "--capture=sys", "-p", "no:randomly", "-p", "no:random_order", "-p", "no:reverse"]
    if importlib.util.find_spec("xdist"):
        given += ["-n", "0"]
    if importlib.util.find_spec("pytest_cov"):
        given += ["--no-cov"]
    if importlib.util.find_spec("pytest_benchmark"):
        given += ["--benchmark-disable"]
    if importlib.util.find_spec("pytest_rerunfailures"):
        given += ["--reruns", "0"]
    return given


def run_pytest(tests):
    import pytest

    for hook in (Tests.pytest_collection, Tests.pytest_runtestloop):
        if not hasattr(hook, "is_marked"):
            pytest.hookimpl(tryfirst=True)(hook)
            hook.is_marked = True
    return pytest.main(arguments(), plugins=[tests])


def main():
    settings = Settings(sys.argv[1])
    caller = Caller()
    os.chdir(settings.folder)
    sys.argv = ["pytest"]
    # what is compiled once serves every child, and the tree stays as it is
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"]
    lead_to_copy(settings)
    try:
        import pytest
    except ImportError:
        caller.tell({"event": "stopped", "why": "no pytest"})
        return
    lines = lines_of(settings)
    loading = Loading(settings, lines)
    tests = Tests(settings, lines, loading, caller)
    if settings.mode == "bare":
        lines.loaded = lambda code: None
        import _pytest.python, _pytest.unittest  # warm what every run needs

        serve(tests, lambda: {"event": "ready", **state(tests)})
        return
    if settings.mode == "configured":
        lines.loaded = lambda code: None
    else:
        lines.start()
    code = run_pytest(tests)
    if tests.is_served and tests.settings.mode == "configured":
        # a child of this mode has run its tests
        os._exit(0)
    caller.tell({"event": "stopped", "why": "pytest", "code": int(code), "broken": tests.broken})


if __name__ == "__main__":
    main()
