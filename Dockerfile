FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY coverage ./coverage
RUN python -m venv /opt/covercheck && /opt/covercheck/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/covercheck covercheck
COPY --from=build /opt/covercheck /opt/covercheck
COPY payers /srv/payers
ENV PATH=/opt/covercheck/bin:$PATH COVERCHECK_PAYERS=/srv/payers COVERCHECK_DATA_DIR=/var/lib/covercheck \
    COVERCHECK_HOST=0.0.0.0 COVERCHECK_PORT=8080 PYTHONDONTWRITEBYTECODE=1
USER covercheck
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
CMD ["covercheck", "serve"]
