from src.a import half


def test_round():
    assert half(7) == 3
