from half import half


def test_two():
    assert half(2) == 1


def test_four():
    assert half(4) == 2
