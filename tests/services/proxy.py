"""A TCP proxy on loopback that cuts connections, refuses them, holds back what passes, or loses one answer: the request is passed on, the
server has answered, and both sides are closed instead. Threads of its own; functions from any thread."""
import contextlib
import socket
import threading


class CuttingProxy:
    def __init__(self, server_port):
        self.server_port, self.lost = server_port, 0
        self._marker, self._pairs, self._lock = None, set(), threading.Lock()
        self._requests, self._answers, self._refuses = threading.Event(), threading.Event(), False  # set: they pass
        self.release()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()
        self.release()
        self.cut()

    def lose_answer_to(self, octets):
        """To the next request with these octets in it."""
        self._marker = octets

    def refuse(self):
        """Until release(): as a server that is not there."""
        self._refuses = True
        self.cut()

    def hold(self, answers_only=False):
        """Until release(): as a network that is gone. Nobody is told; what was sent arrives afterwards."""
        self._answers.clear()
        if not answers_only:
            self._requests.clear()

    def release(self):
        self._refuses = False
        self._requests.set()
        self._answers.set()

    def cut(self):
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            self._close(pair)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                self._requests.wait()
                if self._refuses:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port), 5)
            except OSError:
                if self._listener.fileno() < 0:
                    return
                client.close()
                continue
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                side.settimeout(None)
            pair, loses = (client, server), threading.Event()
            with self._lock:
                self._pairs.add(pair)
            threading.Thread(target=self._pass, args=(pair, client, server, lambda part, loses=loses: self._request(part, loses)), daemon=True).start()
            threading.Thread(target=self._pass, args=(pair, server, client, lambda _, loses=loses: self._answer(loses)), daemon=True).start()

    def _request(self, part, loses):
        self._requests.wait()
        marker = self._marker
        if marker and marker in part:
            self._marker = None
            loses.set()
        return True

    def _answer(self, loses):
        self._answers.wait()
        self.lost += loses.is_set()
        return not loses.is_set()

    def _pass(self, pair, source, target, passes):
        with contextlib.suppress(OSError):
            while (part := source.recv(1 << 16)) and passes(part):
                target.sendall(part)
        with self._lock:
            self._pairs.discard(pair)
        self._close(pair)

    @staticmethod
    def _close(pair):
        for side in pair:
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()
