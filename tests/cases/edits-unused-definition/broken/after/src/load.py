def load(path):
    return open(path).read()


def _backoff(attempt):
    # _backoff waits longer each time
    return 2**attempt
