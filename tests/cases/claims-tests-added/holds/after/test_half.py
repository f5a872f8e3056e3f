from half import half


def test_even():
    assert half(4) == 2


def test_odd():
    assert half(3) == 1
