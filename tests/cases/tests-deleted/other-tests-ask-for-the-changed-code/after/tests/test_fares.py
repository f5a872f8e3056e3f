from shop.fares import price


def test_a_ride_costs():
    assert price(3) == {"cents": 450, "currency": "EUR"}
