from shop import call


def test_a_tool_greets():
    result = call("greet")
    assert result.data == "hello"
