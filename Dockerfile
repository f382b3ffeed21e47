# The wheels are installed in one stage and copied into another: no compiler, no pip cache,
# no source tree in what runs.
FROM python:3.11.14-slim-bookworm AS build
RUN python -m venv /opt/bordereau
ENV PATH=/opt/bordereau/bin:$PATH
WORKDIR /src
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 bordereau && useradd --system --uid 10001 --gid 10001 --home-dir /data bordereau \
    && install -d -o bordereau -g bordereau -m 0700 /data
COPY --from=build /opt/bordereau /opt/bordereau
ENV PATH=/opt/bordereau/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BORDEREAU_DATA_DIR=/data
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
# `serve` parses HTTP with h11 (`--http h11`): the stricter of uvicorn's two parsers.
CMD ["bordereau", "serve", "--host", "0.0.0.0", "--port", "8000"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=4)"]
