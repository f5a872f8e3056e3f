from shop import rows


def test_rows():
    found = rows()
    assert "ann" in found
    assert "bob" in found
