"""Take CloudFormation's conditions out of a template, as they turn out for some parameters."""

_NOTHING = object()


def resolve(template, values):
    """What is deployed of `template` if these are its parameters, defaults beside them.

    Of resources and outputs; what refers to anything but a parameter stays as it is.
    """
    declared = template.get("Parameters", {})
    known = {name: parameter.get("Default", "") for name, parameter in declared.items()}
    known |= {name: _text(value) for name, value in values.items()}
    for name, parameter in declared.items():
        if parameter["Type"] == "CommaDelimitedList":
            known[name] = [word for word in known[name].split(",") if word]
    conditions = template.get("Conditions", {})

    def holds(name):
        return value_of(conditions[name])

    def value_of(node):
        if isinstance(node, list):
            found = [value_of(each) for each in node]
            return [each for each in found if each is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((key, value),) = node.items()
            match key:
                case "Ref" if value == "AWS::NoValue":
                    return _NOTHING
                case "Ref" if value in known:
                    return known[value]
                case "Condition" if isinstance(value, str):
                    return holds(value)
                case "Fn::Sub" if isinstance(value, str):
                    return {"Fn::Sub": _filled(value, known)}
                case "Fn::If":
                    name, then, otherwise = value
                    return value_of(then if holds(name) else otherwise)
                case "Fn::Equals":
                    one, other = (_text(value_of(each)) for each in value)
                    return one == other
                case "Fn::Not":
                    return not value_of(value[0])
                case "Fn::And":
                    return all(value_of(value))
                case "Fn::Join":
                    mark, parts = value[0], value_of(value[1])
                    if isinstance(parts, list) and all(isinstance(x, str) for x in parts):
                        return mark.join(parts)
                    return {"Fn::Join": [mark, parts]}
        found = {key: value_of(value) for key, value in node.items()}
        return {key: value for key, value in found.items() if value is not _NOTHING}

    def kept(section):
        return {
            name: value_of({key: value for key, value in part.items() if key != "Condition"})
            for name, part in template.get(section, {}).items()
            if "Condition" not in part or holds(part["Condition"])
        }

    return {"Resources": kept("Resources"), "Outputs": kept("Outputs")}


def _filled(text, known):
    """`text` with the parameters in it replaced."""
    for name, value in known.items():
        text = text.replace(f"${{{name}}}", _text(value))
    return text


def _text(value):
    if isinstance(value, list | tuple):
        return ",".join(value)
    return value if isinstance(value, str) else str(value)
