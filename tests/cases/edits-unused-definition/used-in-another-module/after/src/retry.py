from .load import _backoff

WAIT = _backoff(1)
