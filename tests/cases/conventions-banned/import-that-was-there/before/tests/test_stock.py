from shop.stock import stock


def test_stock_is_counted(server):
    server.answers("/stock/tea", {"count": 3})
    assert stock("tea") == 3
