# Footnote in one process. The steps are the Makefile's; the image needs no network when it starts.
# The base is named by version; a deployment that wants the same bytes for ever pins it by digest.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS builder
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Makefile requirements.lock requirements-build.lock ./
RUN make VENV=/srv/venv /srv/venv/run.stamp
COPY . .
RUN make VENV=/srv/venv install-wheel

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --create-home --home-dir /srv/home footnote \
    && mkdir -p /srv/data \
    && chown footnote:footnote /srv/data
COPY --from=builder /srv/venv /srv/venv
COPY seeds /srv/seeds
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FOOTNOTE_DATA=/srv/data
# Without API keys Footnote listens on loopback only, so for now the container shares the host's network:
# docker run --network host -v footnote:/srv/data footnote
WORKDIR /srv
USER 10001
VOLUME /srv/data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["footnote"]
CMD ["serve"]
