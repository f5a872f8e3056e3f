def test_total(client):
    assert client.get("/api/v1/orders/2").json() == {"total": 6}


def test_other_total(client):
    assert client.get("/api/v1/orders/3").json() == {"total": 9}
