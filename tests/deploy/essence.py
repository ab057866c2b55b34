"""Turn a template into what is the same whoever wrote it: without names and references."""

import json
import re

_LEFT_OUT = {
    "AWS::ApiGateway::Stage": {"DeploymentId"},
    "AWS::Events::Rule": {"State"},
    "AWS::Lambda::Alias": {"FunctionVersion"},
    "AWS::Lambda::EventInvokeConfig": {"DestinationConfig", "Qualifier"},
    "AWS::Lambda::Function": {"Code", "Role", "Tags"},
    "AWS::Lambda::Url": {"Qualifier", "TargetFunctionArn"},
}
"""Names, and what only the one or the other tool says."""

_NOT_COMPARED = {
    "AWS::ApiGateway::Deployment",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Version",
}
"""What has nothing but names, and roles: what they allow is compared."""


def essence_of(template):
    """Each type's resources as their properties, and what the functions may do."""
    resources = template["Resources"]
    names = _names(resources)
    found = {}
    for resource in resources.values():
        kind, properties = resource["Type"], resource.get("Properties", {})
        left_out = _LEFT_OUT.get(kind, set())
        if kind not in _NOT_COMPARED:
            kept = {key: value for key, value in properties.items() if key not in left_out}
            found.setdefault(kind, []).append(flat(kept, names))
    found["statements"] = [
        flat(statement, names)
        for resource in resources.values()
        for statement in _statements(resource)
    ]
    found["managed"] = [
        # SAM's translator writes it out.
        flat(policy, names).replace("<AWS::Partition>", "aws")
        for resource in resources.values()
        if resource["Type"] == "AWS::IAM::Role"
        for policy in resource["Properties"].get("ManagedPolicyArns", [])
    ]
    for target in (rule["Targets"] for rule in found.get("AWS::Events::Rule", [])):
        target[:] = [json.loads(each["Input"]) for each in target]
    return {kind: sorted(each, key=json.dumps) for kind, each in found.items()}


def outputs_of(template):
    """What a deployment tells at its end."""
    names, outputs = _names(template["Resources"]), template.get("Outputs", {})
    return {name: flat(each["Value"], names) for name, each in outputs.items()}


def flat(node, names):
    """`node` with each reference as text: `<name>`, whatever of the resource it stands for."""
    if isinstance(node, list):
        return [flat(each, names) for each in node]
    if not isinstance(node, dict):
        return node if isinstance(node, str) else str(node)
    if len(node) == 1:
        ((key, value),) = node.items()
        match key:
            case "Ref":
                return names.get(value, f"<{value}>")
            case "Fn::GetAtt":
                return names[value[0]]
            case "Fn::Join":
                return value[0].join(flat(value[1], names))
            case "Fn::Sub":
                text, known = value if isinstance(value, list) else (value, {})
                known = {each: flat(inner, names) for each, inner in known.items()}
                return re.sub(
                    r"\$\{(\w+(?:::\w+)?)(?:\.\w+)?\}",
                    lambda found: known.get(found[1]) or names.get(found[1], f"<{found[1]}>"),
                    text,
                )
    return {key: flat(value, names) for key, value in sorted(node.items())}


def _names(resources):
    """What each resource is called where it is referred to."""
    return {name: _name(name, resource) for name, resource in resources.items()}


def _name(name, resource):
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind == "AWS::ApiGateway::Stage":
        return properties["StageName"]
    is_probe = "ImageConfig" in properties or name.startswith("Probe")
    return f"<{'probe ' if is_probe else ''}{kind}>"


def _statements(resource):
    match resource["Type"]:
        case "AWS::IAM::Role":
            policies = resource["Properties"].get("Policies", [])
        case "AWS::IAM::Policy":
            policies = [resource["Properties"]]
        case _:
            policies = []
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
