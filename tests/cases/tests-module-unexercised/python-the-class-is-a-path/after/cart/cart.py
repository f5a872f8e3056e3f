def of(n):
    return n / 4
