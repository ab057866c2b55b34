# The catalog as a Lambda function. A server of your own is built on this image, as
# deploy/server/Dockerfile tells.
#
# Settings (docs/settings.md) are the function's environment variables. FIRSTBYTE_KEYS holds
# secrets, so no image has it; FIRSTBYTE_STORE is left out on Lambda.
#
# Any image with Python 3.11 or newer and pip will do, AWS's public.ecr.aws/lambda/python:3.13
# for one. A release names it by digest (`docker buildx imagetools inspect python:3.13-slim`
# prints it): --build-arg BASE=docker.io/library/python:3.13-slim@sha256:...
# Nothing here is of one processor: requirements.txt has the hashes of x86-64 and of arm64.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS task
# requirements-probe.txt for an image that is to look at servers on a schedule, too.
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} /requirements.txt
# No bytecode yet: pip would write the kind that is checked against its source at each start.
RUN python3 -m pip install --no-cache-dir --no-compile --require-hashes --only-binary :all: \
    --root-user-action ignore --target /var/task -r /requirements.txt \
 && rm -rf /var/task/bin
COPY handler /var/task/firstbyte/handler
COPY transport /var/task/firstbyte/transport
COPY tools /var/task/firstbyte/tools
COPY probe /var/task/firstbyte/probe
# Without its packages it is of no use.
RUN test -d /var/task/httpx2 || rm -r /var/task/firstbyte/probe
# Unchecked: a start opens no source, and stays right when a deployment changes file times.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /var/task
# What the catalog lists, and our own modules in one file: its first answers read nothing else.
RUN cd /var/task && python3 -m firstbyte.handler.command manifest
# Lambda fetches an image in pieces of 512 KiB, when they are read, and files lie in it layer by
# layer: what a first answer reads of ours, five files of 1.1 MB, goes into a layer of its own.
RUN mkdir /first && cd /var/task \
 && set -- firstbyte/handler/bootstrap firstbyte/handler/__pycache__/bundle.*.0 \
    firstbyte/tools/catalog.server.manifest firstbyte/tools/catalog/__init__.py \
    runtime_client.*.so \
 && cp --parents --preserve "$@" /first && rm "$@"

FROM ${BASE}
# Python's own images come without bytecode, and in Lambda there is nowhere to write it: the bare
# interpreter takes 56 ms to start instead of 13, and every import compiles what it loads. -B: the
# compiler's own imports would leave checked bytecode, which it then takes for done.
RUN python3 -B -m compileall -q --invalidation-mode unchecked-hash -x site-packages \
    "$(python3 -B -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=task /var/task /var/task
COPY --from=task /first /var/task
LABEL org.opencontainers.image.title="firstbyte" \
      org.opencontainers.image.description="MCP servers on AWS Lambda, in Python" \
      org.opencontainers.image.licenses="Apache-2.0"
# The first place modules are looked for.
WORKDIR /var/task
# The user of Lambda's own sandbox, which chooses it whatever an image says: what runs here as
# this one runs there.
USER 993:990
# Without `site` (-S) the bare interpreter starts in 13 ms instead of 18; -I keeps PYTHON* and
# the working folder out; utf8 asks no locale how text is encoded.
ENTRYPOINT ["python3", "-I", "-S", "-X", "utf8", "/var/task/firstbyte/handler/bootstrap"]
# Named, since in an image `_HANDLER` is not sure to hold a handler.
CMD ["firstbyte.tools.catalog:server"]
