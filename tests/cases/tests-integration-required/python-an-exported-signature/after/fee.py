def fee(n, rate):
    return n / rate
