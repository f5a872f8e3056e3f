"""Old ways."""

from shop.web import views

SHOWN = views.shown(0)
