import json


def load(path):
    try:
        with open(path) as stream:
            return json.load(stream)
    except Exception:
        pass
