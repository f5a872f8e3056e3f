import httpx

try:
    import tabulate
except ImportError:
    tabulate = None


def lines(sums):
    if tabulate:
        return tabulate.tabulate(sums.items(), tablefmt="plain").splitlines()
    return [f"{name} {value}" for name, value in sums.items()]


def fetch(address):
    return lines(httpx.get(address).json())
