from shop.orders import total


def test_total(order):
    assert total(order) == 6


TOKEN = "ghp_R7kq2VbN9xTz4LwYc8HsJ1dPfM6gQeA3uXo5"
