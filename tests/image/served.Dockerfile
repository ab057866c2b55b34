# A server on our image, as the head of the project's Dockerfile tells to make one.
ARG BASE
FROM ${BASE}
USER root
# One of its tools makes a client as it is imported: that needs a region, which Lambda sets.
COPY . /server/
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /server \
 && cp --recursive --preserve /server/. /var/task && rm -r /server \
 && AWS_DEFAULT_REGION=eu-west-1 python3 -m firstbyte.handler.command manifest app:server
USER 993:990
CMD ["app:server"]
