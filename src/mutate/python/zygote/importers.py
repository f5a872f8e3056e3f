"""Who takes what from a module while it is imported, and for what?

A module that only binds names when it is imported (`import shop`, `from shop import price`) is the same afterwards whatever
is behind them. One that uses what it has taken, at once, is made of it: of names that it uses so, the value must stay.
"""

import ast
import builtins
import importlib.util
import os
import sys
import types

# decorators from there do not call what they decorate
DECORATORS = {"abc", "contextlib", "dataclasses", "freezegun", "functools", "mock", "pytest", "typing", "unittest"}
DECORATING = {"classmethod", "property", "staticmethod"}
# what runs while tests are collected, without being named
AT_ONCE = {"__init__", "__init_subclass__", "__new__", "__set_name__"}
# what may take anything from anywhere
BY_NAME = {"__import__", "globals", "import_module", "importorskip", "resolve_name", "run_path", "vars"}


class Involved(Exception):
    """A module is made of the one in question, in a way that cannot be followed."""


class Importers:
    """All modules of the tree, and what they take from one of them."""

    def __init__(self, module, root):
        self.module = module
        self.uses = {}
        for name, other in list(sys.modules.items()):
            path = getattr(other, "__file__", None) or ""
            if other is not module and path.startswith(root + os.sep) and path.endswith(".py"):
                self.uses[name] = Uses(other, name, path)
        self.tainted = {module.__name__}
        self.spread()
        self.kept, self.bound = set(), set()
        self.has_star = False
        concerned = [self.uses[name] for name in sorted(self.tainted - {module.__name__})]
        for uses in concerned:
            self.find_concerned(uses)
        for uses in concerned:
            self.read(uses)

    def spread(self):
        """Whoever takes something from a module that is concerned is concerned too."""
        before = 0
        while len(self.tainted) != before:
            before = len(self.tainted)
            self.tainted.update(name for name, uses in self.uses.items() if any(map(self.concerns, uses.sources)))

    def find_concerned(self, uses):
        for star in uses.stars & self.tainted:
            self.has_star |= star == self.module.__name__
            for name in exported(sys.modules[star]):
                uses.take(name, star, name)
        concerned = {name for name, (source, _) in uses.bindings.items() if self.concerns(source)}
        for name in sorted(concerned & (uses.twice | uses.stored)):
            raise Involved("%s has `%s` from several places" % (uses.name, name))
        uses.concerned, uses.late = concerned, uses.mentioning(concerned)

    def read(self, uses):
        for name in sorted(uses.concerned):
            self.bind(uses, name)
        for chain, is_decorator in uses.at_once:
            if chain[0] in uses.late:
                raise Involved("%s uses `%s` when it is imported" % (uses.name, chain[0]))
            if chain[0] in uses.concerned:
                self.use(uses, chain, is_decorator)
        uses.refuse()

    def whoever_needs(self):
        """The modules that cannot be imported where the one in question cannot: they say so without a condition."""
        needing, before = {self.module.__name__}, 0
        while len(needing) != before:
            before = len(needing)
            needing.update(name for name, uses in self.uses.items() if uses.needed & needing)
        return needing

    def concerns(self, source):
        return source in self.tainted or any(name.startswith(source + ".") for name in self.tainted)

    def origin(self, source, name):
        """The name in the module in question that a name in another one is bound to."""
        seen = set()
        while (source, name) not in seen:
            seen.add((source, name))
            if source == self.module.__name__:
                return name
            uses = self.uses.get(source)
            if uses is None:
                return None
            if name not in uses.bindings:
                star = [star for star in uses.stars & self.tainted if name in exported(sys.modules[star])]
                if len(star) != 1:
                    return None
                source = star[0]
                continue
            source, name = uses.bindings[name]
            if name is None:
                return None
        return None

    def bind(self, uses, name):
        source, inner = uses.bindings[name]
        origin = None if inner is None else self.origin(source, inner)
        if origin is None:
            return
        names = vars(self.module)
        if origin in names and vars(uses.module).get(name, self) is names[origin]:
            self.bound.add((uses.name, name, origin))

    def use(self, uses, chain, is_decorator):
        """A name that is used while its module is imported: it leads to the module in question, or elsewhere."""
        source, inner = uses.bindings[chain[0]]
        rest = list(chain[1:])
        if inner is not None:
            rest.insert(0, inner)
        here = source
        while rest:
            name = rest.pop(0)
            origin = self.origin(here, name)
            if origin is not None:
                self.kept.add(origin)
            thing = vars(sys.modules[here]).get(name) if here in sys.modules else None
            if not isinstance(thing, types.ModuleType):
                if origin is None and here in self.tainted and here in self.uses and name in self.uses[here].late:
                    raise Involved("%s uses `%s` when it is imported" % (uses.name, ".".join(chain)))
                return
            here = thing.__name__
        if self.concerns(here) and not is_decorator:
            raise Involved("%s looks into `%s` when it is imported" % (uses.name, here))


