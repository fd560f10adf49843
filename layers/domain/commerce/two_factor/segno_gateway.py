"""QR codes, by segno."""

_PIXELS_PER_MODULE = 5


def png_data_url(text: str) -> str:
    """The text as a QR code: a PNG in a data URL."""
    import segno

    return segno.make(text, error="m", micro=False).png_data_uri(scale=_PIXELS_PER_MODULE)
