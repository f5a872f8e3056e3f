"""A module with every construct."""
import os.path as p, sys
from . import near
from ..up import name as other, more
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="posix only")
__all__ = ["Shape", "_hidden"]
LIMIT = 10  # not a # string


class Shape(Base):
    """Documented."""
    sides: int = 0

    def __init__(self, n, *, colour="red"):
        self.n = n

    @property
    def area(self) -> float:
        return self.n * 2.0

    def _grow(self, by=1, *rest, **more):
        return f"{by} # no comment"


async def load(path, /, mode: str = "r", *args, flag) -> bytes:
    def inner(): return 1
    return await read(path, mode=mode)


def _hidden(): pass


def check_shape(shape):
    assert shape.n == 3, "n"


def check_all(shapes):
    for shape in shapes:
        check_shape(shape)


@pytest.fixture
def test_shape(): return Shape(3)


def test_plain(shape):
    assert shape.area == 6.0
    assert shape.n > 2
    assert shape
    assert True
    assert (shape, "always")
    assert "a" in shape.names and shape.n == 3
    assert shape.owner is None
    assert not shape.gone()


@pytest.mark.parametrize("n", [1, 2], ids=["one", "two"])
def test_many(n):
    check_all([Shape(n)])
    if n > 1:
        assert n == 2


@pytest.mark.skip(reason="flaky: #7")
def test_skipped(): assert f() == 1


@pytest.mark.xfail
def test_fails_now(): assert f() == 1


def test_raises():
    with pytest.raises(ValueError, match="bad"):
        load(1)
    with pytest.raises(Exception):
        load(2)
    if not tool():
        pytest.skip("no tool")


def test_outer():
    def test_inner(): assert 1 == 2
    register(test_inner)


@unittest.skipUnless(HAVE, "needs it")
class TestShape(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(f(), 5)
        self.assertTrue(f() == 5)
        self.assertTrue(f())
        self.assertIn("a", f())
        with self.assertRaises(KeyError):
            f()

    class TestNested:
        def test_deep(self, mocker):
            mocker.f.assert_called_once_with(1)
            mocker.g.assert_called()

    def helper(self): self.skipTest("never called")


class TestMade:
    def __init__(self): pass
    def test_not_collected(self): assert 1


@given(st.integers())
def test_property(n): assert g(n) == g(n)
