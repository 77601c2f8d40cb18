"""Real servers for tests: MariaDB, Redis and ZooKeeper, each on free loopback ports, in a folder of its own, ended by its process id.

    with Redis(folder) as redis:
        ... redis.port ...
        redis.kill(); redis.start()     # the same port and the same data
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from ports import free_port  # noqa: E402

UP_WITHIN = 60
DOWN_WITHIN = 30


class Service:
    """A server process. start() returns when it answers."""

    program = ""
    package = ""

    def __init__(self, folder, arguments=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.arguments = list(arguments)
        self.port = free_port()
        self.process = None
        if not shutil.which(self.program):
            raise SystemExit(f"tests/services: no {self.program} on this machine; tools/setup test installs {self.package}")
        self.prepare()

    def prepare(self):
        """Makes what the server wants to find at its first start."""

    def command(self):
        raise NotImplementedError

    def answers(self):
        raise NotImplementedError

    def start(self):
        self.launch()
        return self.until_up()

    def launch(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)

    def until_up(self):
        until = time.monotonic() + UP_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self.program} does not come up:\n" + (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)
        return self

    def kill(self):
        """As a loss of the process: nothing is written any more."""
        self._end(signal.SIGKILL)

    def terminate(self):
        self._end(signal.SIGTERM)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def _end(self, how):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
            try:
                self.process.wait(DOWN_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()


def tcp_answer(port, question):
    """What comes back for `question`, or nothing."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(1)
            connection.sendall(question)
            return connection.recv(1024)
    except OSError:
        return b""


class MariaDb(Service):
    """Its superuser is root without a password, through the socket and through TCP; the database `barnabas` is there and empty."""

    program = "mariadbd"
    package = "mariadb-server"

    def prepare(self):
        self.socket = self.folder / "s"  # a socket's path may have 107 octets
        (self.folder / "tmp").mkdir(exist_ok=True)
        if not (self.folder / "data").exists():
            self.install()
            (self.folder / "init.sql").write_text("CREATE DATABASE IF NOT EXISTS barnabas;\n")

    def install(self):
        done = subprocess.run(["mariadb-install-db", *self.places(), "--auth-root-authentication-method=normal", "--skip-test-db"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"mariadb-install-db ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def places(self):
        """A server that starts removes all temporary tables where its own would be: with one folder for all it takes them from the others, of which
        one that needs such a table just then dies."""
        return ["--no-defaults", f"--datadir={self.folder}/data", f"--tmpdir={self.folder}/tmp", *self.as_root()]

    @staticmethod
    def as_root():
        return ["--user=root"] if os.getuid() == 0 else []

    def command(self):
        return ["mariadbd", *self.places(), f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.socket}",
                f"--init-file={self.folder}/init.sql", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--skip-name-resolve",
                "--skip-log-bin", *self.arguments]

    def tell(self, statement):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "-e", statement], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def answers(self):
        return self.tell("USE barnabas")

    def admit(self, user, password):
        """A user with the rights that conf/offsets-mysql.yaml asks for."""
        if not self.tell(f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER ON barnabas.* TO {user} IDENTIFIED BY '{password}'"):
            raise RuntimeError(f"MariaDB does not take the user {user}")


class Redis(Service):
    """Keeps what it was told on disk before it answers, unless the arguments say otherwise."""

    program = "redis-server"
    package = "redis-server"

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly",
                "yes", "--appendfsync", "always", *self.arguments]

    def answers(self):
        # A password that is asked for is an answer, too.
        return tcp_answer(self.port, b"PING\r\n").startswith((b"+PONG", b"-NOAUTH"))


class ZooKeeper(Service):
    program = "java"
    package = "zookeeper and a Java run-time (openjdk-17-jre-headless)"
    jars = "/usr/share/java"

    def prepare(self):
        if not list(pathlib.Path(self.jars).glob("zookeeper*.jar")):
            raise SystemExit(f"tests/services: no ZooKeeper on this machine; tools/setup test installs {self.package}")
        self.configure()

    def configure(self, more=""):
        (self.folder / "zoo.cfg").write_text(
            f"tickTime=200\ndataDir={self.folder}/data\nclientPort={self.port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
            f"4lw.commands.whitelist=*\nmaxClientCnxns=0\nminSessionTimeout=400\nmaxSessionTimeout=60000\n{more}")

    def command(self):
        return ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true", *self.arguments, "-cp",
                f"{self.jars}/*", "org.apache.zookeeper.server.quorum.QuorumPeerMain", str(self.folder / "zoo.cfg")]

    def answers(self):
        return tcp_answer(self.port, b"ruok") == b"imok"


class EnsembleServer(ZooKeeper):
    """One of several, which answers once a majority has a leader and it follows."""

    def join(self, number, peers):
        """`peers`: {number: (port of its leader, port of elections)}"""
        lines = [f"server.{one}=127.0.0.1:{ports[0]}:{ports[1]}" for one, ports in peers.items()]
        self.configure("\n".join(["initLimit=100", "syncLimit=50", *lines, ""]))
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "data/myid").write_text(f"{number}\n")

    def answers(self):
        return b"Mode: " in tcp_answer(self.port, b"srvr")

    def leads(self):
        return b"Mode: leader" in tcp_answer(self.port, b"srvr")


class ZooKeeperEnsemble:
    """Three servers; `connect` names them all."""

    def __init__(self, folder):
        self.servers = {number: EnsembleServer(pathlib.Path(folder) / f"server-{number}") for number in (1, 2, 3)}
        peers = {number: (free_port(), free_port()) for number in self.servers}
        for number, server in self.servers.items():
            server.join(number, peers)
        self.connect = ",".join(f"127.0.0.1:{server.port}" for server in self.servers.values())

    def __enter__(self):
        for server in self.servers.values():
            server.launch()
        try:
            for server in self.servers.values():
                server.until_up()
        except RuntimeError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self.servers.values():
            server.kill()


SERVICES = {"mariadb": MariaDb, "redis": Redis, "zookeeper": ZooKeeper}
