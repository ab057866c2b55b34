"""emulator/function.py: the environment variables a function finds."""

from firstbyte.emulator.function import Function

FUNCTION = Function(("run",), (), "mine", "a.b", "eu-west-1", 512, 3.0)


def test_reserved_variables_are_set_and_the_rest_is_inherited():
    inherited = {"PATH": "/bin", "TZ": "Mars", "_X_AMZN_TRACE_ID": "Root=0", "_HANDLER": "a.b"}
    variables = FUNCTION.variables(inherited, runtime_api="127.0.0.1:1", log_stream="l")
    assert "_X_AMZN_TRACE_ID" not in variables
    assert variables.pop("LAMBDA_TASK_ROOT")
    assert variables == {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "mine",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/mine",
        "AWS_LAMBDA_LOG_STREAM_NAME": "l",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1",
        "AWS_REGION": "eu-west-1",
        "PATH": "/bin",
        "TZ": ":UTC",
        "_HANDLER": "a.b",
    }


def test_its_name_is_in_its_arn():
    assert FUNCTION.arn == "arn:aws:lambda:eu-west-1:123456789012:function:mine"
