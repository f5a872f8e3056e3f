from src.media import media


def test_media_types():
    assert media("html") == "text/html"
