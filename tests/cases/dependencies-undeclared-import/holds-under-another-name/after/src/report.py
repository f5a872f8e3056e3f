import httpx
import yaml


def lines(sums):
    return yaml.safe_dump(sums).splitlines()


def fetch(address):
    return lines(httpx.get(address).json())
