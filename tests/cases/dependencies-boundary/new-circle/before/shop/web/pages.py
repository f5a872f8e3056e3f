"""Pages."""

from ..domain import till

PAGES = [till.total]
