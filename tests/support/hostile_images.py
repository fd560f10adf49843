"""Files that strangers may send as pictures, made here: each with the type that its sender claims."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"


@dataclass(frozen=True)
class Hostile:
    """`make` makes the bytes; `is_taken` says whether a harmless picture comes of it, or it is refused."""

    name: str
    content_type: str
    is_taken: bool
    make: Callable[[], bytes]


CORPUS: list[Hostile] = []


def hostile(content_type: str, *, is_taken: bool) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register the function below as how a file is made."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CORPUS.append(Hostile(make.__name__, content_type, is_taken, make))
        return make

    return register


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def photo(mode: str = "RGB", size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with something in it."""
    image = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), image)).convert(mode)


def chunk(kind: bytes, content: bytes, crc: int | None = None) -> bytes:
    """A chunk of a PNG file."""
    checked = zlib.crc32(kind + content) if crc is None else crc
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)


def png(width: int, height: int, pixels: bytes, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG file whose header says that size, whatever its pixels are."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(rows: int, row_bytes: int) -> bytes:
    """Black pixels of a PNG file, compressed: a few kilobytes of hundreds of megabytes."""
    made = zlib.compressobj(9)
    row = bytes(row_bytes + 1)
    return b"".join([*(made.compress(row) for _ in range(rows)), made.flush()])


def with_gps() -> Image.Exif:
    """Where, when and with which camera."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Camera of somebody", "2026:11:21 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif


# Refused


@hostile(PNG, is_taken=False)
def bomb_of_zeros() -> bytes:
    """400 million pixels in less than a megabyte."""
    return png(20_000, 20_000, zeros(200, 60_000))


@hostile(PNG, is_taken=False)
def header_of_two_billion_pixels() -> bytes:
    return png(2**31 - 1, 2**31 - 1, zlib.compress(b"\0"))


@hostile(PNG, is_taken=False)
def one_pixel_high_and_very_wide() -> bytes:
    return png(60_000, 1, zeros(1, 180_000))


@hostile(GIF, is_taken=False)
def gif_canvas_of_four_billion_pixels() -> bytes:
    content = bytearray(saved(photo("P"), "GIF"))
    content[6:10] = b"\xff\xff\xff\xff"
    return bytes(content)


@hostile(WEBP, is_taken=False)
def webp_of_more_pixels_than_its_decoder_may_hold() -> bytes:
    return saved(Image.new("RGB", (6_000, 4_000)), "WEBP", quality=1, method=0)


@hostile(JPEG, is_taken=False)
def jpeg_of_a_hundred_scans() -> bytes:
    content = saved(photo(), "JPEG", progressive=True)
    at = content.rindex(b"\xff\xda")
    return content[:at] + content[at:-2] * 100 + content[-2:]


@hostile(JPEG, is_taken=False)
def progressive_jpeg_of_fifty_million_pixels() -> bytes:
    return saved(Image.new("RGB", (8_000, 6_000)), "JPEG", progressive=True, subsampling=0, quality=5)


@hostile(JPEG, is_taken=False)
def truncated_jpeg() -> bytes:
    content = saved(photo(), "JPEG")
    return content[: len(content) // 2]


@hostile(PNG, is_taken=False)
def truncated_png() -> bytes:
    content = saved(photo(), "PNG")
    return content[: len(content) // 2]


@hostile(PNG, is_taken=False)
def wrong_checksum_of_the_header() -> bytes:
    content = bytearray(saved(photo(), "PNG"))
    content[29] ^= 0xFF
    return bytes(content)


@hostile(PNG, is_taken=False)
def pixels_of_which_some_are_damaged() -> bytes:
    content = bytearray(saved(photo(), "PNG"))
    content[content.index(b"IDAT") + 40] ^= 0xFF
    return bytes(content)


@hostile(PNG, is_taken=False)
def pixels_that_cannot_be_unpacked() -> bytes:
    return png(64, 64, b"\xff" * 200)


@hostile(PNG, is_taken=False)
def wrong_magic() -> bytes:
    return b"\x89PNX\r\n\x1a\n" + saved(photo(), "PNG")[8:]


@hostile(PNG, is_taken=False)
def jpeg_said_to_be_png() -> bytes:
    return saved(photo(), "JPEG")


@hostile(PNG, is_taken=False)
def svg_with_a_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@hostile(JPEG, is_taken=False)
def html_called_jpg() -> bytes:
    return b"<!doctype html><script>alert(document.cookie)</script>"


@hostile(GIF, is_taken=False)
def gif_that_is_a_script() -> bytes:
    return b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1);//"


@hostile(JPEG, is_taken=False)
def magic_and_noise() -> bytes:
    return b"\xff\xd8\xff\xe0" + bytes(range(256)) * 64


@hostile(JPEG, is_taken=False)
def no_bytes() -> bytes:
    return b""


@hostile(PNG, is_taken=False)
def plain_text() -> bytes:
    return b"This is not a picture.\n" * 20


@hostile(PNG, is_taken=False)
def bmp_of_a_known_name() -> bytes:
    return saved(photo(), "BMP")


@hostile(PNG, is_taken=False)
def tiff_of_a_known_name() -> bytes:
    return saved(photo(), "TIFF")


@hostile(PNG, is_taken=False)
def text_chunk_that_unpacks_to_a_hundred_megabytes() -> bytes:
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    return png(1, 1, zeros(1, 3), chunk(b"zTXt", text))


@hostile(PNG, is_taken=False)
def zip_that_says_it_is_a_picture() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "x" * 1000)
    return written.getvalue()


# Taken, with nothing left but pixels


@hostile(PNG, is_taken=True)
def wrong_checksum_of_the_pixels() -> bytes:
    """The decoder does not ask for it; what it reads is made again, whatever it shows."""
    content = bytearray(saved(photo(), "PNG"))
    at = content.index(b"IEND") - 8
    content[at : at + 4] = b"\0\0\0\0"
    return bytes(content)


@hostile(JPEG, is_taken=True)
def photo_with_gps() -> bytes:
    return saved(photo(), "JPEG", exif=with_gps(), comment=b"for my eyes only")


@hostile(JPEG, is_taken=True)
def photo_lying_on_its_side() -> bytes:
    exif = with_gps()
    exif[0x0112] = 6
    return saved(photo(), "JPEG", exif=exif)


@hostile(PNG, is_taken=True)
def png_with_gps_and_text() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Author", "Somebody at 52.52 N")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>somebody</x:xmpmeta>")
    return saved(photo(), "PNG", pnginfo=text, exif=with_gps())


@hostile(WEBP, is_taken=True)
def webp_with_gps() -> bytes:
    return saved(photo(), "WEBP", exif=with_gps(), xmp=b"<x:xmpmeta>somebody</x:xmpmeta>")


@hostile(GIF, is_taken=True)
def gif_with_a_script_behind_it() -> bytes:
    return saved(photo("P"), "GIF", comment=b"alert(1)") + b"/*<script>alert(1)</script>*/"


@hostile(PNG, is_taken=True)
def png_that_is_a_zip_as_well() -> bytes:
    return saved(photo(), "PNG") + zip_that_says_it_is_a_picture()


@hostile(GIF, is_taken=True)
def animated_gif() -> bytes:
    frames = [Image.new("P", (200, 100), colour) for colour in range(50)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


@hostile(WEBP, is_taken=True)
def animated_webp() -> bytes:
    frames = [Image.new("RGB", (200, 100), (colour, 0, 0)) for colour in range(0, 200, 20)]
    return saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])


@hostile(JPEG, is_taken=True)
def jpeg_in_printer_colours() -> bytes:
    return saved(photo("CMYK"), "JPEG")


@hostile(JPEG, is_taken=True)
def jpeg_in_grey() -> bytes:
    return saved(photo("L"), "JPEG")


@hostile(PNG, is_taken=True)
def png_of_sixteen_bits() -> bytes:
    return saved(Image.linear_gradient("L").convert("I").point(lambda value: value * 257.0).convert("I;16"), "PNG")


@hostile(PNG, is_taken=True)
def palette_with_transparency() -> bytes:
    return saved(photo("P"), "PNG", transparency=3)


@hostile(PNG, is_taken=True)
def one_pixel() -> bytes:
    return saved(Image.new("RGBA", (1, 1), (255, 0, 0, 128)), "PNG")


@hostile(PNG, is_taken=True)
def fifty_million_pixels() -> bytes:
    """As large as is taken, and of the format that has to be held whole."""
    return png(8_000, 6_000, zeros(6_000, 32_000), colour=6)


@hostile(JPEG, is_taken=True)
def jpeg_of_fifty_million_pixels() -> bytes:
    return saved(Image.new("RGB", (8_000, 6_000), (10, 200, 30)), "JPEG", quality=5)


@hostile(JPEG, is_taken=True)
def wide_colours() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return saved(photo(), "JPEG", icc_profile=profile.tobytes())


@hostile(PNG, is_taken=True)
def profile_of_sixty_kilobytes_of_noise() -> bytes:
    return saved(photo(), "PNG", icc_profile=bytes(range(256)) * 240)


@hostile(JPEG, is_taken=True)
def a_megabyte_of_metadata() -> bytes:
    content = saved(photo(), "JPEG")
    segment = b"\xff\xed" + struct.pack(">H", 65_535) + b"x" * 65_533
    return content[:2] + segment * 16 + content[2:]


@hostile(JPEG, is_taken=True)
def damaged_exif() -> bytes:
    content = saved(photo(), "JPEG")
    body = b"Exif\0\0II*\0" + b"\xff" * 60
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + content[2:]
