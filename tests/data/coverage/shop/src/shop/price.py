"""Prices in cents."""


def discount(price: int, percent: int) -> int:
    if percent < 0:
        raise ValueError("a discount is not negative")
    if percent > 100:
        percent = 100
    return price - price * percent // 100


def label(price: int) -> str:
    euros, cents = divmod(price, 100)
    return f"{euros}.{cents:02}"


class Basket:
    def __init__(self) -> None:
        self.prices: list[int] = []

    def add(self, price: int) -> None:
        self.prices.append(price)

    def total(self) -> int:
        return sum(self.prices)

    def debug(self) -> str:  # pragma: no cover
        return repr(self.prices)
