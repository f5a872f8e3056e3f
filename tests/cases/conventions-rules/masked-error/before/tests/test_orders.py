from shop.orders import load


def test_orders_are_read(tmp_path):
    (tmp_path / "a.json").write_text("[1]")
    assert load(tmp_path / "a.json") == [1]
