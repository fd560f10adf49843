"""Where the local stack keeps things, and where it listens."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / ".aws-sam" / "build"

VENV = ROOT / ".venv"
STACK_VENV = ROOT / ".stack"
SAM_VENV = ROOT / ".sam"

# Everything that `make reset` forgets. End-to-end tests have a stack of their own beside a developer's.
HOME = Path(os.environ.get("BAZAAR_HOME") or ROOT / ".bazaar").resolve()
STATE = HOME / "state"
OBJECTS = HOME / "s3"
SCRATCH = HOME / "tmp"
LOG = HOME / "emulator.log"
DEPLOYED = HOME / "deployed.json"
READY = HOME / "ready"
# Raised whenever tables keep their items under other keys or in another form.
LAYOUT = "2"
BOOK = HOME / "sandbox.sqlite3"

PORT = int(os.environ.get("PORT") or "8000")
BASE_URL = f"http://localhost:{PORT}"
ENDPOINT = f"http://127.0.0.1:{PORT}"
STACK_NAME = "bazaar"
REGION = "us-east-1"
SOCKETS_STAGE = "live"
SANDBOX_URL = f"{BASE_URL}/sandbox"
WEBHOOK_URL = f"{ENDPOINT}/omnisell/api/webhooks/payment/{{provider}}/"

# The emulator's account root. With IAM enforced, everybody else needs a role.
ROOT_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ENDPOINT_URL": ENDPOINT,
}
