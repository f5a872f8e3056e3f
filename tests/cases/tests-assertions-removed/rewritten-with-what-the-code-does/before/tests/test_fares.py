from shop.fares import price


def test_a_ride_costs():
    cheap, dear = price(0), price(3)
    assert cheap["cents"] == 0
    assert dear["cents"] == 300
    assert price(5)["cents"] == 500
