"""What can be wrong with a server: a stable code, a sentence and a remedy for each.

The order is the order of telling: what comes first hides what comes after it.
"""

from typing import Final, NamedTuple

ERROR: Final = "error"
WARNING: Final = "warning"

WRONG: Final = 1
"""Exit status: a server answered, and something is wrong with it."""
UNREACHED: Final = 3
"""Exit status: nobody answered."""
SHUT_OUT: Final = 4
"""Exit status: somebody answered and let nobody in."""
NO_SERVER: Final = 5
"""Exit status: what answers is no MCP server."""


_DETAIL: Final = 1000
"""So many characters of what was seen are told."""


class Kind(NamedTuple):
    """One thing that can be wrong. `concern` groups what one look tells apart."""

    concern: str
    exit_status: int
    sentence: str
    remedy: str
    severity: str = ERROR


KINDS: Final[dict[str, Kind]] = {
    # Nobody answers.
    "name-unknown": Kind(
        "reach",
        UNREACHED,
        "The host's name is not known.",
        "Check the URL for typing errors. For a domain of your own, look whether its DNS "
        "record exists and whether it is visible from here; a new one may take minutes. A "
        "Function URL gets a new name when it is deleted and made again.",
    ),
    "certificate-invalid": Kind(
        "reach",
        UNREACHED,
        "The server's certificate is not trusted.",
        "Renew it, or let it name this host, in AWS Certificate Manager, and attach it to the "
        "custom domain. No client connects before that. AWS's own names have valid ones: a "
        "proxy on the way may be answering in their place.",
    ),
    "tls-failed": Kind(
        "reach",
        UNREACHED,
        "No encrypted connection could be made.",
        "Look whether the port speaks TLS at all (https:// to a plain HTTP port does this), "
        "and which versions and ciphers the front door's security policy allows.",
    ),
    "connection-refused": Kind(
        "reach",
        UNREACHED,
        "The host takes no connection.",
        "Check host and port; look whether the load balancer has a listener there and its "
        "security group lets this network in.",
    ),
    "connection-lost": Kind(
        "reach",
        UNREACHED,
        "The connection was lost before an answer.",
        "Try again. If it stays so, a proxy or a firewall on the way cuts it, or the port "
        "speaks another protocol than the URL says.",
    ),
    "no-answer": Kind(
        "reach",
        UNREACHED,
        "No answer came in time.",
        "Look into the function's log: an init that hangs, a call without a deadline, or a VPC "
        "without a way out are the usual reasons. The function's timeout should be below the "
        "front door's.",
    ),
    # Somebody answers, but lets nobody in.
    "throttled": Kind(
        "front",
        SHUT_OUT,
        "Requests are turned away because too many are served already.",
        "Raise the function's reserved concurrency (0 turns everyone away), the account's "
        "concurrency, or the usage plan's rate; tell clients to open fewer streams, as each "
        "keeps an environment for itself.",
    ),
    "clock-skew": Kind(
        "authorization",
        SHUT_OUT,
        "Credentials are refused because two clocks disagree.",
        "Set the clock of whoever makes the token or signature (NTP), and let the server "
        "accept a minute of difference when it checks nbf, iat and exp.",
    ),
    "token-expired": Kind(
        "authorization",
        SHUT_OUT,
        "The token that was given has expired.",
        "Get a new token and probe again.",
    ),
    "token-refused": Kind(
        "authorization",
        SHUT_OUT,
        "The server does not accept the token that was given.",
        "Compare the token's issuer, audience (it has to name this server) and scopes with "
        "what the server expects.",
    ),
    "signature-refused": Kind(
        "authorization",
        SHUT_OUT,
        "AWS does not accept the request's signature.",
        "Check which credentials are in force (aws sts get-caller-identity), and the region in "
        "the URL; a proxy that changes headers or body breaks the signature.",
    ),
    "permission-missing": Kind(
        "authorization",
        SHUT_OUT,
        "AWS turns the request away before it reaches the function.",
        "A public Function URL needs two permissions since October 2025: "
        "lambda:InvokeFunctionUrl, and lambda:InvokeFunction with "
        "lambda:InvokedViaFunctionUrl. With AuthType AWS_IAM, probe with --sigv4 and give the "
        "caller both. API Gateway turns away whom a usage plan gave no API key "
        "(--header 'x-api-key: …'), whom a resource policy or a WAF rule does not let in, and "
        "who asks for a stage that there is not.",
    ),
    "origin-refused": Kind(
        "browser",
        WRONG,
        "The server refuses web pages of the origin that was given.",
        "Add the origin, exactly as the browser sends it (https://host, no path), to what the "
        "server allows: FIRSTBYTE_ALLOWED_ORIGINS here, other names elsewhere.",
    ),
    "host-refused": Kind(
        "front",
        SHUT_OUT,
        "The server refuses the name it was called by.",
        "Its guard against DNS rebinding knows only local names: add the public host name to "
        "its allowed hosts.",
    ),
    "forbidden": Kind(
        "authorization",
        SHUT_OUT,
        "The server itself forbids the request.",
        "Give the caller the scopes that the answer names; look whether a WAF rule in front of "
        "the function blocks the request.",
    ),
    # What answers is no MCP server.
    "redirected": Kind(
        "front",
        NO_SERVER,
        "The URL leads elsewhere, and clients do not follow with a POST.",
        "Give clients the URL that the answer names; often it is only a slash at the end.",
    ),
    "function-failed": Kind(
        "front",
        NO_SERVER,
        "The function failed before it answered.",
        "Look into its log for the request: a crash at import, a missing handler or module, a "
        "wrong architecture, memory that ran out. API Gateway says the same of an answer in "
        "a form it does not take: FIRSTBYTE_INVOKE_MODE here, AWS_LWA_INVOKE_MODE with the "
        "adapter has to be the front door's.",
    ),
    "timed-out": Kind(
        "front",
        NO_SERVER,
        "The front door gave up waiting for the function.",
        "API Gateway waits 29 or 30 seconds. Make the start or the call shorter, raise the "
        "integration's timeout, or use a Function URL or REST with streaming.",
    ),
    "prelude-visible": Kind(
        "stream",
        NO_SERVER,
        "What a streaming runtime says to Lambda reaches the client: prelude and NULs.",
        "The function streams and its front door does not. Set InvokeMode RESPONSE_STREAM on "
        "the Function URL, responseTransferMode STREAM on the REST integration, or make the "
        "function answer buffered.",
    ),
    "envelope-visible": Kind(
        "stream",
        NO_SERVER,
        "What a buffered function says to Lambda reaches the client: statusCode and body as "
        "JSON.",
        "The front door streams and the function does not. Set the function or its adapter to "
        "streaming (FIRSTBYTE_INVOKE_MODE=stream here, AWS_LWA_INVOKE_MODE=response_stream "
        "there), or the Function URL to BUFFERED.",
    ),
    "wrong-path": Kind(
        "front",
        NO_SERVER,
        "There is nothing at this path.",
        "Check the path (often /mcp), the stage in front of it, and the route's methods: API "
        "Gateway says Missing Authentication Token where it has none such, or wants a "
        "signature (--sigv4). An address that ends in /sse is of a transport given up in 2025.",
    ),
    "not-mcp": Kind(
        "front",
        NO_SERVER,
        "Something answers, but not an MCP server.",
        "Usually the runtime or adapter that should serve MCP is not in the image, or the "
        "handler setting names something else. Look at the image's entry point, the layer and "
        "the handler.",
    ),
    "refused": Kind(
        "front",
        WRONG,
        "A request is refused without a word of JSON-RPC.",
        "Clients take this for a server of an older kind. Let each refusal carry a JSON-RPC "
        "error; look whether a gateway or a WAF answers in the server's place.",
    ),
    "handshake-refused": Kind(
        "protocol",
        WRONG,
        "The server opens no conversation, neither by discovery nor by handshake.",
        "Read the error it gives; it may serve other revisions than those known here.",
    ),
    # It is one; something about it is wrong.
    "answer-invalid": Kind(
        "protocol",
        WRONG,
        "An answer has not the form that clients demand.",
        "Clients take application/json or text/event-stream with status 200, events without a "
        "name, the id that was asked, a result or an error. application/octet-stream on "
        "Lambda: the function streams and names no Content-Type in its prelude.",
    ),
    "headers-stripped": Kind(
        "protocol",
        WRONG,
        "Headers that the protocol needs do not reach the server.",
        "Let the CDN or gateway pass Mcp-Protocol-Version, Mcp-Method, Mcp-Name and "
        "Mcp-Param-* on (in CloudFront, an origin request policy).",
    ),
    "version-missing": Kind(
        "protocol",
        WRONG,
        "The server does not say which revision of the protocol it speaks.",
        "The answer to initialize needs protocolVersion, that to server/discover "
        "supportedVersions.",
    ),
    "version-wrong": Kind(
        "protocol",
        WRONG,
        "The server names a revision of the protocol that does not fit.",
        "The answer to initialize has to name a released revision up to 2025-11-25, that to "
        "server/discover all that are served, the asked one among them.",
    ),
    "list-failed": Kind(
        "lists",
        WRONG,
        "A list that the server says it has cannot be had, or not be read.",
        "Serve the method, or do not announce the capability; each entry has its name or URI, "
        "and the last page no nextCursor.",
    ),
    "tools-empty": Kind(
        "lists",
        WRONG,
        "The server offers no tools.",
        "Look whether the modules that register them are in the image and imported, and "
        "whether the capability is announced; with a manifest, whether it was made from this "
        "server.",
    ),
    "tools-shrunken": Kind(
        "lists",
        WRONG,
        "Tools that were expected are not offered.",
        "Look whether a module fails to import, a deployment is older than you think, or the "
        "caller's scopes hide them.",
    ),
    "tool-denied": Kind(
        "calls",
        WRONG,
        "A tool lacks a permission.",
        "Add the action to the function's role, and look for a boundary, a resource policy or "
        "a key policy that denies it.",
    ),
    "tool-failed": Kind(
        "calls",
        WRONG,
        "A tool fails.",
        "Read what it says: it may want other arguments (--arguments). Where it does not say "
        "why, the function's log has the trace, under the request's id.",
    ),
    "stream-empty": Kind(
        "stream",
        WRONG,
        "An event stream holds no event.",
        "The body is lost on its way: the adapter and the Function URL disagree about "
        "streaming, or the function ends the response before it writes.",
    ),
    "stream-cut": Kind(
        "stream",
        WRONG,
        "An answer ends before its result.",
        "The function's timeout, the front door's idle limit or a crash ended it: look for the "
        "request in the log. Longer calls need a longer timeout and keep-alives.",
    ),
    "stream-left-open": Kind(
        "stream",
        WRONG,
        "The answer's stream stays open after its result.",
        "End the response when the result is written: on Lambda an open stream is a paid "
        "environment that serves nobody.",
    ),
    "streaming-off": Kind(
        "stream",
        WRONG,
        "Streaming is switched off: events arrive all at once, at the end.",
        "Set InvokeMode RESPONSE_STREAM on the Function URL (and FIRSTBYTE_INVOKE_MODE auto "
        "or stream; AWS_LWA_INVOKE_MODE=response_stream with the adapter), or stream the REST "
        "integration. HTTP API and ALB cannot stream. Where this is meant, probe with --ignore "
        "streaming-off.",
    ),
    "events-held-back": Kind(
        "stream",
        WRONG,
        "Events are held back: the stream opens early and they come together, late.",
        "Flush after each event. Turn off buffering and compression on the way "
        "(X-Accel-Buffering: no, Cache-Control: no-transform).",
    ),
    "challenge-renamed": Kind(
        "login",
        WRONG,
        "The front door renames WWW-Authenticate, so clients do not learn where to log in.",
        "API Gateway and Function URLs do that. Serve the metadata at "
        "/.well-known/oauth-protected-resource of the host, which clients try next; a domain "
        "of your own with CloudFront in front can name the header back.",
    ),
    "challenge-missing": Kind(
        "login",
        WRONG,
        "A 401 says nothing about where to log in.",
        'Add WWW-Authenticate: Bearer resource_metadata="…" to it: clients of 2025-06-18 know '
        "no other way.",
        WARNING,
    ),
    "metadata-unreachable": Kind(
        "login",
        WRONG,
        "The authorization metadata cannot be read.",
        "Serve the document of RFC 9728 without authorization, at the URL in WWW-Authenticate "
        "and at /.well-known/oauth-protected-resource; on API Gateway it needs a route of its "
        "own without an authorizer.",
    ),
    "metadata-wrong": Kind(
        "login",
        WRONG,
        "The authorization metadata does not fit this server.",
        "resource has to be this server's URL as clients use it, and authorization_servers has "
        "to name at least one.",
    ),
    "issuer-unreachable": Kind(
        "login",
        WRONG,
        "The authorization server that the metadata names says nothing about itself.",
        "Check the issuer's URL in authorization_servers; it has to serve RFC 8414 or OpenID "
        "Connect discovery.",
    ),
    "login-needed": Kind(
        "login",
        SHUT_OUT,
        "The server wants a login, and says correctly where. What is behind it was not seen.",
        "Probe again with --bearer.",
    ),
    "cors-wrong": Kind(
        "browser",
        WRONG,
        "Browsers may not call the server: the answer to the preflight does not allow it.",
        "Allow the origin, POST, and all of MCP's headers in the front door's CORS settings. "
        "CORS knows no prefixes: each header is listed, or * (which does not cover "
        "Authorization).",
    ),
    "session-lost": Kind(
        "environments",
        WRONG,
        "A session is not known in the next environment.",
        "Serve without sessions (stateless_http=True in the Python SDK), keep them in a store "
        "that all environments share, or make ids that any environment can check.",
    ),
    "two-versions": Kind(
        "environments",
        WRONG,
        "Two versions of the server answer at this URL.",
        "If a deployment is shifting traffic, wait for its end. Otherwise look at the alias's "
        "weights (aws lambda get-alias) and at the origins behind the domain.",
    ),
    "slow-start": Kind(
        "patience",
        WRONG,
        "The first answer takes longer than known clients wait.",
        "Import less at start, give more memory (it is CPU, too), or keep environments ready: "
        "provisioned concurrency, SnapStart.",
    ),
    "unfinished": Kind(
        "patience",
        WRONG,
        "There was no time to look at everything.",
        "Look at what took longest. If that is meant, give the probe's function more time, its "
        "event a shorter timeout, or name one quick tool.",
    ),
}


