def half(n):
    return n / 2


def third(n):
    return n / 3
