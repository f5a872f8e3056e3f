"""How is a child made, heard and ended?"""

import gc
import json
import os
import selectors
import shutil
import signal
import tempfile
import time
import warnings

from .again import Plan, examined
from .faults import CannotSwap, ImportFails, reload, with_fault
from .limits import Pulse, Watch, address_space, limit
from .lines import lines_of
from .words import short

READ = 1 << 16
# what a child says last
FINAL = ("failed", "passed", "unswapped", "unviable", "trouble")


class Caller:
    """The program that started this one."""

    def __init__(self):
        self.input = os.dup(0)
        self.output = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        self.nothing = nothing
        self.text = b""
        self.children = {}
        # how files run again, by number
        self.plans = {}

    def tell(self, message):
        write(self.output, json.dumps(message))

    def orders(self):
        """What has been ordered by now; `None` when nobody will order anything any more."""
        read = os.read(self.input, READ)
        if not read:
            return None
        *whole, self.text = (self.text + read).split(b"\n")
        return [json.loads(line) for line in whole]


def write(descriptor, line):
    text = line.encode() + b"\n"
    while text:
        text = text[os.write(descriptor, text):]


class Child:
    """A process that runs tests, seen from the one that made it."""

    def __init__(self, order, pid, pipe, pulse, folder):
        self.key, self.pid, self.pipe, self.pulse, self.folder = order["key"], pid, pipe, pulse, folder
        self.text = b""
        self.watch = Watch(order, pid, pulse)
        self.is_told = False

    def hear(self, caller):
        """Hands on what it says. Gives whether it is done."""
        try:
            read = os.read(self.pipe, READ)
        except BlockingIOError:
            return False
        *whole, self.text = (self.text + read).split(b"\n")
        for line in whole:
            message = json.loads(line)
            if message["event"] == "again":
                caller.plans[message["file"]] = Plan(message)
                continue
            caller.tell(message)
            if message["event"] in FINAL:
                # whatever it says afterwards, it has had its say
                self.is_told = True
                break
        return not read or self.is_told

    def end(self, caller, selector, how):
        """Ends it with its whole group, and tells how it ended."""
        selector.unregister(self.pipe)
        os.close(self.pipe)
        self.pulse.close()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            pass  # nobody is left
        _, status = os.waitpid(self.pid, 0)
        if how is None:
            how = "signal" if os.WIFSIGNALED(status) else "exit"
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        del caller.children[self.pid]
        try:
            os.rmdir(self.folder)
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
        caller.tell({"event": "ended", "key": self.key, "how": how, "number": number})


def start(tests, order, used):
    """Starts a child. `None` in the child, which goes on with pytest."""
    caller = tests.caller
    if order["again"] is not None and order["again"] in caller.plans:
        caller.plans[order["again"]].split(tests.settings.files[order["again"]])
    here, there = os.pipe()
    pulse = Pulse()
    folder = os.path.join(tests.settings.temp, str(order["key"]))
    os.mkdir(folder)
    with warnings.catch_warnings():
        # of forks beside threads: there are none of ours, and the caller knows of others
        warnings.simplefilter("ignore")
        pid = os.fork()
    if pid:
        os.close(there)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # it was faster, or is gone
        os.set_blocking(here, False)
        return Child(order, pid, here, pulse, folder)
    try:
        os.setpgid(0, 0)
        for descriptor in [here, caller.input, caller.output] + [child.pipe for child in caller.children.values()]:
            os.close(descriptor)
        os.dup2(caller.nothing, 1)
        os.dup2(caller.nothing, 2)
        gc.disable()
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        tempfile.tempdir = folder
        limit(order, used)

        def say(message):
            write(there, json.dumps({"key": order["key"], **message}))

        if perform(tests, order, say, pulse.beat):
            return None
    except BaseException as error:
        try:
            say({"event": "trouble", "message": short(repr(error))})
        except BaseException:
            os._exit(70)
    os._exit(0)


def perform(tests, order, say, beat):
    """Does what is asked for, in a process of its own. Gives whether pytest is to go on in it."""
    settings, fault = tests.settings, order["fault"]
    source = None
    if fault is not None:
        with open(settings.files[fault["file"]], "rb") as file:
            source = file.read()
    if settings.mode == "collected":
        perform_here(tests, order, source, say, beat)
        return False
    if fault is not None:
        faulty = with_fault(source, fault)
        try:
            compile(faulty, settings.files[fault["file"]], "exec", dont_inherit=True)
        except SyntaxError as error:
            say({"event": "unviable", "message": str(error)})
            return False
        tests.loading.faulty = (fault["file"], faulty)
    if order["lines"]:
        tests.watch(lines_of(settings))
    tests.obey(order, say, beat)
    return True


def perform_here(tests, order, source, say, beat):
    """The same where all tests are collected already."""
    settings, fault, again = tests.settings, order["fault"], order["again"]
    wanted = [tests.items[index] for index in order["tests"]]
    try:
        if order["do"] == "baseline":
            tests.baseline(order, say, wanted)
            return
        if order["do"] == "examine":
            say({"event": "again", "file": again, **examined(tests, again)})
        elif order["do"] == "screen":
            reload(settings, source, fault)
        elif again is not None:
            tests.caller.plans[again].run(settings.files[again], source, fault, tests.items)
        elif fault is not None:
            tests.functions.swap(settings, source, fault)
    except ImportFails as why:
        if why.is_noticed:
            say({"event": "failed", "name": None, "ran": 0, "message": str(why)})
        else:
            say({"event": "unswapped", "message": str(why), "raises": True})
    except CannotSwap as why:
        say({"event": "unswapped", "message": str(why)})
    except SyntaxError as error:
        say({"event": "unviable", "message": str(error)})
    else:
        tests.stop_at_failure(wanted, say, beat)


def serve(tests, ready):
    """Makes children until the caller says `go_on`, or in a child. Gives whether this process is a child."""
    caller = tests.caller
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
    used = address_space()
    caller.tell(ready())
    with selectors.DefaultSelector() as selector:
        selector.register(caller.input, selectors.EVENT_READ, None)
        while True:
            now = time.monotonic()
            waits = [child.watch.again - now for child in caller.children.values()]
            for key, _ in selector.select(max(0, min(waits)) if waits else None):
                child = key.data
                if child is not None:
                    if child.pid in caller.children and child.hear(caller):
                        child.end(caller, selector, "told" if child.is_told else None)
                    continue
                orders = caller.orders()
                if orders is None:
                    for child in list(caller.children.values()):
                        child.end(caller, selector, "stopped")
                    os._exit(0)
                for order in orders:
                    if order["do"] == "go_on":
                        return False
                    child = start(tests, order, used)
                    if child is None:
                        return True
                    caller.children[child.pid] = child
                    selector.register(child.pipe, selectors.EVENT_READ, child)
                    caller.tell({"event": "started", "key": order["key"], "group": child.pid})
            now = time.monotonic()
            for child in list(caller.children.values()):
                verdict = child.watch.verdict(now) if child.watch.again <= now else None
                if verdict:
                    child.end(caller, selector, verdict)
