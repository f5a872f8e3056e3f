from shop.fares import price


def test_a_ride_of_no_length_is_free():
    fare = price(0)
    assert fare["cents"] == 0


def test_a_ride_costs():
    assert price(3)["cents"] == 300
