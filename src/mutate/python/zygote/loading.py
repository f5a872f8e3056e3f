"""How does a fault get into a file that is imported afresh?"""

import importlib.machinery


class Loading:
    """Sees every file in question when it is imported, and hands out the faulty text of one of them."""

    def __init__(self, lines):
        self.lines = lines
        self.faulty = None
        self.loaded = set()
        # is told of a file in question before it is imported for the first time
        self.before = None
        original = importlib.machinery.SourceFileLoader.get_code
        loading = self

        def get_code(loader, fullname):
            path = getattr(loader, "path", None)
            number = loading.lines.number_of(path) if path else None
            if number is None:
                return original(loader, fullname)
            if number not in loading.loaded and loading.before:
                loading.before(number)
            loading.loaded.add(number)
            if loading.faulty and loading.faulty[0] == number:
                code = compile(loading.faulty[1], path, "exec", dont_inherit=True)
            else:
                code = original(loader, fullname)
            loading.lines.loaded(code)
            return code

        importlib.machinery.SourceFileLoader.get_code = get_code

    def watch_plugins(self):
        """Sees files in question too that are plugins of pytest, which loads them by itself."""
        from _pytest.assertion.rewrite import AssertionRewritingHook

        original = AssertionRewritingHook.exec_module

        def exec_module(hook, module):
            if self.lines.number_of(module.__spec__.origin or "") is not None:
                self.lines.loaded(None)
            return original(hook, module)

        AssertionRewritingHook.exec_module = exec_module
