from shop import book


def test_fares_are_found():
    assert book("fares").search("night")
