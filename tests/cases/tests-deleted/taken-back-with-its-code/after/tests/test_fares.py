from shop.fares import price


def test_a_ride_is_paid_in_euros():
    assert price(3)["currency"] == "EUR"
