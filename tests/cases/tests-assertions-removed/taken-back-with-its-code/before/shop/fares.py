def price(km):
    if km < 1:
        return {"cents": 100, "currency": "EUR"}
    return {"cents": km * 150, "currency": "EUR"}
