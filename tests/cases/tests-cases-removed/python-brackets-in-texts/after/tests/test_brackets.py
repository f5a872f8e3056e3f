import pytest

from app.brackets import opens


@pytest.mark.parametrize("text", ["(", "[", "a)"])
def test_opens(text):
    assert opens(text) == ("(" in text or "[" in text)
