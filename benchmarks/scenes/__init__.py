"""One request for every operation, and for the cases of it whose cost differs: what `docs/aws-calls.md` measures."""

from benchmarks.scenes import accounts, carts, catalogue, orders, payments, staff  # noqa: F401 (each registers its scenes)
from benchmarks.scenes.scene import SCENES as SCENES
