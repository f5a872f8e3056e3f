def fee(n):
    return n / 50
