from app.price import price

PLANS = [(price, 1, 10), (price, 2, 20)]


def test_plans():
    for plan, given, wanted in PLANS:
        assert plan(given) == wanted
