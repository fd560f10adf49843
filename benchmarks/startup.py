"""`make bench-startup`: writes tests/architecture/imports.tsv, what each function may load when it starts.

The packages and nouns are those that it loads; the number of modules is rounded up to the next ten, and never lowered
by less than forty, so that a few modules more or less are no change of the file. The diff is for the reviewer."""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
for folder in ("layers/domain", "functions", "tests"):
    sys.path.insert(0, str(ROOT / folder))

ROUNDED, SLACK = 10, 40


def main() -> None:
    import conftest  # noqa: F401 - the variables of a test account
    from support.startup import BUDGET, all_functions, budget

    known = budget()
    rows = []
    for function, loaded in all_functions().items():
        if loaded.error:
            sys.exit(f"{function} does not start:\n{loaded.error}")
        most = -(-loaded.modules // ROUNDED) * ROUNDED
        if function in known and 0 <= known[function].modules - loaded.modules <= SLACK:
            most = known[function].modules
        rows.append([function, ",".join(loaded.packages), ",".join(loaded.nouns), most])
    with BUDGET.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(["function", "packages", "nouns", "most modules"])
        table.writerows(rows)
    print(f"wrote {BUDGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
