"""Which tree are the project's modules imported from?"""

import os
import sys


def lead_to_copy(settings, home):
    """Paths into the user's tree lead into the copy instead: environments name the tree that is developed in."""
    user, copy = settings.user_root, settings.root

    def moved(path):
        if path == user or path.startswith(user + os.sep):
            inside = copy + path[len(user):]
            if os.path.exists(inside):
                return inside
        return path

    kept = [moved(path) for path in sys.path if os.path.abspath(path) != home]
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
