def half(n):
    return n // n
