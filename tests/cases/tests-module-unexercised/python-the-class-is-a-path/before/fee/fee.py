def of(n):
    return n / 3
