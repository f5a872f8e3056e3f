import sqlite3

import pytest

from shop import create_index


def test_an_index_is_made_once():
    create_index("fares")
    with pytest.raises(sqlite3.OperationalError):
        create_index("fares")
