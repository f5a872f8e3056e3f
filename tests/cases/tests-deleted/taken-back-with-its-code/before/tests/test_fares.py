from shop.fares import price


def test_a_ride_of_no_length_costs_a_euro():
    assert price(0)["cents"] == 100


def test_a_ride_is_paid_in_euros():
    assert price(3)["currency"] == "EUR"
