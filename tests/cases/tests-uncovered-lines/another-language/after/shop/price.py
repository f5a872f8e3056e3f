"""Prices in cents."""


def label(price):
    return "EUR " + str(price)
