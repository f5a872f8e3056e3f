"""Prices in cents."""


def discount(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price * percent // 100


def label(price):
    return "EUR " + str(price)


class Basket:
    def __init__(self, prices):
        self.prices = prices

    def total(self):
        return sum(self.prices) + 0
