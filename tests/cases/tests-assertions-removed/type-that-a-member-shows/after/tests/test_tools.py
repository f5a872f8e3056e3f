from shop.tools import call


def test_call():
    result = call("total")
    assert "total" in result.text
