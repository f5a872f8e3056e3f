from shop.fares import price


def test_a_ride_costs():
    assert price(3)["currency"] == "EUR"
    assert price(0)["cents"] == 100
