"""Is a file that runs again where it stands as good as one that is imported afresh?

It is if nobody but the tests at their time notices the difference: the file changes nothing outside of its module, and
whoever imports it only binds names, which can be bound anew. Then a fault in code that runs at import needs no collection
of its own. Where that is not certain, or where a fault changes what others were made of, the file is imported afresh.
"""

import ast
import codecs
import functools
import gc
import re
import sys
import types
import unittest
import weakref

from .faults import FUTURE, CannotSwap, ImportFails, codes_within, with_fault
from .importers import Importers, Involved, exported
from .words import short

PLAIN = (bool, bytes, complex, float, int, str, type(None))
# what remembers answers, changes with every question and never with what is answered
CACHES = (functools._lru_cache_wrapper, types.FrameType, types.GeneratorType, types.CoroutineType, types.CellType)
# the last version whose modules keep their annotations in a way that statements can add to
IN_PARTS = sys.version_info < (3, 14)


class Plan:
    """How one file runs again."""

    def __init__(self, told):
        self.name = told["name"]
        # names in other modules: module, name there, name here
        self.bound = [tuple(one) for one in told["bound"]]
        # names whose values others were made of
        self.kept = told["kept"]
        self.has_star = told["star"]
        # whether tests cannot be collected where it cannot be imported
        self.is_needed = told["needed"]
        self.parts = None

    def split(self, path):
        """Compiles the statements of the file once for all children."""
        if self.parts is None and IN_PARTS:
            with open(path, "rb") as file:
                source = file.read()
            if b"\r" not in source and not source.startswith(codecs.BOM_UTF8):
                self.parts = parts(source, path)

    def run(self, path, source, fault, items):
        """Runs it, with a fault or without one."""
        self.execute(path, source, fault)
        self.bind(items)

    def execute(self, path, source, fault):
        module = sys.modules[self.name]
        names = vars(module)
        old = dict(names)
        for name, value in old.items():
            is_inner = isinstance(value, types.ModuleType) and value.__name__ == self.name + "." + name
            if not is_inner and name not in KEPT:
                del names[name]
        taken = exported(types.SimpleNamespace(**old)) if self.has_star else None
        try:
            for code in self.codes(path, source, fault):
                exec(code, names)
        except Exception as error:
            is_noticed = self.is_needed and not isinstance(error, unittest.SkipTest)
            raise ImportFails("its import fails: " + short(repr(error)), is_noticed) from error
        self.check(old, names, taken)

    def codes(self, path, source, fault):
        if fault is None:
            if self.parts is None:
                return [compile(source, path, "exec", dont_inherit=True)]
            return [code for _, _, _, code in self.parts[1]]
        if self.parts is None:
            return [compile(with_fault(source, fault), path, "exec", dont_inherit=True)]
        flags, known = self.parts
        found = []
        for start, end, line, code in known:
            if start <= fault["start"] and fault["end"] <= end:
                text = source[start: fault["start"]] + fault["text"].encode() + source[fault["end"]: end]
                code = compile_part(text, line, path, flags)
            found.append(code)
        return found

    def check(self, old, names, taken):
        """What others were made of is what it was."""
        for name in self.kept:
            if name not in names or not self.is_same(old[name], names[name]):
                raise CannotSwap("others were made of `%s` when they were imported" % name)
        if set(names) != set(old) or (taken is not None and exported(types.SimpleNamespace(**names)) != taken):
            raise CannotSwap("it has other names")
        for name, value in old.items():
            if isinstance(value, (type, types.FunctionType)) and type(names[name]) is not type(value):
                raise CannotSwap("`%s` is something else" % name)

    def is_same(self, one, other):
        """Whether two values cannot be told apart by whoever is made of them."""
        if one is other:
            return True
        if type(one) is not type(other):
            return False
        if isinstance(one, PLAIN):
            return one == other and repr(one) == repr(other)
        if type(one) in (list, tuple):
            return len(one) == len(other) and all(map(self.is_same, one, other))
        if type(one) is dict:
            return self.is_same(list(one.items()), list(other.items()))
        if type(one) in (set, frozenset):
            # in which order they are held says nothing about them
            is_plain = all(isinstance(value, PLAIN) for value in one | other)
            return is_plain and sorted(map(repr, one)) == sorted(map(repr, other))
        if type(one) is re.Pattern:
            return one == other
        if type(one) is types.FunctionType:
            # each statement without the fault runs the code that was compiled once
            is_closed = one.__closure__ is None and other.__closure__ is None
            parts = "__defaults__", "__kwdefaults__", "__dict__"
            is_whole = is_closed and id(other.__code__) in self.codes_of_parts() and is_like(one, other)
            return is_whole and all(self.is_same(getattr(one, name), getattr(other, name)) for name in parts)
        return False

    def codes_of_parts(self):
        return {id(inner) for part in self.parts[1] for inner in codes_within(part[-1])} if self.parts else set()

    def bind(self, items):
        """Gives what is new to those who have taken what was there before."""
        names = vars(sys.modules[self.name])
        for module, name, here in self.bound:
            setattr(sys.modules[module], name, names[here])
        changed = {self.name, *(module for module, _, _ in self.bound)}
        for item in items:
            # an example in documentation has a copy of the names around it
            test = getattr(item, "dtest", None)
            if test is not None and test.globs.get("__name__") in changed:
                module = sys.modules[test.globs["__name__"]]
                test.globs.clear()
                test.globs.update(vars(module))


