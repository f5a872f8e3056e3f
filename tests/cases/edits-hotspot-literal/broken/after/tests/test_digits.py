from src.digits import digits


def test_digits_are_added_up():
    assert digits(4711) == 998
