from fares import discount


def test_discount():
    assert discount(2) is None
