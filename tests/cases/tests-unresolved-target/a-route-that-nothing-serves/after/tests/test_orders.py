def test_total(client):
    assert client.get("/api/v1/orders/2").json() == {"total": 6}


def test_refund(client):
    response = client.post("/api/v1/orders/2/refunds", json={"total": 6})
    assert response.json() == {"total": 0}