class Uses(ast.NodeVisitor):
    """What one module does when it is imported."""

    def __init__(self, module, name, path):
        self.module, self.name = module, name
        self.bindings, self.stars, self.sources = {}, set(), set()
        # modules that are imported whatever happens, and the packages around them
        self.needed = set()
        # names that are bound in several ways
        self.twice, self.stored = set(), set()
        # of what is bound, what comes from where, and what stands in functions that mention it
        self.concerned = self.late = frozenset()
        # chains of names that are used at once, and whether a decorator does so
        self.at_once = []
        # what stands in functions, by the name of the function or class around them at the top: it runs later
        self.bodies = {}
        self.refused = []
        self.top = None
        self.is_decorator = False
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
        self.has_late_annotations = any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(one.name == "annotations" for one in node.names)
            for node in tree.body
        )
        self.visit(tree)
        for node in tree.body:
            if isinstance(node, ast.Import):
                self.need(*(one.name for one in node.names))
            elif isinstance(node, ast.ImportFrom):
                source = self.source(node)
                inner = (source + "." + one.name for one in node.names)
                self.need(source, *(name for name in inner if name in sys.modules))

    def need(self, *names):
        for name in names:
            parts = name.split(".")
            self.needed.update(".".join(parts[:count]) for count in range(1, len(parts) + 1))

    def source(self, node):
        if not node.level:
            return node.module
        package = getattr(self.module, "__package__", None) or ""
        return importlib.util.resolve_name("." * node.level + (node.module or ""), package)

    def take(self, name, source, inner):
        if self.bindings.setdefault(name, (source, inner)) != (source, inner):
            self.twice.add(name)

    def visit_Import(self, node):
        for one in node.names:
            self.sources.add(one.name)
            if one.asname:
                self.take(one.asname, one.name, None)
            else:
                first = one.name.partition(".")[0]
                self.take(first, first, None)

    def visit_ImportFrom(self, node):
        source = self.source(node)
        self.sources.add(source)
        for one in node.names:
            inner = source + "." + one.name
            if one.name == "*":
                self.stars.add(source)
            elif vars(self.module).get(one.asname or one.name) is sys.modules.get(inner, self):
                self.sources.add(inner)
                self.take(one.asname or one.name, inner, None)
            else:
                self.take(one.asname or one.name, source, one.name)

    def visit_FunctionDef(self, node):
        outer, self.top = self.top, self.top or node.name
        if outer is None:
            self.stored.add(node.name)
        for decorator in node.decorator_list:
            self.decorate(decorator, node)
        for default in node.args.defaults + [one for one in node.args.kw_defaults if one]:
            self.visit(default)
        if not self.has_late_annotations:
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs + [node.args.vararg, node.args.kwarg]
            for annotation in [one.annotation for one in arguments if one] + [node.returns]:
                if annotation:
                    self.visit(annotation)
        names = {inner.id for part in node.body for inner in ast.walk(part) if isinstance(inner, ast.Name)}
        self.bodies.setdefault(self.top, set()).update(names)
        is_hook = node.name.startswith("pytest_") and not node.name.startswith("pytest_runtest_")
        if is_hook or (node.name in AT_ONCE and self.is_made_at_once(node.name)):
            self.refused.append((node.name, names))
        self.top = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def is_made_at_once(self, method):
        """Whether a method of the class at the top may run while tests are collected: cases of `unittest` are made then."""
        made = vars(self.module).get(self.top)
        unittest = sys.modules.get("unittest")
        is_case = unittest and isinstance(made, type) and issubclass(made, unittest.TestCase)
        return is_case or method not in ("__init__", "__new__")

    def decorate(self, decorator, function):
        root = decorator
        while isinstance(root, (ast.Attribute, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        name = root.id if isinstance(root, ast.Name) else ""
        source = self.bindings.get(name, ("", None))[0].partition(".")[0]
        is_known = source in DECORATORS or (name in DECORATING and hasattr(builtins, name)) or isinstance(decorator, ast.Attribute)
        if not is_known:
            names = {inner.id for part in function.body for inner in ast.walk(part) if isinstance(inner, ast.Name)}
            self.refused.append(("@" + name, names))
        before, self.is_decorator = self.is_decorator, is_known
        self.visit(decorator)
        self.is_decorator = before

    def visit_ClassDef(self, node):
        outer, self.top = self.top, self.top or node.name
        if outer is None:
            self.stored.add(node.name)
        for decorator in node.decorator_list:
            self.visit(decorator)
        for part in node.bases + [keyword.value for keyword in node.keywords] + node.body:
            self.visit(part)
        self.bodies.setdefault(self.top, set())
        self.top = outer

    def visit_If(self, node):
        test = node.test
        is_main = isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
        for part in node.orelse if is_main else [test] + node.body + node.orelse:
            self.visit(part)

    def visit_AnnAssign(self, node):
        if not self.has_late_annotations:
            self.visit(node.annotation)
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def visit_Attribute(self, node):
        chain, inner = [], node
        while isinstance(inner, ast.Attribute):
            chain.insert(0, inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self.name_used(inner, [inner.id] + chain)
        else:
            self.visit(inner)

    def visit_Name(self, node):
        self.name_used(node, [node.id])

    def name_used(self, node, chain):
        if not isinstance(node.ctx, ast.Load):
            self.stored.add(chain[0])
        else:
            self.at_once.append((chain, self.is_decorator))
            if chain[-1] in BY_NAME or chain[:2] == ["sys", "modules"]:
                self.refused.append((".".join(chain), None))

    def mentioning(self, concerned):
        """Functions and classes in which something stands that is concerned: to use them at once may run it."""
        late, before = set(), -1
        while len(late) != before:
            before = len(late)
            late.update(name for name, names in self.bodies.items() if names & (concerned | late))
        return late

    def refuse(self):
        concerned = self.concerned | self.late
        for name, names in self.refused:
            if names is None or names & concerned:
                raise Involved("%s: `%s` may run at any time" % (self.name, name))


def exported(module):
    """What `from module import *` takes."""
    names = getattr(module, "__all__", None)
    return set(names) if names is not None else {name for name in vars(module) if not name.startswith("_")}
