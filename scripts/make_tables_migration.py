"""Writes `migrations/versions/0002_tables.py` from the models; only of use until the first office runs the application."""

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from helpdesk.db import schema
from helpdesk.db.embedded import cluster_at
from helpdesk.db.session import make_engine

TABLES = schema.MIGRATIONS / "versions" / "0002_tables.py"
GUARDS = schema.MIGRATIONS / "versions" / "0003_guards.py"


def main() -> int:
    for models in Path("helpdesk").glob("*/models.py"):
        importlib.import_module(f"helpdesk.{models.parent.name}.models")
    for name in ("helpdesk.db.jobs", "helpdesk.web.sessions"):
        importlib.import_module(name)
    guards = GUARDS.read_text(encoding="utf-8")
    TABLES.unlink(missing_ok=True)
    GUARDS.unlink()
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    cluster = cluster_at(home / "pg")
    cluster.start()
    try:
        engine = make_engine(cluster.url())
        schema.upgrade(engine, "0001")
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(schema.MIGRATIONS))
            config.attributes["connection"] = connection
            command.revision(config, "All tables", autogenerate=True, rev_id="0002")
        engine.dispose()
        made = next(schema.MIGRATIONS.glob("versions/0002_*.py"))
        made.rename(TABLES)
        subprocess.run([str(Path(sys.executable).parent / "ruff"), "format", "--quiet", str(TABLES)], check=True)
    finally:
        GUARDS.write_text(guards, encoding="utf-8")
        cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
