from src.a import half


def test_half():
    assert half(4) == 2


def test_half_of_odd():
    assert half(5) == 2
