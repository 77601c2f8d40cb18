"""What is done to one broker to measure it, once: each function has the broker, a topic that it has, and the share of the whole to do."""
import re
import subprocess
import threading
import time

from peers import BUILD, PARTITIONS, Failed  # (says where the harness is)
from harness.batch import batch
from harness.wire import Connection, produce

ACKS_1 = ["-p", PARTITIONS, "-X", "acks=1"]
READ = ["-p", PARTITIONS, "-B", "-X", "queued.min.messages=1000000"]


def said_by(command, **more):
    """What a driver prints."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, **more)
    if done.returncode or "FAILED" in done.stdout:
        raise Failed(f"{' '.join(map(str, command[1:]))}: {done.stdout}{done.stderr}")
    return done.stdout


def drive(server, mode, topic, octets, count, words):
    """What the driver over librdkafka measures: {"k msg/s", "CPU", "p50", …}"""
    told = said_by([BUILD / "tests/rdk_bench", mode, "-b", f"127.0.0.1:{server.port}", "-t", topic, "-s", octets, "-n", count, *words, "-P", server.pid])
    found = re.search(r"(\d+) msg/s.*broker_cpu=([\d.]+)", told)
    figures = {"k msg/s": float(found[1]) / 1000, "CPU": float(found[2])}
    figures.update({word: float(us) / 1000 for word, us in re.findall(r"(p[\d.]+|max)=(\d+) us", told.partition(" e2e ")[2])})
    return figures


def producing(octets, count, *words):
    def measure(server, topic, share):
        told = drive(server, "produce", topic, octets, int(count * share), [*ACKS_1, *words])
        return told["CPU"], told["k msg/s"]
    return measure


def consume(server, topic, share):
    count = int(2_000_000 * share)
    drive(server, "produce", topic, 1024, count, ACKS_1)
    told = drive(server, "consume", topic, 1024, count, READ)
    return told["CPU"], told["k msg/s"]


def both(server, topic, share):
    """CPU is counted for what goes in; it has what goes out with it."""
    count, told = int(1_000_000 * share), {}

    def read():
        told["out"] = drive(server, "consume", topic, 1024, count, READ)
    reader = threading.Thread(target=read)
    used = server.cpu_s()
    reader.start()
    told["in"] = drive(server, "produce", topic, 1024, count, ACKS_1)
    reader.join()
    if "out" not in told:
        raise Failed(f"{server.name}: what was produced was not consumed")
    return told["in"]["k msg/s"], told["out"]["k msg/s"], (server.cpu_s() - used) / (count * 1024 / 1e9)


def compressed(*codecs):
    def measure(server, topic, share):
        count = int(600_000 * share)
        return tuple(drive(server, "produce", topic, 1024, count, [*ACKS_1, "-X", f"compression.codec={codec}"])["CPU"] for codec in codecs)
    return measure


def latency(server, topic, rate, seconds):
    """{"p50", "p99", "p99.9", "CPU"} of records through one partition; a second of them goes before."""
    words = ["-p", 1, "-X", "acks=1", "-X", "p:linger.ms=0", "-r", rate, "-w", int(rate * min(1, seconds))]
    return drive(server, "e2e", topic, 1024, max(100, int(rate * seconds)), words)


def end_to_end(**seconds_of):
    """At each rate, `of_1000=8` for eight seconds: p50, p99, p99.9 and CPU."""
    rates = {int(name[3:]): seconds for name, seconds in seconds_of.items()}

    def measure(server, topic, share):
        told = [latency(server, topic, rate, seconds * share) for rate, seconds in rates.items()]
        return tuple(one[word] for one in told for word in ("p50", "p99", "p99.9", "CPU"))
    return measure


def connections(server, what, count):
    return [BUILD / "tests/connections_bench", server.port, server.pid, what, count]


def storm(server, topic, share):
    told = said_by(connections(server, "storm", int(20_000 * share)))
    return tuple(float(number) for number in re.findall(r"([\d.]+) (?:connections|us)", told))


def idle_connections(server, topic, share):
    count = int(5000 * share)
    alone = latency(server, topic, 20_000, 4 * share)["p99"]
    before = server.live_mib()
    many = subprocess.Popen(list(map(str, connections(server, "idle", count))), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if many.stdout.readline() != "ready\n":
            raise Failed(f"{server.name} does not take {count} connections")
        each_kib = (server.live_mib() - before) * 1024 / count
        beside = latency(server, topic, 20_000, 4 * share)["p99"]
    finally:
        many.communicate("\n")
    return each_kib, alone, beside, beside / alone


def memory(server, topic, share):
    time.sleep(5)  # what is measured is a broker at rest
    idle = server.rss_mib()
    consume(server, topic, share)
    return idle, server.rss_mib()


def groups(server, *words):
    """The driver's own topic is `bench`."""
    return said_by([BUILD / "tests/groups_bench", server.port, server.pid, *words])


def commit(server, topic, share):
    """As fast as they are answered."""
    return groups(server, "commits", 64, int(150_000 * share), 0)


def crowd(server, topic, share):
    """1,000 groups of two members, a commit a second of each, for six seconds after two."""
    count = max(10, int(1000 * share))
    told = groups(server, "crowd", count, 2, count * 12, count * 4)
    _, p50, p99, cpu = (float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?= (?:commits/s|ms|us))", told))
    return p50, p99, cpu


def start(server, topic, share):
    """From exec to the first answer, on what it has stored; then, where it formats by itself, on an empty folder."""
    command = server.command()
    server.rest()

    def once():
        return float(said_by([BUILD / "tests/start_bench", server.port, *command], cwd=server.folder).split()[0])
    stored = once()
    if not (server.folder / "data").exists():  # another's are elsewhere
        return stored, None
    subprocess.run(["rm", "-rf", server.folder / "data"], check=True)
    return stored, once()


def serves(server, topic, partitions):
    """Every partition takes a record."""
    for partition in range(partitions):
        while True:
            try:
                with Connection(server) as connection:
                    answer = produce(connection, topic, batch(), partition=partition)
                if answer and answer[0] == 0:
                    break
            except OSError:
                pass
            time.sleep(0.001)  # polls another process's state


def recovery(server, topic, share):
    """10 GB in ten partitions, SIGKILL, start, until each takes a record."""
    server.topic("much", 10)
    for _ in range(5):
        drive(server, "produce", "much", 10240, int(200_000 * share), ["-p", 10, "-X", "acks=1"])
    command = server.command()
    server.rest(9)
    began = time.monotonic()
    server.spawn(command)
    serves(server, "much", 10)
    return (time.monotonic() - began,)


def border(rounds):
    """[[least, median, most] of each figure] of the plugin's border: CPU loaded and linked in, and their ratio, of batches of 1 MB and of 16 KB."""
    told = said_by([BUILD / "tests/border_bench", rounds])
    return [[float(low), float(middle), float(high)] for middle, low, high in re.findall(r"([\d.]+) \(([\d.]+)\.\.([\d.]+)\)", told)]


def cpu_at_rest(servers, seconds):
    """% of a core of each; they rest beside each other."""
    used = [server.cpu_s() for server in servers]
    time.sleep(seconds)  # what is measured
    return [(server.cpu_s() - before) / seconds * 100 for server, before in zip(servers, used)]
