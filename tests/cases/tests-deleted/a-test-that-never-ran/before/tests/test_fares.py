from shop.fares import price


def test_a_ride_costs():
    assert price(3) is not None


def test_a_short_ride_costs():
    assert price(1) == 100


def test_a_ride_costs():
    assert price(3) == 300
    assert price(5) == 500
