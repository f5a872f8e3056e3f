"""Prices in cents."""


from mutmut.mutation.trampoline import wrap_in_trampoline as _mutmut_mutated, MutantDict
mutants_x_discount__mutmut: MutantDict = {}  # type: ignore


@_mutmut_mutated(mutants_x_discount__mutmut)
def discount(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price * percent // 100


def x_discount__mutmut_orig(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price * percent // 100


def x_discount__mutmut_1(price, percent):
    """What is left of a price."""
    if percent >= 100:
        raise ValueError("more than everything")
    return price - price * percent // 100


def x_discount__mutmut_2(price, percent):
    """What is left of a price."""
    if percent > 101:
        raise ValueError("more than everything")
    return price - price * percent // 100


def x_discount__mutmut_3(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError(None)
    return price - price * percent // 100


def x_discount__mutmut_4(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("XXmore than everythingXX")
    return price - price * percent // 100


def x_discount__mutmut_5(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("MORE THAN EVERYTHING")
    return price - price * percent // 100


def x_discount__mutmut_6(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price + price * percent // 100


def x_discount__mutmut_7(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price * percent / 100


def x_discount__mutmut_8(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price / percent // 100


def x_discount__mutmut_9(price, percent):
    """What is left of a price."""
    if percent > 100:
        raise ValueError("more than everything")
    return price - price * percent // 101

mutants_x_discount__mutmut['_mutmut_orig'] = x_discount__mutmut_orig # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_1'] = x_discount__mutmut_1 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_2'] = x_discount__mutmut_2 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_3'] = x_discount__mutmut_3 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_4'] = x_discount__mutmut_4 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_5'] = x_discount__mutmut_5 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_6'] = x_discount__mutmut_6 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_7'] = x_discount__mutmut_7 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_8'] = x_discount__mutmut_8 # type: ignore # mutmut generated
mutants_x_discount__mutmut['x_discount__mutmut_9'] = x_discount__mutmut_9 # type: ignore # mutmut generated
mutants_x_label__mutmut: MutantDict = {}  # type: ignore


@_mutmut_mutated(mutants_x_label__mutmut)
def label(price):
    return "EUR " + str(price)


def x_label__mutmut_orig(price):
    return "EUR " + str(price)


def x_label__mutmut_1(price):
    return "EUR " - str(price)


def x_label__mutmut_2(price):
    return "XXEUR XX" + str(price)


def x_label__mutmut_3(price):
    return "eur " + str(price)


def x_label__mutmut_4(price):
    return "EUR " + str(None)

mutants_x_label__mutmut['_mutmut_orig'] = x_label__mutmut_orig # type: ignore # mutmut generated
mutants_x_label__mutmut['x_label__mutmut_1'] = x_label__mutmut_1 # type: ignore # mutmut generated
mutants_x_label__mutmut['x_label__mutmut_2'] = x_label__mutmut_2 # type: ignore # mutmut generated
mutants_x_label__mutmut['x_label__mutmut_3'] = x_label__mutmut_3 # type: ignore # mutmut generated
mutants_x_label__mutmut['x_label__mutmut_4'] = x_label__mutmut_4 # type: ignore # mutmut generated
mutants_xǁBasketǁ__init____mutmut: MutantDict = {}  # type: ignore
mutants_xǁBasketǁtotal__mutmut: MutantDict = {}  # type: ignore


class Basket:
    @_mutmut_mutated(mutants_xǁBasketǁ__init____mutmut)
    def __init__(self, prices):
        self.prices = prices
    def xǁBasketǁ__init____mutmut_orig(self, prices):
        self.prices = prices
    def xǁBasketǁ__init____mutmut_1(self, prices):
        self.prices = None

    @_mutmut_mutated(mutants_xǁBasketǁtotal__mutmut)
    def total(self):
        return sum(self.prices) + 0

    def xǁBasketǁtotal__mutmut_orig(self):
        return sum(self.prices) + 0

    def xǁBasketǁtotal__mutmut_1(self):
        return sum(self.prices) - 0

    def xǁBasketǁtotal__mutmut_2(self):
        return sum(None) + 0

    def xǁBasketǁtotal__mutmut_3(self):
        return sum(self.prices) + 1

mutants_xǁBasketǁ__init____mutmut['_mutmut_orig'] = Basket.xǁBasketǁ__init____mutmut_orig # type: ignore # mutmut generated
mutants_xǁBasketǁ__init____mutmut['xǁBasketǁ__init____mutmut_1'] = Basket.xǁBasketǁ__init____mutmut_1 # type: ignore # mutmut generated

mutants_xǁBasketǁtotal__mutmut['_mutmut_orig'] = Basket.xǁBasketǁtotal__mutmut_orig # type: ignore # mutmut generated
mutants_xǁBasketǁtotal__mutmut['xǁBasketǁtotal__mutmut_1'] = Basket.xǁBasketǁtotal__mutmut_1 # type: ignore # mutmut generated
mutants_xǁBasketǁtotal__mutmut['xǁBasketǁtotal__mutmut_2'] = Basket.xǁBasketǁtotal__mutmut_2 # type: ignore # mutmut generated
mutants_xǁBasketǁtotal__mutmut['xǁBasketǁtotal__mutmut_3'] = Basket.xǁBasketǁtotal__mutmut_3 # type: ignore # mutmut generated
