"""Prices in cents."""


def label(price):
    return "EUR " + str(price)


def discount(price, percent):
    """What is left of a price."""
    if percent > 100:  # pragma: no cover
        raise ValueError("more than everything")
    return price - price * percent // 100
