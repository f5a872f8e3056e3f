from shop.tools import Result, call


def test_call():
    result = call("total")
    assert isinstance(result, Result)
    assert "total" in result.text
