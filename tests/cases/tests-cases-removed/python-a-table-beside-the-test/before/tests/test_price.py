from app.price import price

CASES = [
    {"n": 1, "want": 10},
    {"n": 10, "want": 100},
    {"n": 20, "want": 180},
]


def test_price():
    for case in CASES:
        assert price(case["n"]) == case["want"]
