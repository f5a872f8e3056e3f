from unittest.mock import patch

import pytest

from shop import total


@patch("shop.total")
def test_total_is_called(stand_in):
    stand_in.return_value = 3
    assert stand_in([1, 2]) == 3


@pytest.mark.parametrize("basket", [[1, 2], [3]])
def test_total(basket, tmp_path):
    assert total(basket) == 3
