from fares import price


def test_short_ride():
    assert price(2) == 300


def test_ride_at_night():
    assert price(2, hour=23) == 600
