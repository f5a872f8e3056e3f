def half(n):
    return n / 2


def quarter(n):
    return n / 3
