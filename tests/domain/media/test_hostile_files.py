"""What strangers send is refused or made again: nothing but pixels is left, and memory stays bounded."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from commerce.media import pillow_gateway
from commerce.media.model import WIDTHS, Checked, NotAPicture
from support.hostile_images import CORPUS, JPEG, PNG, Hostile, photo, saved
from support.sources import ROOT

MAX_MEMORY_KB = 400 * 1024
MEASURED = """
import resource, sys
from pathlib import Path
import boto3
from commerce.media import pillow_gateway
from commerce.media.model import NotAPicture
boto3.client("s3", region_name="eu-west-1")
try:
    pillow_gateway.check(Path(sys.argv[1]).read_bytes(), sys.argv[2])
except NotAPicture:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
NAIVE = """
import resource, sys
from PIL import Image
Image.open(sys.argv[1]).resize((1600, 1200))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
LARGE = [
    one
    for one in CORPUS
    if one.name
    in {
        "fifty_million_pixels",
        "jpeg_of_fifty_million_pixels",
        "progressive_jpeg_of_fifty_million_pixels",
        "webp_of_more_pixels_than_its_decoder_may_hold",
        "bomb_of_zeros",
        "text_chunk_that_unpacks_to_a_hundred_megabytes",
        "gif_canvas_of_four_billion_pixels",
        "header_of_two_billion_pixels",
    }
]


def checked(one: Hostile) -> Checked:
    return pillow_gateway.check(one.make(), one.content_type)


def test_the_corpus_is_large_and_has_both_kinds() -> None:
    assert sum(one.is_taken for one in CORPUS) >= 15
    assert sum(not one.is_taken for one in CORPUS) >= 20
    assert len({one.name for one in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("one", [one for one in CORPUS if not one.is_taken], ids=lambda one: one.name)
def test_what_is_no_picture_is_refused_with_a_reason(one: Hostile) -> None:
    with pytest.raises(NotAPicture) as refusal:
        checked(one)
    assert refusal.value.reason.endswith(".")
    assert "Traceback" not in refusal.value.reason


@pytest.mark.parametrize("one", [one for one in CORPUS if one.is_taken], ids=lambda one: one.name)
def test_what_is_taken_is_made_again_without_all_that_is_no_pixel(one: Hostile) -> None:
    found = checked(one)
    assert found.renditions
    for width, content in found.renditions:
        for trace in (b"EXIF", b"XMP ", b"ICCP", b"ANIM", b"Camera", b"somebody", b"script", b"alert", b"PK\x03\x04"):
            assert trace not in content
        with Image.open(BytesIO(content)) as image:
            assert image.format == "WEBP"
            assert image.size[0] == width <= min(max(WIDTHS), found.width)
            assert image.size[1] <= found.height
            assert not dict(image.getexif())
            assert not {"icc_profile", "exif", "xmp", "comment"} & set(image.info)
            assert getattr(image, "n_frames", 1) == 1


def peak_kb(program: str, *arguments: str) -> int:
    """The peak memory of a process of its own that runs the program, which prints it. A process begins with the peak of
    who started it, so that a shell stands between it and this one."""
    ended = subprocess.run(
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", program, *arguments],
        env={"PYTHONPATH": str(ROOT / "layers" / "domain")},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ended.stdout)


@pytest.mark.parametrize("one", LARGE, ids=lambda one: one.name)
def test_memory_is_bounded(one: Hostile, tmp_path: Path) -> None:
    """With the SDK loaded, as a function has it."""
    path = tmp_path / "file"
    path.write_bytes(one.make())
    assert peak_kb(MEASURED, str(path), one.content_type) < MAX_MEMORY_KB


def test_the_measure_sees_memory_that_is_not_bounded(tmp_path: Path) -> None:
    """The control: who decodes the largest file that is taken and makes it smaller as usual goes beyond the bound."""
    [largest] = [one for one in CORPUS if one.name == "fifty_million_pixels"]
    path = tmp_path / "file"
    path.write_bytes(largest.make())
    assert peak_kb(NAIVE, str(path)) > MAX_MEMORY_KB


def test_a_picture_is_turned_upright() -> None:
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 60, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    found = pillow_gateway.check(saved(image, "JPEG", exif=exif, quality=95), JPEG)
    assert (found.width, found.height) == (40, 60)
    [(_, content)] = found.renditions
    with Image.open(BytesIO(content)) as upright:
        red, _, blue = upright.convert("RGB").getpixel((37, 30))  # type: ignore[misc]
        assert red > 150 > blue


def test_renditions_are_never_larger_than_the_picture() -> None:
    widths = [width for width, _ in pillow_gateway.check(saved(photo(size=(500, 400)), "PNG"), PNG).renditions]
    assert widths == [320, 500]
    widths = [width for width, _ in pillow_gateway.check(saved(photo(size=(2000, 400)), "PNG"), PNG).renditions]
    assert widths == [320, 800, 1600]
    assert [width for width, _ in pillow_gateway.check(saved(photo(size=(9, 9)), "PNG"), PNG).renditions] == [9]


def test_bright_pixels_of_sixteen_bits_stay_bright_and_others_stay_between() -> None:
    image = Image.new("I", (64, 64), 32_896).convert("I;16")
    [(_, content)] = pillow_gateway.check(saved(image, "PNG"), PNG).renditions
    with Image.open(BytesIO(content)) as made:
        assert abs(made.convert("L").getpixel((32, 32)) - 128) < 4  # type: ignore[operator]


def test_transparency_is_kept() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    [(_, content)] = pillow_gateway.check(saved(image, "PNG"), PNG).renditions
    with Image.open(BytesIO(content)) as made:
        assert made.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]
