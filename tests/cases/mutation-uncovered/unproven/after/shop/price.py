"""Prices in cents."""


def label(price):
    if price < 0:
        return "owed"
    return "EUR " + str(price)
