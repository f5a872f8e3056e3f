from half import half


def test_two():
    assert half(2) == 1
