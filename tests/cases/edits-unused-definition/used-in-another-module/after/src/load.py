def load(path):
    return open(path).read()


def _backoff(attempt):
    return 2**attempt
