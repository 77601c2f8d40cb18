"""Three brokers under load with everything between their parts in the driver's hands, a watcher of what they say, and the way back: how long
it takes until all is as ever.
"""
import contextlib
import signal
import threading
import time

from cluster.three_brokers import IDS, Cluster
from harness.wire import Connection, create_topic
from services.proxy import CuttingProxy
from services.services import ZooKeeperEnsemble

from metadata_history import Leaders, Offices
from metadata_load import GROUP_SESSION_S, PARTITIONS, STEADY, Load, fill
from metadata_views import Znodes, asked, leadership, view

SESSION_S = 3
STORE_BACK_S, BROKER_BACK_S = 10, SESSION_S + 5
GROUP_BACK_S = 10 + 10 + GROUP_SESSION_S  # the state of its members (max.poll.interval.ms), and a member of whom nobody knows any more
FLOWS_S = 8
PROBE_PARTITIONS = 3
OVERRIDES = [f"broker.session.timeout.ms={SESSION_S * 1000}", "broker.heartbeat.interval.ms=500", "group.initial.rebalance.delay.ms=0",
             "group.min.session.timeout.ms=500", "offsets.topic.num.partitions=3", "initial.broker.registration.timeout.ms=60000"]


class ManyServers(ZooKeeperEnsemble):
    """An ensemble to be killed and stopped as one; `port` is that of a server which runs."""

    def __init__(self, folder):
        super().__init__(folder)
        self.paused = set()

    @property
    def port(self):
        return next((server.port for server in self.servers.values() if server.process is not None and server not in self.paused), 0)

    def kill(self):
        for server in self.servers.values():
            server.kill()

    def start(self):
        self.__enter__()

    def pause(self):
        for server in self.servers.values():
            server.pause()
            self.paused.add(server)

    def resume(self):
        for server in self.servers.values():
            server.resume()
            self.paused.discard(server)


class ManyProxies:
    """Between one broker and all servers of an ensemble."""

    def __init__(self, stack, ensemble):
        self.proxies = [stack.enter_context(CuttingProxy(server.port)) for server in ensemble.servers.values()]
        self.connect = ",".join(f"127.0.0.1:{proxy.port}" for proxy in self.proxies)

    def cut(self):
        for proxy in self.proxies:
            proxy.cut()

    def refuse(self):
        for proxy in self.proxies:
            proxy.refuse()

    def hold(self, answers_only=False):
        for proxy in self.proxies:
            proxy.hold(answers_only)

    def release(self):
        for proxy in self.proxies:
            proxy.release()


class Watcher(threading.Thread):
    """Notes again and again what every broker and the ensemble say of the controller and of leaders."""

    def __init__(self, chaos):
        super().__init__(daemon=True)
        self.chaos, self.running = chaos, True

    def run(self):
        number = 0
        while self.running:
            number += 1
            for member in self.chaos.cluster.members.values():
                process = member.process
                source = f"broker {member.node}, process {process.pid if process else 0}"
                told = leadership(member, 0.5)
                if told is not None:
                    self.chaos.offices.note(source, told[1], told[0])
                    if told[2]:
                        self.chaos.offices.note(source, told[1], member.node)  # it claims so
                look = view(member, 0.5) if number % 5 == 0 else None
                if look is not None and member.process is process:
                    self.chaos.leaders.note(source, look)
            self.look_at_ensemble()
            time.sleep(0.05)

    def look_at_ensemble(self):
        if self.chaos.ensemble is None:
            return
        with contextlib.suppress(OSError, ValueError, KeyError):
            with Znodes(self.chaos.ensemble.port, 0.5) as znodes:
                told = znodes.controller()
                if told:
                    self.chaos.offices.note("the ensemble", *told)


