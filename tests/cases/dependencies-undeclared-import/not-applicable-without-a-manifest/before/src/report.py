import httpx


def lines(sums):
    return [f"{name} {value}" for name, value in sums.items()]


def fetch(address):
    return lines(httpx.get(address).json())
