"""The command line."""
import argparse

from services.deployments import STORES

from .clients import CLIENTS
from .deployments import DEPLOYMENTS
from .groups.cells import CELLS
from .groups.fleet import FLEET, HAND
from .stored import CODECS

STORE_CLIENTS = ("librdkafka", "kafka-python", "franz-go", "java-4.3.1")  # where offsets live is behind the protocol: one of each family
EPILOG = "In --broker, {port} and {dir} stand for the free port and the empty data folder that the run chose; PORT is also in its environment."


def words(known, what):
    def parse(text):
        chosen = [word for word in text.split(",") if word]
        for word in chosen:
            if word not in known:
                raise argparse.ArgumentTypeError(f"no {what} named {word}; there are {', '.join(known)}")
        return chosen
    return parse


def parse(arguments=None):
    names = list(dict.fromkeys(client.name for client in CLIENTS + FLEET))
    parser = argparse.ArgumentParser(prog="run", description="Every client against every client: what one produces, all must read.", epilog=EPILOG)
    parser.add_argument("--records", type=int, default=1000, metavar="N", help="records per topic (default 1000; a release is closed with 100000)")
    parser.add_argument("--groups", action="store_true", help="clients as members of groups instead of what each reads of what each produced")
    parser.add_argument("--without", type=words(CELLS, "cell"), default=[], metavar="A,B", help="cells of --groups to leave out, such as 848 of a broker that lacks it")
    parser.add_argument("--storage", choices=("segment", "memory"), default="segment", help="which deployment to start; memory is checked by raw fetches")
    parser.add_argument("--deployment", choices=DEPLOYMENTS, default="single", help="one broker, one on a real ZooKeeper, or three brokers of either engine")
    parser.add_argument("--offsets", type=words(("all", *STORES), "store"), default=[], metavar="A,B",
                        help="with --groups: one table for each place where offsets may live, on the server that it needs; "
                        f"all: {', '.join(STORES)} (clients unless chosen: {', '.join(STORE_CLIENTS)})")
    parser.add_argument("--clients", type=words(names, "client"), metavar="A,B", help="only these")
    parser.add_argument("--codecs", type=words(CODECS, "codec"), default=list(CODECS), metavar="A,B", help="only these")
    parser.add_argument("--broker", metavar="COMMAND", help="start this instead of our own broker; it must stay in the foreground")
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="use a running broker and start none")
    parser.add_argument("--keep", action="store_true", help="keep the work folder with data, logs and rows")
    parser.add_argument("--prepare", action="store_true", help="only fetch and build what the clients need, then end")
    parser.add_argument("--list", action="store_true", help="list the clients, then end")
    options = parser.parse_args(arguments)
    if options.records < 10:
        parser.error("--records must be at least 10")
    if options.bootstrap and options.broker:
        parser.error("--bootstrap uses a running broker, --broker starts one: give one of them")
    if options.deployment != "single" and (options.broker or options.bootstrap or options.offsets or options.storage != "segment"):
        parser.error("--deployment starts our own brokers, as conf/ has them")
    if options.offsets and (not options.groups or options.broker or options.bootstrap):
        parser.error("--offsets starts our own broker for --groups")
    if "all" in options.offsets:
        options.offsets = list(STORES)
    chosen = options.clients or (STORE_CLIENTS if options.offsets else names)
    options.clients = [client for client in (FLEET if options.groups else CLIENTS) if client.name in chosen]
    options.hand = HAND
    return options
