"""Orders of the shop."""


def total(order):
    return order.net * 3
