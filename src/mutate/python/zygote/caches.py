"""Where is compiled code kept?

What is compiled here goes into a folder of ours. What others have compiled already, of the interpreter's own modules and of
packages that are installed, is read where it is, and nothing is written there.
"""

import importlib.machinery
import os
import sys


def keep_apart(folder, root):
    """From now on; `root` is the copy of the tree, of which nobody has compiled anything."""
    import importlib._bootstrap_external as external

    original = external.cache_from_source
    root += os.sep

    def cache_from_source(path, *arguments, **options):
        if not os.fspath(path).startswith(root):
            sys.pycache_prefix = None
            try:
                usual = original(path, *arguments, **options)
            finally:
                sys.pycache_prefix = folder
            if os.path.exists(usual):
                return usual
        return original(path, *arguments, **options)

    set_data = importlib.machinery.SourceFileLoader.set_data

    def set_own_data(loader, path, data, **options):
        if path.startswith(folder):
            set_data(loader, path, data, **options)

    external.cache_from_source = cache_from_source
    importlib.machinery.SourceFileLoader.set_data = set_own_data
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = folder
    sys.dont_write_bytecode = False


def keep_plugins_apart(root):
    """The same for modules into which pytest looks: it has compiled files of its own."""
    from _pytest.assertion import rewrite

    original = getattr(rewrite, "get_cache_dir", None)
    if original is None:
        return  # before pytest 5
    root += os.sep

    def get_cache_dir(path):
        usual = path.parent / "__pycache__"
        is_compiled = not str(path).startswith(root) and (usual / (path.name[:-3] + rewrite.PYC_TAIL)).exists()
        return usual if is_compiled else original(path)

    rewrite.get_cache_dir = get_cache_dir
