from shop.fares import price


def test_a_ride_costs():
    assert [price(km)["cents"] for km in (0, 3)] == [100, 450]
