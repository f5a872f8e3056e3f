def of(n):
    return n / 2
