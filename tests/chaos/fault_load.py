"""A real client's load while disk or clock misbehave: an idempotent librdkafka producer whose acknowledged records go into a History."""
import threading
import time

from confluent_kafka import Producer

from fault_history import FIRST_MS, PARTITIONS, TOPIC, value_of

PER_SECOND = 400


class Load:
    """`with Load(broker, history) as load:`. Records go to all partitions of TOPIC in turn, each acknowledged one into `history`."""

    def __init__(self, broker, history, timestamps=True):
        self.history, self.timestamps = history, timestamps
        self.producer = Producer({
            "bootstrap.servers": broker.address, "enable.idempotence": True, "acks": "all", "linger.ms": 2, "batch.num.messages": 20,
            "message.timeout.ms": 120000, "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 20,
            "retry.backoff.max.ms": 100, "queue.buffering.max.messages": 1000, "log_level": 0, "request.timeout.ms": 60000})
        self.failed, self.running, self.acked, self.patience_s = [], True, 0, 30
        self.last_ack = time.monotonic()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def delivered(self, error, message, number):
        if error is not None:
            self.failed.append(f"record {number}: {error}")
            return
        self.history.acked.setdefault((TOPIC, message.partition()), {})[message.offset()] = number
        self.acked += 1
        self.last_ack = time.monotonic()

    def run(self):
        begun, sent, number = time.monotonic(), 0, None
        while self.running:
            if sent > (time.monotonic() - begun) * PER_SECOND:
                self.producer.poll(0.005)
                continue
            number = self.history.take()[0] if number is None else number
            value, partition = value_of(number), number % PARTITIONS
            self.history.sent.setdefault((TOPIC, partition), set()).add(value)
            try:
                self.producer.produce(TOPIC, value, partition=partition, on_delivery=lambda error, message, number=number: self.delivered(error, message, number),
                                      **({"timestamp": FIRST_MS + number} if self.timestamps else {}))
            except BufferError:
                self.producer.poll(0.01)
                continue
            sent, number = sent + 1, None
            self.producer.poll(0)
        self.left = self.producer.flush(self.patience_s)

    def goes_on(self, count=200, within_s=15):
        """Whether so many more are acknowledged in time. It polls the client's thread."""
        goal, deadline = self.acked + count, time.monotonic() + within_s
        while self.acked < goal and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.acked >= goal

    def abandon(self):
        """Nobody answers any more: what is under way is given up."""
        self.patience_s, self.running = 0, False
        self.thread.join()
        self.producer.purge()
        self.left = self.producer.flush(1)

    def stop(self):
        """What it was not told in time, or was told of as failed."""
        self.running = False
        self.thread.join()  # also a second time
        return self.failed[:5] + ([f"{self.left} records were not answered in 30 s"] if self.left else [])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        if self.running:
            self.running = False
            self.producer.purge()
            self.thread.join()
