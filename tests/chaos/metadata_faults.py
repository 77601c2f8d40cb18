"""A cluster with everything between its parts in the driver's hands, and the faults of its metadata store.

Each fault returns (what has to be as ever again within how long, since when); what must go on meanwhile it checks itself.
"""
import contextlib
import signal
import threading
import time

from cluster.three_brokers import IDS, Cluster
from harness.wire import Connection, create_topic
from services.proxy import CuttingProxy

from metadata_history import Leaders, Offices
from metadata_load import PARTITIONS, STEADY, Load, fill
from metadata_views import Znodes, asked, leadership, view

SESSION_S = 3
STORE_BACK_S, BROKER_BACK_S = 10, SESSION_S + 5
FLOWS_S = 8
PROBE_PARTITIONS = 3
OVERRIDES = [f"broker.session.timeout.ms={SESSION_S * 1000}", "broker.heartbeat.interval.ms=500", "group.initial.rebalance.delay.ms=0",
             "group.min.session.timeout.ms=500", "offsets.topic.num.partitions=3", "initial.broker.registration.timeout.ms=60000"]


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
        if self.chaos.cluster.zookeeper is None:
            return
        with contextlib.suppress(OSError, ValueError, KeyError):
            with Znodes(self.chaos.cluster.zookeeper.port, 0.5) as znodes:
                told = znodes.controller()
                if told:
                    self.chaos.offices.note("the ensemble", *told)


