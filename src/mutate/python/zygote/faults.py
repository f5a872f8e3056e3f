"""How does a fault get into functions that exist already?"""

import __future__
import gc
import sys
import types
import warnings


class CannotSwap(Exception):
    """The fault is not in a function that can be given other code: its file must be imported afresh."""


class ImportFails(CannotSwap):
    """The same: its import raises an error. Whoever imports it may be prepared for that, or else it is noticed."""

    def __init__(self, why, is_noticed):
        super().__init__(why)
        self.is_noticed = is_noticed


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


# what `from __future__ import` turns on; generators and nested scopes share their numbers with flags that mean something else
FUTURE = 0
for name in __future__.all_feature_names:
    FUTURE |= getattr(__future__, name).compiler_flag & ~0xFFFF


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


def reload(settings, source, fault):
    """Runs a whole file again, with the fault, in the module that it has made.

    That is not what an import does: whoever has taken something from the module keeps what it was. It shows quickly
    which test is worth running after a fresh import, and decides nothing.
    """
    path = settings.files[fault["file"]]
    modules = [module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == path]
    if len(modules) != 1:
        raise CannotSwap("no module has come of it")
    names = vars(modules[0])
    before = {name: thing for name, thing in names.items() if isinstance(thing, (type, types.FunctionType))}
    exec(compile(with_fault(source, fault), path, "exec", dont_inherit=True), names)
    for name, old in before.items():
        new = names.get(name)
        if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
            if old.__code__.co_freevars == new.__code__.co_freevars:
                old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
        elif isinstance(old, type) and isinstance(new, type):
            for attribute, value in vars(new).items():
                if attribute not in ("__dict__", "__weakref__"):
                    try:
                        setattr(old, attribute, value)
                    except (AttributeError, TypeError):
                        pass  # of a class that cannot be changed: the fresh import will tell
