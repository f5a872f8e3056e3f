import pytest


@pytest.fixture
def result():
    return [1, 2]
