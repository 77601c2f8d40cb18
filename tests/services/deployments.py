"""Where the groups of a broker of ours may keep their offsets: the deployment of conf/ that says so, and the real server that it names.

    with deployment("redis", folder) as place:
        barnabas server start, place.conf, --override and each of place.overrides()
"""
import contextlib
import os
import pathlib
from dataclasses import dataclass, field

from .services import MariaDb, Redis, ZooKeeper

CONF = pathlib.Path(__file__).resolve().parents[2] / "conf"
PASSWORD = "secret"


@dataclass
class Place:
    store: str
    conf: pathlib.Path = CONF / "single.yaml"
    service: object = None
    address: str = ""  # the key of `offsets` that says where the server is, and its value with {port} in it
    fixed: list = field(default_factory=list)

    def overrides(self, port=None):
        """KEY=VALUE; `port` when the server is reached through something else than its own."""
        if self.service is None:
            return list(self.fixed)
        return [*self.fixed, f"/offsets/config/{self.address.format(port=port or self.service.port)}"]


SERVERS = {"mysql": (MariaDb, "port={port}"), "redis": (Redis, "port={port}"), "zookeeper": (ZooKeeper, "servers=127.0.0.1:{port}")}
STORES = ("internal_topic", *SERVERS, "memory")


@contextlib.contextmanager
def deployment(store, folder):
    """Starts the server; it ends with the block."""
    if store not in SERVERS:
        yield Place(store, fixed=[f"/offsets/use={store}"])
        return
    kind, address = SERVERS[store]
    with kind(folder) as service:
        if store == "mysql":
            service.admit("barnabas", PASSWORD)
            os.environ["BARNABAS_MYSQL_PASSWORD"] = PASSWORD
        yield Place(store, CONF / f"offsets-{store}.yaml", service, address)
