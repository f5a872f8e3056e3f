def price(n):
    return n * 10
