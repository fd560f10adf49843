"""`python -m local.deploy`: the built template on the emulator, through CloudFormation, as `sam deploy` would do it.

Nothing happens when the stack is there and neither template, parameters nor code have changed. Artifacts are named by
their content, so only what changed is sent. Prints one word for `make run`: created, updated or unchanged.
"""

import contextlib
import hashlib
import io
import json
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from local import emulator_template, paths, stack_outputs

ARTIFACTS = f"{paths.STACK_NAME}-artifacts"
FINGERPRINT = "fingerprint"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_POLL_SECONDS = 0.2


def main() -> None:
    """Deploys. Exits with the reasons of the failed resources when CloudFormation gives up."""
    built = yaml.safe_load((paths.BUILD_DIR / "template.yaml").read_text())
    template = emulator_template.for_emulator(built)
    artifacts = _package(template)
    body = json.dumps(template)
    parameters = _parameters()
    fingerprint = hashlib.sha256((body + json.dumps(parameters)).encode()).hexdigest()
    stack = _stack()
    if stack and _tags(stack).get(FINGERPRINT) == fingerprint and stack["StackStatus"].endswith("_COMPLETE"):
        stack_outputs.save(_outputs(stack))
        print("unchanged")
        return
    _upload(artifacts | {"template.json": body.encode()})
    _apply(stack, parameters, fingerprint)
    stack = _stack()
    if stack is None or stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        sys.exit(_failure_reasons())
    stack_outputs.save(_outputs(stack))
    print("created" if stack["StackStatus"] == "CREATE_COMPLETE" else "updated")


def _package(template: dict[str, Any]) -> dict[str, bytes]:
    """The zips of all functions and layers by key; the template then points at them."""
    artifacts: dict[str, bytes] = {}
    zips: dict[str, bytes] = {}
    for resource in template["Resources"].values():
        if place := _CODE.get(resource["Type"]):
            directory = paths.BUILD_DIR / resource["Properties"][place]
            digest = _digest(directory)
            if digest not in zips:
                zips[digest] = _zip(directory)
            key = f"{digest}.zip"
            artifacts[key] = zips[digest]
            resource["Properties"][place] = {"Bucket": ARTIFACTS, "Key": key}
    return artifacts


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _digest(directory: Path) -> str:
    total = hashlib.sha256()
    for path in _files(directory):
        total.update(f"{path.relative_to(directory)}\0{path.stat().st_mode & 0o111:o}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _zip(directory: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in _files(directory):
            entry = zipfile.ZipInfo(str(path.relative_to(directory)))
            entry.external_attr = (path.stat().st_mode & 0o777) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _parameters() -> dict[str, str]:
    """`local` of samconfig.toml, and what depends on this machine: the port and the interpreter."""
    settings = tomllib.loads((paths.ROOT / "samconfig.toml").read_text())
    overrides = settings["local"]["deploy"]["parameters"]["parameter_overrides"]
    return dict(entry.split("=", 1) for entry in overrides) | {
        "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "BaseUrl": paths.BASE_URL,
        "MediaBaseUrl": f"{paths.BASE_URL}/media",
        "PaystackUrl": f"{paths.BASE_URL}/sandbox/paystack",
        "StripeUrl": f"{paths.BASE_URL}/sandbox/stripe",
        "FlutterwaveUrl": f"{paths.BASE_URL}/sandbox/flutterwave",
        "PayPalUrl": f"{paths.BASE_URL}/sandbox/paypal",
        "SocketsUrl": f"{paths.ENDPOINT}/_aws/execute-api/sockets/{paths.SOCKETS_STAGE}",
    }


def _upload(artifacts: dict[str, bytes]) -> None:
    s3 = boto3.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=ARTIFACTS)
    stored = {entry["Key"] for entry in s3.list_objects_v2(Bucket=ARTIFACTS).get("Contents", [])}
    for key, content in artifacts.items():
        if key not in stored or key == "template.json":
            s3.put_object(Bucket=ARTIFACTS, Key=key, Body=content)
    for key in stored - artifacts.keys():
        s3.delete_object(Bucket=ARTIFACTS, Key=key)


def _apply(stack: dict[str, Any] | None, parameters: dict[str, str], fingerprint: str) -> None:
    cloudformation = boto3.client("cloudformation")
    if stack and stack["StackStatus"] in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        cloudformation.delete_stack(StackName=paths.STACK_NAME)
        _wait_until_stable()
        stack = None
    action = cloudformation.update_stack if stack else cloudformation.create_stack
    action(
        StackName=paths.STACK_NAME,
        TemplateURL=f"{paths.ENDPOINT}/{ARTIFACTS}/template.json",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=[{"Key": FINGERPRINT, "Value": fingerprint}],
    )
    _wait_until_stable()


def _wait_until_stable() -> None:
    while (stack := _stack()) and stack["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(_POLL_SECONDS)


def _stack() -> dict[str, Any] | None:
    try:
        [stack] = boto3.client("cloudformation").describe_stacks(StackName=paths.STACK_NAME)["Stacks"]
    except ClientError:
        return None
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _tags(stack: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}


def _outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _failure_reasons() -> str:
    events = boto3.client("cloudformation").describe_stack_events(StackName=paths.STACK_NAME)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in failed
    )


if __name__ == "__main__":
    main()
