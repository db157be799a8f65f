# One image for every process; compose.yaml says which one a container runs.
FROM python:3.12-slim AS build
WORKDIR /srv/hurrah
RUN python -m venv /srv/venv
COPY requirements.txt requirements.in pyproject.toml LICENSE ./
RUN /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN /srv/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -C editable_mode=compat -e . \
    && /srv/venv/bin/python -m compileall -q hub challenges badges leaderboard wsgi.py

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /srv/hurrah hurrah && install -d -o hurrah -m 700 /srv/instance
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/hurrah /srv/hurrah
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 INSTANCE_DIR=/srv/instance LOG_FORMAT=json
WORKDIR /srv/hurrah
USER hurrah
VOLUME /srv/instance
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["hurrah", "web", "--check"]
STOPSIGNAL SIGTERM
CMD ["hurrah", "web", "--host", "0.0.0.0"]
