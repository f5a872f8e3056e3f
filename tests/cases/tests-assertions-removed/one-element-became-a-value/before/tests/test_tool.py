from shop import call


def test_a_tool_greets():
    result = call("greet")
    assert len(result) == 1
    content = result[0]
    assert content.text == "hello"
