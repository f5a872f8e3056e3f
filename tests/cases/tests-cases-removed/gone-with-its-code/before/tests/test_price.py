from app.price import price, legacy_price

PLANS = [(price, 1, 10), (price, 2, 20), (legacy_price, 1, 11)]


def test_plans():
    for plan, given, wanted in PLANS:
        assert plan(given) == wanted
