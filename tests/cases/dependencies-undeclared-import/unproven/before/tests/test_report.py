from report import lines


def test_lines():
    assert lines({"a": 1}) == ["a 1"]
