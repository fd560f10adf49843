"""The resources of the deployed stack, asked of CloudFormation."""

import boto3


def physical_ids(stack: str, *types: str) -> dict[str, str]:
    """{name in the template: id} of the stack's resources of these types, such as AWS::Lambda::Function."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] in types
    }
