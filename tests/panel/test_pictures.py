"""Pictures of a product in the panel: sent, checked, made the main one, moved and removed."""

import io
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.keys import Keys

from panel.conftest import staff
from support.browser import Page
from support.stack import Stack


def a_picture(folder: Path, colour: str) -> Path:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "PNG")
    path = folder / f"{colour}.png"
    path.write_bytes(file.getvalue())
    return path


def test_pictures_are_sent_arranged_and_removed(panel: Page, stack: Stack, tmp_path: Path) -> None:
    api = staff(stack)
    said = {"name": "Panel lamp", "price": "12.00", "stock": 1, "category": "electronics"}
    product = api.post("/products/", json=said).raise_for_status().json()
    path = f"/products/{product['id']}/images/"
    panel.visit(f"{stack.url}/admin#/products/{product['id']}")
    panel.sees("No pictures yet.")
    for colour in ("navy", "maroon"):
        panel.choose("New picture", a_picture(tmp_path, colour))
        panel.press("Send picture")
        panel.sees(f"Sent {colour}.png.")
    # The panel looks again by itself until both have been checked.
    panel.until(lambda: [one["status"] for one in api.get(path).json()] == ["ready", "ready"], "they are not checked")
    drawn = "return [...document.querySelectorAll('img.thumb')].filter((image) => image.naturalWidth > 0).length"
    panel.until(lambda: panel.run(drawn) == 2, "the pictures are not shown")

    first, second = api.get(path).json()
    panel.press("Make picture 2 the main one")
    panel.until(lambda: [one["is_primary"] for one in api.get(path).json()] == [False, True], "it is not the main one")
    # By keyboard alone.
    panel.until(lambda: panel.named("Move picture 2 up").send_keys(Keys.ENTER) is None, "it cannot be moved")
    panel.until(lambda: [one["id"] for one in api.get(path).json()] == [second["id"], first["id"]], "it is not moved")
    panel.sees("Picture 2 is now number 1.")
    panel.press("Remove picture 2")
    panel.press("Remove picture")
    panel.sees("Picture 2 is removed.")
    assert [one["id"] for one in api.get(path).json()] == [second["id"]]

    script = tmp_path / "script.png"
    script.write_bytes(b"<script>alert(1)</script>")
    panel.choose("New picture", script)
    panel.press("Send picture")
    panel.until(lambda: "refused" in panel.text.lower(), "it is not refused")
    actions = [record["action"] for record in api.get("/audit/").json()["actions"][:5]]
    assert actions == ["image.added", "image.removed", "image.arranged", "image.arranged", "image.added"]
