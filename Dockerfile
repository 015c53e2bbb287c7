FROM python:3.11-slim
WORKDIR /srv/helpdesk
RUN useradd --system --create-home --home-dir /var/lib/helpdesk helpdesk
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && python scripts/words.py --compile
USER helpdesk
EXPOSE 8000
CMD ["helpdesk", "serve", "--host", "0.0.0.0", "--port", "8000"]
