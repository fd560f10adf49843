"""Files and addresses of the local stack."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILD_DIR = ROOT / ".aws-sam" / "build"

VENV = ROOT / ".venv"
STACK_VENV = ROOT / ".stack"
SAM_VENV = ROOT / ".sam"

# Everything that `make reset` deletes. End-to-end tests have a stack of their own beside a developer's.
HOME = Path(os.environ.get("BAZAAR_HOME") or ROOT / ".bazaar").resolve()
STATE = HOME / "state"
S3_DATA = HOME / "s3"
TMP = HOME / "tmp"
LOG = HOME / "emulator.log"
STACK_OUTPUTS = HOME / "stack-outputs.json"
READY = HOME / "ready"
# Raised whenever the format of the stored data changes: keys or attributes of the tables, the sandbox's database.
DATA_VERSION = "5"
SANDBOX_DATABASE = HOME / "sandbox.sqlite3"

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
