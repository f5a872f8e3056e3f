"""Prices in cents."""


def label(price):
    if price < 0:  # pragma: no cover
        raise ValueError(price)
    return "EUR " + str(price)
