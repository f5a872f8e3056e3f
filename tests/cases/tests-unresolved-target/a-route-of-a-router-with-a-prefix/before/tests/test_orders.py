def test_total(client):
    assert client.get("/api/v1/orders/2").json() == {"total": 6}
