"""`make recount`: the sales counters out of the orders, for a shop that sold before it had counters.

Counts of every order of the last DAYS days what is not counted yet. It may be repeated, broken off, and run while the
shop sells: what was counted is known for each order. On AWS: with the environment of the counting function.
"""

import sys
from datetime import UTC, datetime, timedelta

from local import operator

DAYS = 400


def main(days: int) -> int:
    """0 when every order is counted."""
    operator.connect()
    from commerce.metrics.recount import recount

    today = datetime.now(UTC).date()
    count = recount().count_days(today - timedelta(days=days - 1), today)
    print(f"All of {count} orders of {days} days are counted.")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else DAYS))
