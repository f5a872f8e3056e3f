def test_total(client):
    assert client.get("/api/v1/orders/2").json() == {"total": 6}


def test_nobody_serves_refunds(client):
    assert client.get("/api/v1/orders/2/refunds").status_code == 404
