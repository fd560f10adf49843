"""`python -m local.sandbox --port 9000 --webhook-url http://127.0.0.1:8000/…/{provider}/`: the sandbox alone."""

import argparse
import signal
from pathlib import Path

from local.sandbox.server import serving


def main() -> None:
    """Serves until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--webhook-url", default="", help="{provider} stands for the provider's name; empty: none")
    parser.add_argument("--book", type=Path, help="a file that keeps everything; without it, memory")
    chosen = parser.parse_args()
    wanted = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    with serving(chosen.webhook_url, chosen.port, chosen.book) as running:
        print(running.url, flush=True)
        signal.sigwait(wanted)


if __name__ == "__main__":
    main()
