from shop.http import get


def stock(item):
    return get(f"/stock/{item}")["count"]
