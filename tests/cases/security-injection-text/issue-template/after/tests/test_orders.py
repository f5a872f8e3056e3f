from shop.orders import total


def test_total(order):
    assert total(order) == 6
