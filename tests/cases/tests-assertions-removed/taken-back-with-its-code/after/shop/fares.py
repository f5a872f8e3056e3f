def price(km):
    return {"cents": km * 100, "currency": "EUR"}