class Place:
    """The cluster under load, and what may be asked and expected of it."""

    def __init__(self, engine, folder, stack, chance, ballast, servers):
        self.engine, self.chance, self.wrong = engine, chance, []
        self.offices, self.leaders = Offices(), Leaders()
        self.slowest_group = 0.0
        self.links = {}  # node -> proxy between it and its ensemble or voter
        overrides = [*OVERRIDES, *([f"/metadata/config/session_timeout={SESSION_S * 1000}"] if engine == "zookeeper" else [])]
        self.fronts = {}  # node -> proxy between it and the brokers that follow it
        self.ensemble, connect = None, None
        if engine == "zookeeper" and servers > 1:
            self.ensemble = stack.enter_context(ManyServers(folder / "ensemble"))
            connect = lambda node: self.links.setdefault(node, ManyProxies(stack, self.ensemble)).connect  # noqa: E731
        self.cluster = Cluster(engine, folder, overrides, connect=connect, link=lambda node, port: self.proxy(stack, self.links, node, port),
                               inner=lambda node, port: self.proxy(stack, self.fronts, node, port))
        stack.callback(self.end_cluster)
        self.cluster.start()
        self.ensemble = self.ensemble or self.cluster.zookeeper
        placed = [(p, [IDS[p % len(IDS)]]) for p in range(PARTITIONS)]
        with Connection(self.cluster[1]) as connection:
            error, message = create_topic(connection, STEADY, -1, assignments=placed, replication=-1)
            assert error == 0, message
            for number in range(ballast):  # more metadata takes longer to read
                create_topic(connection, f"ballast-{number}", 2)
        self.load = Load(self.cluster, chance)
        self.watcher = Watcher(self)
        self.watcher.start()

    @staticmethod
    def proxy(stack, proxies, node, port):
        proxies[node] = stack.enter_context(CuttingProxy(port))
        return proxies[node].port

    def end_cluster(self):
        for proxy in [*self.links.values(), *self.fronts.values()]:
            proxy.release()
        for member in self.cluster.members.values():
            if member.process is not None and member.process.poll() is None:
                member.process.send_signal(signal.SIGCONT)
        self.cluster.stop(signal.SIGKILL)

    def look_after_processes(self):
        """None may end by itself; one that did is started again, so that the run goes on."""
        for member in self.cluster.members.values():
            if member.process is not None and member.process.poll() is not None:
                self.wrong.append(f"broker {member.node} ended with {member.process.returncode}: {member.output().splitlines()[-1]}")
                member.start()

    def expect(self, holds, otherwise):
        if not holds:
            self.wrong.append(otherwise)

    def until(self, holds, timeout_s):
        deadline = time.monotonic() + timeout_s
        while not (found := holds()) and time.monotonic() < deadline:
            time.sleep(0.05)  # polls other processes' state; there is nothing else to wait on
        return found

    # Who is who.
    def controller(self):
        """The node that the cluster says leads, once it says so."""
        if self.engine == "kraft":
            return 1
        told = self.until(lambda: max((t for m in self.cluster.members.values() if (t := leadership(m, 1)) and t[0] in IDS), key=lambda t: t[1],
                                      default=None), STORE_BACK_S)
        return told[0] if told else IDS[0]

    def anybody(self):
        return self.chance.choice(IDS)

    def follower(self):
        leads = self.controller()
        return self.chance.choice([node for node in IDS if node != leads])

    # What goes on meanwhile.
    def flows(self, without=()):
        """Records of every partition whose broker runs are acknowledged and read."""
        before = self.load.counts()
        kept = [p for p in range(PARTITIONS) if IDS[p % len(IDS)] not in without]

        def moved():
            now = self.load.counts()
            return all(now[p][0] > before[p][0] + 3 and now[p][1] > before[p][1] + 3 for p in kept)
        began = time.monotonic()
        if not self.until(moved, FLOWS_S):
            now = self.load.counts()
            self.wrong.append(f"no records pass while the metadata store is away: in {FLOWS_S} s {[(now[p][0] - before[p][0], now[p][1] - before[p][1]) for p in kept]} "
                              f"were acknowledged and read of partitions {kept}")
        return time.monotonic() - began

    def wait(self, seconds):
        time.sleep(seconds)  # the fault lasts so long

    def known_dead(self, node):
        """The others say that it is gone."""
        others = [self.cluster[other] for other in IDS if other != node]

        def all_know():
            views = [view(other) for other in others]
            return all(v is not None and node not in v.brokers and all(v.topics[STEADY][1][p][1] < 0 for p in range(PARTITIONS) if IDS[p % len(IDS)] == node)
                       for v in views)
        self.expect(self.until(all_know, BROKER_BACK_S), f"broker {node} is dead for {BROKER_BACK_S} s, and the others do not say so")


def same_everywhere(chaos):
    """None when all brokers tell the same finished state, otherwise why not."""
    views = {node: view(chaos.cluster[node]) for node in IDS}
    silent = [node for node, one in views.items() if one is None]
    if silent:
        return f"brokers {silent} do not answer"
    for node, one in views.items():
        why = one.unfinished(IDS) or one.difference(views[IDS[0]])
        if why:
            return f"broker {node}: {why}"
    return None


def converge(chaos, within_s, since, number):
    """How long it took until all is as ever: every broker tells the same, and a change is done and told by all."""
    why = "nothing was looked at"
    name, made = f"probe-{number}", False
    for attempt in range(10000):
        chaos.look_after_processes()
        if attempt and time.monotonic() - since > 3 * within_s:
            chaos.wrong.append(f"after {time.monotonic() - since:.1f} s, of {within_s}: {why}")
            return time.monotonic() - since
        if not made:
            answer = asked(chaos.cluster[chaos.anybody()], lambda connection: create_topic(connection, name, PROBE_PARTITIONS), 5)
            made = answer is not None and answer[0] in (0, 36)
            why = f"a topic cannot be made: {answer}"
        if made:
            why = same_everywhere(chaos)
            views = [view(chaos.cluster[node]) for node in IDS] if why is None else []
            if why is None and all(one is not None and name in one.topics for one in views):
                break
        time.sleep(0.1)  # polls other processes' state
    took = time.monotonic() - since
    commits = chaos.load.commits.count
    chaos.expect(chaos.until(lambda: chaos.load.commits.count > commits + 2, GROUP_BACK_S), f"the group commits nothing in {GROUP_BACK_S} s")
    chaos.slowest_group = max(chaos.slowest_group, time.monotonic() - since - took)
    chaos.load.topics.created(name, True)
    chaos.load.filled[name] = fill(chaos.load.filler, name, PROBE_PARTITIONS)  # younger than most snapshots of the metadata
    chaos.expect(chaos.load.filled[name].count() == 3 * PROBE_PARTITIONS, f"records of the new topic {name} are not acknowledged")
    chaos.expect(took <= within_s, f"all is as ever after {took:.1f} s only, of {within_s}")
    return took
