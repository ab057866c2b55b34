"""Sign requests as AWS wants them (Signature Version 4), as whom this machine is to AWS."""

import os
import re
from collections.abc import Generator
from typing import Final

import botocore.session
import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

_OF_AWS: Final = re.compile(r"[^.]+\.(lambda-url|execute-api)\.([a-z0-9-]+)\.")
_SERVICES: Final = {"lambda-url": "lambda", "execute-api": "execute-api"}
_SIGNED: Final = ("content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token")


class Unsignable(Exception):
    """There are no credentials, or no region to sign for."""


class Signature(httpx2.Auth):
    """Signs each request for the service and region that the host's name tells.

    A domain of one's own tells neither: it is taken for API Gateway's, in the region set.

    Raises:
        Unsignable: no credentials are found, or no region.
    """

    requires_request_body = True

    def __init__(self, url: str) -> None:
        session = botocore.session.get_session()
        try:
            credentials = session.get_credentials()
        except BotoCoreError as error:
            raise Unsignable(f"no AWS credentials can be had: {error}") from error
        if credentials is None:
            raise Unsignable("no AWS credentials are found; set a profile or AWS_ACCESS_KEY_ID")
        service, region = place_of(url)
        # AWS's own tools but botocore read the first, and Lambda sets it.
        region = region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        if not region:
            raise Unsignable("the host's name tells no region; set AWS_REGION")
        self._signer = SigV4Auth(credentials, service, region)

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the signature's headers.

        Raises:
            Unsignable: the credentials cannot be renewed.
        """
        # Only what no proxy changes is signed.
        headers = {name: it for name, it in request.headers.items() if name in _SIGNED}
        signed = AWSRequest(
            method=request.method, url=str(request.url), data=request.content, headers=headers
        )
        try:
            self._signer.add_auth(signed)
        except BotoCoreError as error:
            # They are refreshed when they are needed.
            raise Unsignable(f"no AWS credentials can be had: {error}") from error
        request.headers.update(dict(signed.headers.items()))
        yield request


def place_of(url: str) -> tuple[str, str]:
    """Return the service and region of AWS that a URL's host names; the region may be empty."""
    host = httpx2.URL(url).host
    if found := _OF_AWS.match(host):
        return _SERVICES[found[1]], found[2]
    return "execute-api", ""
