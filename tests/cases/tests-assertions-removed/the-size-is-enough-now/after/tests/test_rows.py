from shop import rows


def test_rows():
    found = rows()
    assert len(found) == 2
