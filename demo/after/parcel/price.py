"""What does a parcel cost? All amounts are in cents."""

BASE = 300
PER_KILOGRAM = 120
HEAVY = 20
HEAVY_SURCHARGE = 550


def price(kilograms):
    """The price of a parcel of so many whole kilograms."""
    if kilograms <= 0:
        raise ValueError("a parcel weighs something")
    return BASE + PER_KILOGRAM * kilograms + surcharge(kilograms)


def surcharge(kilograms):
    """What a heavy parcel costs more."""
    if kilograms > HEAVY:
        return HEAVY_SURCHARGE
    return 0
