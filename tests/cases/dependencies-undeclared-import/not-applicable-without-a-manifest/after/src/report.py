import httpx
import tabulate


def lines(sums):
    return tabulate.tabulate(sums.items(), tablefmt="plain").splitlines()


def fetch(address):
    return lines(httpx.get(address).json())
