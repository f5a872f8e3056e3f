import pytest

from shop import create_index


def test_an_index_is_made_once():
    create_index("fares")
    with pytest.raises(Exception, match="index fares already exists"):
        create_index("fares")
