"""Run by the SAM CLI's own interpreter: the template on standard input as AWS's SAM transform turns it into
CloudFormation, as JSON; the argument is a JSON object of parameters. `sam deploy` sends the template as it is, and AWS
runs the same code."""

import json
import os
import sys

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")


class NoManagedPolicies:
    """Where the transform would ask IAM for the ARNs of AWS's own policies; no function names one."""

    def load(self) -> dict[str, str]:
        return {}


template = yaml_parse(sys.stdin.read())
for resource in template["Resources"].values():
    for place in ("CodeUri", "ContentUri"):
        if place in resource.get("Properties", {}):
            resource["Properties"][place] = "s3://artifacts/code.zip"
template["Globals"]["Function"]["CodeUri"] = "s3://artifacts/code.zip"
json.dump(Translator(NoManagedPolicies(), Parser()).translate(template, json.loads(sys.argv[1])), sys.stdout)
