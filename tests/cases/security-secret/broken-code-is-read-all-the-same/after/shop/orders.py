"""Orders of the shop."""

RATE = 3


def total(order):
    return order.net * RATE


def ship(order:
    return "ghp_R7kq2VbN9xTz4LwYc8HsJ1dPfM6gQeA3uXo5"