# kinds of tests that hold nothing of a module but by its name
ITEMS = "DoctestItem", "Function", "TestCaseFunction"
# names of a module that are set by whoever imports it
KEPT = {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__", "__warningregistry__"}


def parts(source, path):
    """The statements of a file: where each begins and ends, its line and its code."""
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    tree = ast.parse(source)
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for one in node.names:
                flags |= getattr(__import__("__future__"), one.name).compiler_flag & FUTURE
    found = []
    for place, node in enumerate(tree.body):
        if place and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # alone, it would document the module
        first = min([node] + getattr(node, "decorator_list", []), key=lambda one: one.lineno)
        start = starts[first.lineno - 1] + first.col_offset - (1 if first is not node else 0)
        end = starts[node.end_lineno - 1] + node.end_col_offset
        found.append((start, end, first.lineno, compile_part(source[start:end], first.lineno, path, flags)))
    return flags, found


def compile_part(text, line, path, flags):
    return compile("\n" * (line - 1) + text.decode("utf-8"), path, "exec", flags=flags, dont_inherit=True)


def examined(tests, number):
    """Finds out, in a child, whether a file may run again: gives how, and leaves it run again without a fault."""
    path = tests.settings.files[number]
    names = [name for name, module in sys.modules.items() if getattr(module, "__file__", None) == path]
    if len(names) != 1 or names[0] != sys.modules[names[0]].__name__ or names[0] == "__main__":
        raise CannotSwap("no module has come of it, or several")
    if any(type(item).__name__ not in ITEMS for item in tests.items):
        raise CannotSwap("there are tests of an unknown kind")
    told = how(sys.modules[names[0]], tests)
    try_out(Plan(told), path, tests.items)
    return told


def how(module, tests):
    """What must be done when a module runs again."""
    try:
        importers = Importers(module, tests.settings.root)
    except (Involved, SyntaxError, OSError, ValueError, ImportError, AttributeError, KeyError) as why:
        raise CannotSwap(str(why)) from why
    if any(has_taken(other, module) for name, other in list(sys.modules.items()) if name not in importers.uses):
        raise CannotSwap("a module outside of the tree has taken something of it")
    needing = importers.whoever_needs()
    return {
        "name": module.__name__,
        "bound": sorted(importers.bound),
        "kept": sorted(importers.kept),
        "star": importers.has_star,
        "needed": any(getattr(getattr(item, "module", None), "__name__", "") in needing for item in tests.items),
    }


def try_out(plan, path, items):
    """Runs it again without a fault: nothing may change."""
    plan.split(path)
    with open(path, "rb") as file:
        source = file.read()
    module = sys.modules[plan.name]
    before = dict(vars(module))
    world = World(module)
    plan.execute(path, source, None)
    changed = world.changed()
    if changed:
        raise CannotSwap("its import changes something outside of it: " + changed)
    for name, value in before.items():
        if isinstance(value, types.FunctionType) and not is_like(value, vars(module)[name]):
            raise CannotSwap("`%s` is another function each time" % name)
    plan.bind(items)


def is_like(one, other):
    """Whether two functions are made of the same place."""
    parts = "co_name", "co_firstlineno", "co_names", "co_varnames", "co_freevars"
    return isinstance(other, types.FunctionType) and all(
        getattr(one.__code__, name) == getattr(other.__code__, name) for name in parts
    )


def has_taken(other, module):
    """Whether a module has a function or class of another one."""
    if other is module or not isinstance(other, types.ModuleType):
        return False
    names = vars(module)
    for value in list(vars(other).values()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            return True
        if type(value) is types.FunctionType and value.__globals__ is names:
            return True
    return False


class World:
    """Everything that can be reached but one module: what it holds, to see whether that changes."""

    def __init__(self, module):
        gc.unfreeze()
        gc.collect()
        spared = {id(vars(module)), id(vars(re).get("_cache")), id(vars(re).get("_cache2"))}

        def is_outside(thing):
            is_own = type(thing) is types.FunctionType and thing.__globals__ is vars(module)
            return not is_own and id(thing) not in spared and not isinstance(thing, (World, *CACHES))

        things = list(filter(is_outside, gc.get_objects()))
        # the collector knows nothing of tables without containers in them
        plain = {id(held): held for thing in things for held in gc.get_referents(thing) if type(held) is dict and not gc.is_tracked(held)}
        self.things = [*things, *(table for key, table in plain.items() if key not in spared)]
        self.held = list(map(holds, self.things))

    def changed(self):
        """One of the things that have changed."""
        for thing, held in zip(self.things, self.held):
            if holds(thing) != held and not is_weak(thing):
                return type(thing).__name__ + " " + ascii(thing)[:80]
        return None


def holds(thing):
    return hash(tuple(map(id, gc.get_referents(thing))))


def is_weak(thing):
    """Whether it only remembers who is there: subclasses, and what belongs to a thread."""
    if type(thing) is dict:
        return all(type(value) is weakref.ref for value in thing.values()) or any(
            isinstance(key, str) and key.startswith("thread.local.") for key in thing
        )
    return type(thing) is set and all(type(value) is weakref.ref for value in thing)
