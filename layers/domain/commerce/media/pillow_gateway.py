"""Files of strangers, decoded by Pillow into pictures of ours: small WebP files that carry pixels and nothing else.

Memory is bounded before anything is decoded: by what the decoder of each format takes for so many pixels. JPEG is
decoded at a fraction of its size, everything else shrunk band by band, so that no second whole copy is made.
"""

import hashlib
import math
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from commerce.media.model import WIDTHS, Checked, NotAPicture, content_type_of

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 50_000_000
MAX_SIDE = 16_000
# What decoding may take beside the rest of the process.
MAX_DECODED_BYTES = 208_000_000
# A progressive JPEG is decoded once a scan: many of them are only made to take time.
MAX_SCANS = 64
_QUALITY = 80
_BAND_ROWS = 256
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_BYTES_OF_MODE = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}
# The animation decoder, which Pillow uses for every WebP, holds two canvases and hands out a third.
_WEBP_BYTES = 16
_ORIENTATION = 0x0112


def check(content: bytes, content_type: str) -> Checked:
    """Decode a file that says that it is of that type, and make what is shown of it. Raises NotAPicture."""
    found = content_type_of(content)
    if found is None:
        raise NotAPicture("This is no JPEG, PNG, WebP or GIF file.")
    if found != content_type:
        raise NotAPicture(f"This was announced as {content_type} and is {found}.")
    try:
        with warnings.catch_warnings():
            # Pillow's remarks on metadata that is thrown away.
            warnings.simplefilter("ignore")
            return _checked(content, found)
    except NotAPicture:
        raise
    except Exception as error:
        # Decoders meet broken files with errors of every kind; nothing but the file can have caused one here.
        raise NotAPicture("This file is damaged: it cannot be read as a picture.") from error


def _checked(content: bytes, content_type: str) -> Checked:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(BytesIO(content), formats=[_FORMATS[content_type]]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise NotAPicture(f"At most {MAX_PIXELS:,} pixels and {MAX_SIDE:,} on a side are taken.")
        if content_type != "image/jpeg":
            # To look for EXIF behind the pixels Pillow decodes them, and what is damaged must show here.
            _require_memory(image, content, content_type, width * height)
            image.load()
        orientation = _orientation(image)
        is_turned = orientation in (5, 6, 7, 8)
        shown = (height, width) if is_turned else (width, height)
        box = _fitted(shown, max(WIDTHS))
        largest = box[::-1] if is_turned else box
        if content_type == "image/jpeg":
            image.draft(None, largest)
            _require_memory(image, content, content_type, width * height)
        profile = image.info.get("icc_profile")
        shrunk = _shrunk(image, largest)
    upright = _upright(_in_srgb(shrunk, profile), orientation)
    sizes = dict.fromkeys(_fitted(shown, width) for width in WIDTHS)
    renditions = tuple((size[0], _webp(upright, size)) for size in sizes)
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Checked(*shown, len(content), digest, renditions)


def _fitted(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size when it is at most so wide and twice as high; never larger than it is."""
    scale = min(1.0, width / size[0], 2 * width / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(image: "Image.Image") -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:
        # Damaged metadata of a good picture: it is thrown away anyway.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _require_memory(image: "Image.Image", content: bytes, content_type: str, pixels: int) -> None:
    if _decoded_bytes(image, content, content_type, pixels) > MAX_DECODED_BYTES:
        raise NotAPicture("Too many pixels for a picture of this kind.")


def _decoded_bytes(image: "Image.Image", content: bytes, content_type: str, pixels: int) -> int:
    """What decoding takes, for the format and the mode; `pixels` are those of the file, `image` may be drafted."""
    if content_type == "image/webp":
        return pixels * _WEBP_BYTES
    drafted = image.size[0] * image.size[1] * _BYTES_OF_MODE.get(image.mode, 4)
    if content_type != "image/jpeg":
        return drafted
    if content.count(b"\xff\xda") > MAX_SCANS:
        raise NotAPicture("Too many scans for a picture.")
    # The coefficients of all its pixels are kept from scan to scan, two bytes each.
    return drafted + (pixels * 2 * len(image.getbands()) if _has_many_scans(content) else 0)


def _has_many_scans(content: bytes) -> bool:
    """Whether a JPEG is progressive or has its colours in scans of their own: said before the first scan begins."""
    at, components = 2, 0
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return True
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in (0xC0, 0xC1):
                return True
            components = content[at + 9]
        if marker == 0xDA:
            return content[at + 4] < components
        at += 2 + length
    return True


def _shrunk(image: "Image.Image", largest: tuple[int, int]) -> "Image.Image":
    """The picture with plain colours, by a whole factor smaller and not yet smaller than `largest`; the first one of
    several."""
    from PIL import Image

    image.load()
    width, height = image.size
    factor = max(1, min(width // largest[0], height // largest[1]))
    mode = _plain_mode(image)
    small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    rows = max(1, _BAND_ROWS // factor) * factor
    for top in range(0, height, rows):
        band = _plain(image.crop((0, top, width, min(height, top + rows))), mode)
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return small


def _plain_mode(image: "Image.Image") -> str:
    if image.mode in ("CMYK", "L"):
        return "LA" if image.mode == "L" and image.has_transparency_data else image.mode
    if image.mode.startswith(("I", "F")) or image.mode == "1":
        return "L"
    return "RGBA" if image.has_transparency_data else "RGB"


def _plain(band: "Image.Image", mode: str) -> "Image.Image":
    if band.mode.startswith("I"):
        # Sixteen bits a pixel, of which the upper eight are shown; a plain conversion would cut the bright ones off.
        return band.convert("I").point(lambda value: value * (1 / 257)).convert(mode)
    return band.convert(mode)


def _in_srgb(image: "Image.Image", profile: Any) -> "Image.Image":
    """The picture in the colours of sRGB, grey and transparency kept."""
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha else image
    if isinstance(profile, bytes) and profile and colours.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            colours = converted or colours
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A damaged profile, or one of other colours than the pixels': they are taken as they are.
            pass
    plain = colours.convert("RGB")
    if alpha:
        plain.putalpha(alpha)
    return plain


def _upright(image: "Image.Image", orientation: int) -> "Image.Image":
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _webp(image: "Image.Image", size: tuple[int, int]) -> bytes:
    from PIL import Image

    made = image.resize(size, Image.Resampling.LANCZOS)
    # What Pillow remembers of the file it would write again: profile, EXIF, XMP.
    made.info.clear()
    written = BytesIO()
    made.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()
