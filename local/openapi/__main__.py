"""`make openapi`: writes functions/<contract>/openapi.json for every contract that serves its description."""

import os
import re
import sys

from local.paths import ROOT

for folder in ("layers/domain", "functions"):
    sys.path.insert(0, str(ROOT / folder))


def main() -> None:
    # Handlers build their services while they are imported and want their variables then; no value is used here.
    for name in re.findall(r"^ +([A-Z][A-Z_]+):", (ROOT / "template.yaml").read_text(), re.MULTILINE):
        os.environ.setdefault(name, "" if name == "RATE_LIMITS" else "0")
    from local.openapi.contracts import described, text_of

    for contract in described():
        path = ROOT / "functions" / contract / "openapi.json"
        path.write_text(text_of(contract), encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
