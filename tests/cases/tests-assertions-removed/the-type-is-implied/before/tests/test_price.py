from fares import Quote, quote


def test_quote():
    offer = quote(2)
    assert isinstance(offer, Quote)
    assert offer.cents == 300
