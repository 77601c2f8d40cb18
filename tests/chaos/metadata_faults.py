"""The faults of a metadata store, of those who follow it and of the network between them.

Each returns (within how long all has to be as ever again, since when); what must go on meanwhile it checks itself.
"""
import signal
import threading
import time

from cluster.three_brokers import IDS

from metadata_cluster import BROKER_BACK_S, SESSION_S, STORE_BACK_S, Place
from metadata_views import Znodes

SILENT_LEADER_S = 10  # the ensemble's syncLimit


class Chaos(Place):
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

    def kill_all(self):
        """They come back while the ensemble still holds the sessions of those before them."""
        for node in IDS:
            self.cluster[node].stop(signal.SIGKILL)
        return self.start_all(lambda: None)

    def start_all(self, meanwhile):
        since = time.monotonic()
        starting = [threading.Thread(target=self.cluster[node].start) for node in IDS]
        for one in starting:
            one.start()
        meanwhile()
        for one in starting:
            one.join()
        return STORE_BACK_S, since

    def pause_all(self):
        """For longer than their sessions, so that on their return there is no controller, and several want to be it."""
        for node in IDS:
            self.cluster[node].process.send_signal(signal.SIGSTOP)
        self.wait(SESSION_S + self.chance.uniform(0.5, 2))
        for node in self.chance.sample(IDS, len(IDS)):
            self.cluster[node].process.send_signal(signal.SIGCONT)
            self.wait(self.chance.choice([0, 0, 0.2]))
        return STORE_BACK_S, time.monotonic()

    # The ensemble.
    def kill_all_and_ensemble(self):
        self.ensemble.kill()
        for node in IDS:
            self.cluster[node].stop(signal.SIGKILL)
        back = []

        def ensemble_back():
            self.wait(self.chance.uniform(0, 2))
            self.ensemble.start()
            back.append(time.monotonic())
        return self.start_all(ensemble_back)[0], back[0]

    def depose_controller(self):
        """As operators do to have another one elected: its node is deleted."""
        with Znodes(self.ensemble.port) as znodes:
            before = znodes.controller()
            self.expect(znodes.delete("/controller") == 0, "the node of the controller cannot be deleted")
            self.expect(self.until(lambda: (told := znodes.controller()) and told[0] > before[0], STORE_BACK_S), "nobody is elected after the controller")
        return STORE_BACK_S, time.monotonic()

    def kill_ensemble(self):
        self.ensemble.kill()
        self.wait(self.chance.uniform(0.5, SESSION_S + 2))
        self.flows()
        self.ensemble.start()
        return STORE_BACK_S, time.monotonic()

    def pause_ensemble(self):
        self.ensemble.pause()
        self.wait(self.chance.uniform(0.5, SESSION_S + 2))
        self.flows()
        self.ensemble.resume()
        return STORE_BACK_S, time.monotonic()

    def kill_ensemble_and_broker(self):
        """The broker dies while nobody can be told, and comes back after the ensemble, or is told dead first."""
        node = self.anybody()
        self.ensemble.kill()
        self.wait(0.5)
        self.cluster[node].stop(signal.SIGKILL)
        self.flows([node])
        self.ensemble.start()
        if self.chance.random() < 0.5:
            self.known_dead(node)
        return self.start(node)

    # One of several servers of the ensemble; the others go on, and so do changes, once they have another leader.
    def without(self, take, give_back):
        take()
        self.wait(self.chance.uniform(0.2, SESSION_S + 2))
        self.flows()
        done = sum(self.load.topics.done.values())
        self.expect(self.until(lambda: sum(self.load.topics.done.values()) > done + 1, SILENT_LEADER_S + STORE_BACK_S), "nothing can be changed without one server of the ensemble")
        give_back()
        return STORE_BACK_S, time.monotonic()

    def a_server(self):
        """The one that leads, half of the time."""
        servers = list(self.ensemble.servers.values())
        return self.chance.choice([*servers, *[one for one in servers if one.leads()] * 2])

    def kill_server(self):
        server = self.a_server()
        return self.without(server.kill, server.start)

    def pause_server(self):
        server = self.a_server()

        def pause():
            self.ensemble.paused.add(server)
            server.pause()

        def resume():
            server.resume()
            self.ensemble.paused.discard(server)
        return self.without(pause, resume)

    # The network.
    def cut_off(self, proxies):
        how = self.chance.choice(["hold", "hold_answers", "refuse"])
        for proxy in proxies:
            proxy.refuse() if how == "refuse" else proxy.hold(answers_only=how == "hold_answers")

    def cut(self, nodes):
        """Somebody who is left to hear it counts them as dead when their sessions end, but nobody does where all are cut off from the ensemble."""
        links = [self.links[node] for node in nodes if node in self.links]
        counted_dead = () if self.engine == "zookeeper" and tuple(nodes) == IDS else [node for node in nodes if node in self.links]
        self.cut_off(links)
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

    def cut_brokers_from_controller(self):
        """All see the ensemble; what the controller changes is not heard by the others, and what they ask does not reach it."""
        front = self.fronts[self.controller()]
        self.cut_off([front])
        self.wait(self.chance.choice([0.5, SESSION_S + self.chance.uniform(1, 3)]))
        self.flows()
        front.release()
        return STORE_BACK_S, time.monotonic()

    def kill_controller_that_is_cut_off(self):
        """Its last changes are in the ensemble and known to nobody else."""
        node = self.controller()
        front = self.fronts[node]
        self.cut_off([front])
        self.wait(self.chance.uniform(0.2, 1))
        self.cluster[node].stop(signal.SIGKILL)
        self.known_dead(node)
        front.release()
        return self.start(node)

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


BROKER_FAULTS = [Chaos.kill_controller, Chaos.pause_controller, Chaos.restart_controller, Chaos.kill_broker, Chaos.pause_broker, Chaos.restart_broker,
                 Chaos.kill_all, Chaos.pause_all]
FAULTS = {"kraft": [Chaos.cut_follower, *BROKER_FAULTS, Chaos.cut_all, Chaos.flap, Chaos.pause_voter_and_kill_follower],
          "zookeeper": [Chaos.pause_controller, Chaos.kill_ensemble, Chaos.cut_controller, *BROKER_FAULTS[:1], *BROKER_FAULTS[2:], Chaos.pause_ensemble,
                        Chaos.cut_follower, Chaos.cut_all, Chaos.flap, Chaos.kill_ensemble_and_broker,
                        Chaos.cut_brokers_from_controller, Chaos.kill_controller_that_is_cut_off, Chaos.depose_controller,
                        Chaos.kill_all_and_ensemble]}
SERVER_FAULTS = [Chaos.kill_server, Chaos.pause_server]  # where the ensemble has several
