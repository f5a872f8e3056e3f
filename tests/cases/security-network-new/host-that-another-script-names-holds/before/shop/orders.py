"""Orders of the shop."""

RATE = 3


def total(order):
    return order.net * RATE
