from app.price import price

SMALL = [(1, 10), (2, 20)]
BIG = [(20, 180), (30, 270), (10, 100)]


def test_small():
    for n, want in SMALL:
        assert price(n) == want


def test_big():
    for n, want in BIG:
        assert price(n) == want
