import pytest

from app.name import clean


@pytest.mark.parametrize("name", ["a", " d ", "b c"])
def test_clean(name):
    assert clean(name) == name.strip()
