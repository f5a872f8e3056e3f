import pytest

from app.name import clean


@pytest.mark.parametrize("name", ["a", "b c"])
def test_clean(name):
    assert clean(name) == name.strip()
