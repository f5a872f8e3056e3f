from shop import open_shop


def test_open():
    shop = open_shop(1)
    assert shop
