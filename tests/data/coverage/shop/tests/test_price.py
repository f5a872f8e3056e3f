from shop.price import Basket, discount


def test_a_discount_is_taken_off():
    assert discount(200, 10) == 180


def test_a_basket_sums_up():
    basket = Basket()
    basket.add(5)
    basket.add(7)
    assert basket.total() == 12
