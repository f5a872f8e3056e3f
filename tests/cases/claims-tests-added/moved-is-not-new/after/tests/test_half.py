from half import half


def test_even():
    assert half(4) == 2
