"""Orders of the shop."""

RATE = 3


def total(order):
    return order.net * RATE


def rate(client, url):
    return client.get(url, verify="ca.pem")