class Finding(NamedTuple):
    """Something that is wrong, and what was seen of it. `severity` says how much it matters."""

    code: str
    detail: str
    severity: str

    @property
    def kind(self) -> Kind:
        """What is known of every such finding."""
        return KINDS[self.code]


def make_finding(code: str, detail: str, severity: str = "") -> Finding:
    """Return a finding of the table; an empty `severity` is the table's.

    The detail becomes one line that a terminal bears: most of it is foreign.
    """
    return Finding(code, show(detail, _DETAIL), severity or KINDS[code].severity)


def show(text: str, most: int = 160) -> str:
    """Return foreign text as one line of at most so many characters that a terminal bears."""
    line = "".join(each if each.isprintable() else " " for each in text[: 4 * most])
    line = " ".join(line.split())
    return f"{line[: most - 1]}…" if len(line) > most else line


def exit_status(findings: tuple[Finding, ...], *, is_served: bool) -> int:
    """Return what a program ends with: 0 where no error was found, else the gravest.

    Whoever was served was neither unreached nor shut out, whatever one call came to.
    """
    statuses = [it.kind.exit_status for it in findings if it.severity == ERROR]
    if is_served:
        return WRONG if statuses else 0
    order = (UNREACHED, NO_SERVER, SHUT_OUT, WRONG)
    return next((status for status in order if status in statuses), 0)
