def price(n):
    return n * 10


def legacy_price(n):
    return n * 11
