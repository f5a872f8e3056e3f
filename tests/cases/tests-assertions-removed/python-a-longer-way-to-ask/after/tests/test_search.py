from shop import book


def test_fares_are_found():
    assert list(book("fares").search("night"))
