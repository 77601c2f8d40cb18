#!/usr/bin/env python3
"""Which brokers get new partitions is a plugin's to say: a shipped one, one from outside, and one that is wrong."""
import tempfile
import time
import unittest

from harness.broker import BUILD, PROGRAM, Broker, free_port
from harness.wire import METADATA, Connection, array, create_topic, string

UNKNOWN_SERVER_ERROR = -1
OUTSIDE = BUILD / "tests/plugins"


def node(folder, number, placement, quorum_port):
    """One broker of a cluster whose controller is node 1."""
    broker = Broker("single", folder=tempfile.mkdtemp(dir=folder))
    listeners = f"PLAINTEXT://{broker.address}" + (f",CONTROLLER://127.0.0.1:{quorum_port}" if number == 1 else "")
    path = broker.folder / "node.yaml"
    path.write_text(f"""
node: {{id: {number}}}
plugins: {{paths: ["{OUTSIDE}/template/placement", "{OUTSIDE}/misplacing"]}}
placement: {{use: {placement}}}
kafka:
  listeners: {listeners}
  log.dirs: {broker.data}
  controller.listener.names: CONTROLLER
  controller.quorum.voters: 1@127.0.0.1:{quorum_port}
""")
    broker.command = lambda: [str(PROGRAM), "server", "start", str(path)]
    return broker


class Placements(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.quorum_port = folder.name, free_port()

    def start(self, number, placement):
        broker = node(self.folder, number, placement, self.quorum_port).start()
        self.addCleanup(broker.stop)
        return broker

    def connect(self, broker):
        connection = Connection(broker)
        self.addCleanup(connection.socket.close)
        return connection

    def metadata(self, connection, topic):
        """The ids of the brokers, and who leads the partitions."""
        reply = connection.ask(METADATA, 1, array([string(topic)]))
        brokers = reply.array(lambda: (reply.i32(), reply.string(), reply.i32(), reply.string()))
        reply.i32()
        partition = lambda: (reply.i16(), reply.i32(), reply.i32(), reply.array(reply.i32), reply.array(reply.i32))
        topics = reply.array(lambda: (reply.i16(), reply.string(), reply.i8(), reply.array(partition)))
        return sorted(one[0] for one in brokers), [leader for _, _, leader, _, _ in sorted(topics[0][3], key=lambda one: one[1])]

    def wait_for_brokers(self, connection, topic, wanted):
        deadline = time.monotonic() + 30
        while self.metadata(connection, topic)[0] != wanted:
            self.assertLess(time.monotonic(), deadline, "the other broker does not come")
            time.sleep(0.02)  # polls another process: there is nothing else to wait on

    def test_a_broker_that_is_new_fills_up_first(self):
        connection = self.connect(self.start(1, "least_partitions"))
        self.assertEqual(create_topic(connection, "old", 4)[0], 0)
        self.start(2, "least_partitions")
        self.wait_for_brokers(connection, "old", [1, 2])
        self.assertEqual(create_topic(connection, "new", 6)[0], 0)
        self.assertEqual(self.metadata(connection, "old")[1], [1, 1, 1, 1])
        self.assertEqual(self.metadata(connection, "new")[1], [2, 2, 2, 2, 1, 2])

    def test_a_plugin_from_outside_is_followed(self):
        connection = self.connect(self.start(1, "my_plugin"))
        self.assertEqual(create_topic(connection, "first", 1)[0], 0)
        self.start(2, "my_plugin")
        self.wait_for_brokers(connection, "first", [1, 2])
        self.assertEqual(create_topic(connection, "second", 5)[0], 0)
        self.assertEqual(self.metadata(connection, "second")[1], [1, 2, 1, 2, 1])

    def test_a_wrong_answer_is_said_and_never_written(self):
        connection = self.connect(self.start(1, "misplacing"))
        said = "placement 'misplacing' places a replica on broker 1000, which takes none"
        self.assertEqual(create_topic(connection, "lost", 2), (UNKNOWN_SERVER_ERROR, said))
        self.assertEqual(self.metadata(connection, "lost")[1], [], "it was not written")
        self.assertEqual(create_topic(connection, "by_hand", -1, assignments=[(0, [1])], replication=-1), (0, None))


if __name__ == "__main__":
    unittest.main()
