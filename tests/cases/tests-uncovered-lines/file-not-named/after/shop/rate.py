def rate(country):
    if country == "DE":
        return 19
    return 20
