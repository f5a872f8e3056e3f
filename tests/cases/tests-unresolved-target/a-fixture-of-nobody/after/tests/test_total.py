from shop import total


def test_total(prices):
    assert total(prices) == 3


def test_total_of_a_basket(full_basket):
    assert total(full_basket) == 7
