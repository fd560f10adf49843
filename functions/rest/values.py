"""Values that several contracts show alike."""

from commerce.kit import money, settings


def price(minor: int, currency: str) -> str:
    """An amount as a decimal string: "999.99"."""
    return money.text(minor, currency)


def image_url(key: str) -> str | None:
    """Where a picture of the media bucket is fetched; None when there is none."""
    return f"{settings.text('MEDIA_BASE_URL')}/{key}" if key else None
