project = "shop"

import inspect


def linkcode_resolve(info):
    try:
        path = inspect.getsourcefile(info["object"])
        lines = inspect.getsourcelines(info["object"])
    except Exception:
        return None
    return f"{path}#L{lines[1]}"
