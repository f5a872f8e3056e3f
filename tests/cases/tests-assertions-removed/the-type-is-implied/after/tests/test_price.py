from fares import quote


def test_quote():
    offer = quote(2)
    assert offer.cents == 300