class Chaos:
    def __init__(self, engine, folder, stack, chance):
        self.engine, self.chance, self.wrong = engine, chance, []
        self.offices, self.leaders = Offices(), Leaders()
        self.links = {}  # node -> proxy between it and its ensemble or voter
        overrides = [*OVERRIDES, *([f"/metadata/config/session_timeout={SESSION_S * 1000}"] if engine == "zookeeper" else [])]
        self.cluster = Cluster(engine, folder, overrides, link=lambda node, port: self.link(stack, node, port))
        stack.callback(self.end_cluster)
        self.cluster.start()
        self.expect(self.until(lambda: all((told := view(member)) and told.brokers == IDS for member in self.cluster.members.values()), STORE_BACK_S),
                    "the brokers do not know each other")
        placed = [(p, [IDS[p % len(IDS)]]) for p in range(PARTITIONS)]
        with Connection(self.cluster[1]) as connection:
            error, message = create_topic(connection, STEADY, -1, assignments=placed, replication=-1)
            assert error == 0, message
        self.load = Load(self.cluster, chance)
        self.watcher = Watcher(self)
        self.watcher.start()

    def link(self, stack, node, port):
        self.links[node] = stack.enter_context(CuttingProxy(port))
        return self.links[node].port

    def end_cluster(self):
        for link in self.links.values():
            link.release()
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

    # Brokers. The voter of kraft is one, too, and then nobody can be told dead.
    def kill(self, node, stays):
        self.cluster[node].stop(signal.SIGKILL)
        if stays and not (self.engine == "kraft" and node == 1):
            self.known_dead(node)
        elif stays:
            self.wait(1)
            self.flows([node])
        return self.start(node)

    def start(self, node):
        since = time.monotonic()
        self.cluster[node].start()
        return (STORE_BACK_S if self.engine == "kraft" and node == 1 else BROKER_BACK_S), since

    def pause(self, node, seconds):
        process = self.cluster[node].process
        process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        self.flows([node])
        self.wait(max(0.0, seconds - (time.monotonic() - began)))
        process.send_signal(signal.SIGCONT)
        return STORE_BACK_S, time.monotonic()

    def restart(self, node):
        self.cluster[node].stop(signal.SIGTERM)
        return self.start(node)

    def kill_broker(self):
        return self.kill(self.anybody(), self.chance.random() < 0.5)

    def kill_controller(self):
        return self.kill(self.controller(), self.chance.random() < 0.5)

    def pause_broker(self):
        return self.pause(self.anybody(), SESSION_S + self.chance.uniform(-2, 3))

    def pause_controller(self):
        """For longer than its session: on its return there are two of them for a moment."""
        return self.pause(self.controller(), SESSION_S + self.chance.uniform(1, 3))

    def restart_broker(self):
        return self.restart(self.anybody())

    def restart_controller(self):
        return self.restart(self.controller())

    # The ensemble.
    def kill_ensemble(self):
        self.cluster.zookeeper.kill()
        self.wait(self.chance.uniform(0.5, SESSION_S + 2))
        self.flows()
        self.cluster.zookeeper.start()
        return STORE_BACK_S, time.monotonic()

    def pause_ensemble(self):
        self.cluster.zookeeper.pause()
        self.wait(self.chance.uniform(0.5, SESSION_S + 2))
        self.flows()
        self.cluster.zookeeper.resume()
        return STORE_BACK_S, time.monotonic()

    def kill_ensemble_and_broker(self):
        """The broker dies while nobody can be told, and comes back after the ensemble, or is told dead first."""
        node = self.anybody()
        self.cluster.zookeeper.kill()
        self.wait(0.5)
        self.cluster[node].stop(signal.SIGKILL)
        self.flows([node])
        self.cluster.zookeeper.start()
        if self.chance.random() < 0.5:
            self.known_dead(node)
        return self.start(node)

    # The network.
    def cut(self, nodes):
        """Somebody who is left to hear it counts them as dead when their sessions end, but nobody does where all are cut off from the ensemble."""
        links = [self.links[node] for node in nodes if node in self.links]
        counted_dead = () if self.engine == "zookeeper" and tuple(nodes) == IDS else [node for node in nodes if node in self.links]
        how = self.chance.choice(["hold", "hold_answers", "refuse"])
        for link in links:
            link.refuse() if how == "refuse" else link.hold(answers_only=how == "hold_answers")
        seconds = self.chance.choice([0.5, SESSION_S + self.chance.uniform(1, 3)])
        self.wait(seconds)
        self.flows(counted_dead if seconds > 1 else ())
        for link in links:
            link.release()
        return STORE_BACK_S, time.monotonic()

    def cut_follower(self):
        return self.cut([self.follower()])

    def cut_controller(self):
        return self.cut([self.controller()])

    def cut_all(self):
        return self.cut(IDS)

    def flap(self):
        """Connections end again and again."""
        link = self.links[self.chance.choice(list(self.links))]
        for _ in range(10):
            link.cut()
            self.wait(0.3)
        return STORE_BACK_S, time.monotonic()

    def pause_voter_and_kill_follower(self):
        """The follower comes back to a voter that does not answer, and to one that does."""
        node, voter = self.follower(), self.cluster[1].process
        voter.send_signal(signal.SIGSTOP)
        self.cluster[node].stop(signal.SIGKILL)
        starting = threading.Thread(target=self.cluster[node].start)
        starting.start()
        self.wait(self.chance.uniform(1, SESSION_S + 2))
        voter.send_signal(signal.SIGCONT)
        since = time.monotonic()
        starting.join()
        return STORE_BACK_S, since


BROKER_FAULTS = [Chaos.kill_controller, Chaos.pause_controller, Chaos.restart_controller, Chaos.kill_broker, Chaos.pause_broker, Chaos.restart_broker]
FAULTS = {"kraft": [Chaos.cut_follower, *BROKER_FAULTS, Chaos.cut_all, Chaos.flap, Chaos.pause_voter_and_kill_follower],
          "zookeeper": [Chaos.pause_controller, Chaos.kill_ensemble, Chaos.cut_controller, *BROKER_FAULTS[:1], *BROKER_FAULTS[2:], Chaos.pause_ensemble,
                        Chaos.cut_follower, Chaos.cut_all, Chaos.flap, Chaos.kill_ensemble_and_broker]}


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
    chaos.load.topics.created(name, True)
    chaos.load.filled[name] = fill(chaos.load.filler, name, PROBE_PARTITIONS)  # younger than most snapshots of the metadata
    chaos.expect(chaos.load.filled[name].count() == 3 * PROBE_PARTITIONS, f"records of the new topic {name} are not acknowledged")
    chaos.expect(took <= within_s, f"all is as ever after {took:.1f} s only, of {within_s}")
    return took
