# The empty function on AWS's own runtime client: same base, same client, compiled alike.
ARG BASE
ARG OURS
FROM ${OURS} AS ours
FROM ${BASE}
RUN python3 -B -m compileall -q --invalidation-mode unchecked-hash -x site-packages \
    "$(python3 -B -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY . /var/task/
RUN python3 -B -m compileall -q --invalidation-mode unchecked-hash /var/task
COPY --from=ours /var/task/awslambdaric /var/task/awslambdaric
COPY --from=ours /var/task/simplejson /var/task/simplejson
COPY --from=ours /var/task/__pycache__ /var/task/__pycache__
COPY --from=ours /var/task/snapshot_restore_py.py /var/task/runtime_client.*.so /var/task/
WORKDIR /var/task
USER 993:990
ENTRYPOINT ["python3", "-m", "awslambdaric"]
CMD ["constant.handler"]
