// The floor: the least a broker can do for real Kafka clients. One thread, epoll, no replication, no metadata store.
// Speaks ApiVersions v0, Metadata v1-4, Produce v3-7, Fetch v4-11, ListOffsets v1, FindCoordinator v0. Topics are made up on request.
// usage: null_broker <port> <dir> <produce: discard|crc|write> <fetch: sendfile|pread> [partitions=1] [rcvbuf KiB=1024]
// build: g++ -O2 -march=x86-64-v3 -mpclmul -std=c++20 null_broker.cpp -o null_broker -lisal
#include <arpa/inet.h>
#include <fcntl.h>
#include <isa-l.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>
using i16 = int16_t;
using i32 = int32_t;
using i64 = int64_t;
using std::string;
static double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
struct R {
  const char *p, *e;
  bool ok = true;
  template <class T>
  T n() {
    T v{};
    if (e - p < (long)sizeof v) {
      ok = false;
      return v;
    }
    memcpy(&v, p, sizeof v);
    p += sizeof v;
    if constexpr (sizeof v == 2)
      return __builtin_bswap16(v);
    else if constexpr (sizeof v == 4)
      return __builtin_bswap32(v);
    else if constexpr (sizeof v == 8)
      return __builtin_bswap64(v);
    else
      return v;
  }
  string s() {
    i16 k = n<i16>();
    if (k < 0) return {};
    if (e - p < k) {
      ok = false;
      return {};
    }
    string r(p, k);
    p += k;
    return r;
  }
};
struct W {
  string b;
  template <class T>
  W& n(T v) {
    if constexpr (sizeof v == 2)
      v = __builtin_bswap16(v);
    else if constexpr (sizeof v == 4)
      v = __builtin_bswap32(v);
    else if constexpr (sizeof v == 8)
      v = __builtin_bswap64(v);
    b.append((char*)&v, sizeof v);
    return *this;
  }
  W& s(const string& x) {
    n<i16>(x.size());
    b += x;
    return *this;
  }
};
struct Part {
  int fd = -1;
  i64 next = 0, size = 0;
  std::vector<std::pair<i64, i64>> idx;
};  // (base offset, file position) of each batch
struct Out {
  string h;
  int fd = -1;
  off_t off = 0;
  size_t len = 0, done = 0;
};
struct Conn {
  int fd;
  std::vector<char> in;
  size_t have = 0, at = 0;
  std::deque<Out> out;
  bool want = false;
};
struct Wait {
  Conn* c;
  i32 corr;
  i16 ver;
  string body;
  double until;
};
static int port, nparts = 1, ep;
static string dir, pm, fm;
static std::map<string, std::vector<Part>> topics;
static std::vector<Wait> waits;
static char* cbuf;
static size_t cbufn = 4 << 20;
static uint64_t nreq, nbatch, nbytes;
static std::vector<Part>& topic(const string& t) {
  auto& v = topics[t];
  if (v.empty()) {
    v.resize(nparts);
    for (int i = 0; i < nparts; ++i)
      v[i].fd = open((dir + "/" + t + "-" + std::to_string(i) + ".log").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644);
  }
  return v;
}
static void flush(Conn* c) {
  while (!c->out.empty()) {
    auto& o = c->out.front();
    ssize_t n;
    if (o.fd < 0) {
      n = send(c->fd, o.h.data() + o.done, o.h.size() - o.done, MSG_NOSIGNAL | (c->out.size() > 1 ? MSG_MORE : 0));
      if (n > 0 && (o.done += n) == o.h.size()) {
        c->out.pop_front();
        continue;
      }
    } else if (fm == "sendfile") {
      n = sendfile(c->fd, o.fd, &o.off, o.len);
      if (n > 0 && (o.len -= n) == 0) {
        c->out.pop_front();
        continue;
      }
    } else {
      ssize_t k = pread(o.fd, cbuf, std::min(o.len, cbufn), o.off);
      n = k > 0 ? send(c->fd, cbuf, k, MSG_NOSIGNAL) : k;
      if (n > 0) {
        o.off += n;
        if ((o.len -= n) == 0) {
          c->out.pop_front();
          continue;
        }
      }
    }
    if (n <= 0) {
      if (n < 0 && errno == EAGAIN && !c->want) {
        c->want = true;
        epoll_event v{EPOLLIN | EPOLLOUT, {.ptr = c}};
        epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &v);
      }
      if (n < 0 && errno == EAGAIN) return;
      c->out.clear();
      return;
    }
  }
  if (c->want) {
    c->want = false;
    epoll_event v{EPOLLIN, {.ptr = c}};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &v);
  }
}
static void reply(Conn* c, i32 corr, const string& body) {
  W w;
  w.n<i32>(body.size() + 4).n<i32>(corr);
  w.b += body;
  c->out.push_back({std::move(w.b)});
}
// tries to answer a fetch; returns false when there is nothing to send yet
static bool fetch(Conn* c, i32 corr, i16 v, const string& body, bool force) {
  R r{body.data(), body.data() + body.size()};
  r.n<i32>();
  i32 maxw = r.n<i32>();
  (void)maxw;
  i32 minb = r.n<i32>(), maxb = r.n<i32>();
  r.n<char>();
  if (v >= 7) {
    r.n<i32>();
    r.n<i32>();
  }
  struct P {
    i32 i;
    i64 hw, pos, len;
    int fd;
    i16 err;
  };
  std::vector<std::pair<string, std::vector<P>>> ts;
  i64 total = 0;
  i32 nt = r.n<i32>();
  for (i32 t = 0; t < nt; ++t) {
    ts.emplace_back(r.s(), std::vector<P>{});
    auto& T = topic(ts.back().first);
    i32 np = r.n<i32>();
    for (i32 k = 0; k < np; ++k) {
      P p{};
      p.i = r.n<i32>();
      if (v >= 9) r.n<i32>();
      i64 o = r.n<i64>();
      if (v >= 5) r.n<i64>();
      i64 pmax = r.n<i32>();
      auto& q = T[p.i];
      p.fd = q.fd;
      p.hw = q.next;
      if (o > q.next || o < 0)
        p.err = 1;
      else if (o < q.next && total < maxb) {
        auto it = std::prev(std::upper_bound(q.idx.begin(), q.idx.end(), std::make_pair(o, INT64_MAX)));
        p.pos = it->second;
        i64 lim = p.pos + std::min<i64>(pmax, maxb - total);
        auto e = std::upper_bound(it, q.idx.end(), lim, [](i64 l, auto& x) { return l < x.second; });
        i64 end = e == q.idx.end() && q.size <= lim ? q.size
                                                    : (std::prev(e) == it ? (e == q.idx.end() ? q.size : e->second) : std::prev(e)->second);
        p.len = end - p.pos;
        total += p.len;
      }
      ts.back().second.push_back(p);
    }
  }
  if (!force && total < minb && minb > 0) {
    bool err = false;
    for (auto& t : ts)
      for (auto& p : t.second) err |= p.err != 0;
    if (!err) return false;
  }
  size_t fixed = 0;
  for (auto& t : ts) {
    fixed += 2 + t.first.size() + 4;
    fixed += t.second.size() * (4 + 2 + 8 + 8 + (v >= 5 ? 8 : 0) + 4 + (v >= 11 ? 4 : 0) + 4);
  }
  fixed += 4 + 4 + (v >= 7 ? 6 : 0);
  W w;
  w.n<i32>(4 + fixed + total).n<i32>(corr).n<i32>(0);
  if (v >= 7) w.n<i16>(0).n<i32>(0);
  w.n<i32>(ts.size());
  for (auto& t : ts) {
    w.s(t.first).n<i32>(t.second.size());
    for (auto& p : t.second) {
      w.n<i32>(p.i).n<i16>(p.err).n<i64>(p.hw).n<i64>(p.hw);
      if (v >= 5) w.n<i64>(0);
      w.n<i32>(-1);
      if (v >= 11) w.n<i32>(-1);
      w.n<i32>(p.len);
      if (p.len) {
        c->out.push_back({std::move(w.b)});
        c->out.push_back({{}, p.fd, p.pos, (size_t)p.len});
        w.b.clear();
      }
    }
  }
  if (!w.b.empty()) c->out.push_back({std::move(w.b)});
  return true;
}
static void handle(Conn* c, char* p, size_t n) {
  R r{p, p + n};
  i16 key = r.n<i16>(), v = r.n<i16>();
  i32 corr = r.n<i32>();
  r.s();
  W w;
  ++nreq;
  if (key == 18) {
    static const i16 api[][3] = {{0, 3, 7}, {1, 4, 11}, {2, 1, 1}, {3, 1, 4}, {10, 0, 0}, {18, 0, 0}};
    w.n<i16>(v > 0 ? 35 : 0).n<i32>(6);
    for (auto& a : api) w.n(a[0]).n(a[1]).n(a[2]);
    return reply(c, corr, w.b);
  }
  if (key == 3) {
    std::vector<string> ts;
    i32 k = r.n<i32>();
    for (i32 i = 0; i < k; ++i) ts.push_back(r.s());
    if (k < 0)
      for (auto& t : topics) ts.push_back(t.first);
    if (v >= 3) w.n<i32>(0);
    w.n<i32>(1).n<i32>(1).s("127.0.0.1").n<i32>(port).n<i16>(-1);
    if (v >= 2) w.s("null");
    w.n<i32>(1).n<i32>(ts.size());
    for (auto& t : ts) {
      topic(t);
      w.n<i16>(0).s(t).n<char>(0).n<i32>(nparts);
      for (i32 i = 0; i < nparts; ++i) w.n<i16>(0).n<i32>(i).n<i32>(1).n<i32>(1).n<i32>(1).n<i32>(1).n<i32>(1);
    }
    return reply(c, corr, w.b);
  }
  if (key == 10) {
    w.n<i16>(0).n<i32>(1).s("127.0.0.1").n<i32>(port);
    return reply(c, corr, w.b);
  }
  if (key == 2) {
    r.n<i32>();
    i32 nt = r.n<i32>();
    w.n<i32>(nt);
    for (i32 t = 0; t < nt; ++t) {
      string s = r.s();
      auto& T = topic(s);
      i32 np = r.n<i32>();
      w.s(s).n<i32>(np);
      for (i32 k = 0; k < np; ++k) {
        i32 i = r.n<i32>();
        i64 ts = r.n<i64>();
        w.n<i32>(i).n<i16>(0).n<i64>(-1).n<i64>(ts == -2 ? 0 : T[i].next);
      }
    }
    return reply(c, corr, w.b);
  }
  if (key == 0) {
    r.s();
    i16 acks = r.n<i16>();
    r.n<i32>();
    i32 nt = r.n<i32>();
    w.n<i32>(nt);
    for (i32 t = 0; t < nt; ++t) {
      string s = r.s();
      auto& T = topic(s);
      i32 np = r.n<i32>();
      w.s(s).n<i32>(np);
      for (i32 k = 0; k < np; ++k) {
        i32 i = r.n<i32>(), len = r.n<i32>();
        char* b = (char*)r.p;
        r.p += len;
        i16 err = 0;
        auto& q = T[i];
        i64 base = q.next;
        char* e = b + len;
        ++nbatch;
        nbytes += len;
        for (char* x = b; e - x >= 61;) {
          i32 bl;
          memcpy(&bl, x + 8, 4);
          bl = __builtin_bswap32(bl) + 12;
          if (bl > e - x) {
            err = 2;
            break;
          }
          if (pm != "discard") {
            uint32_t want;
            memcpy(&want, x + 17, 4);
            if (~crc32_iscsi((unsigned char*)x + 21, bl - 21, 0xffffffffu) != __builtin_bswap32(want) &&
                crc32_iscsi((unsigned char*)x + 21, bl - 21, 0xffffffffu) != __builtin_bswap32(want))
              err = 2;
          }
          i32 lod;
          memcpy(&lod, x + 23, 4);
          i64 be = __builtin_bswap64(q.next);
          memcpy(x, &be, 8);
          if (pm == "write") q.idx.emplace_back(q.next, q.size + (x - b));
          q.next += __builtin_bswap32(lod) + 1;
          x += bl;
        }
        if (pm == "write") {
          if (pwrite(q.fd, b, len, q.size) != len) err = 56;
          q.size += len;
        }
        w.n<i32>(i).n<i16>(err).n<i64>(base).n<i64>(-1);
        if (v >= 5) w.n<i64>(0);
      }
    }
    w.n<i32>(0);
    if (acks) reply(c, corr, w.b);
    if (!waits.empty()) {
      auto ws = std::move(waits);
      waits.clear();
      for (auto& x : ws) {
        if (fetch(x.c, x.corr, x.ver, x.body, false))
          flush(x.c);
        else
          waits.push_back(std::move(x));
      }
    }
    return;
  }
  if (key == 1) {
    string body(r.p, r.e);
    R q{body.data(), body.data() + body.size()};
    q.n<i32>();
    i32 mw = q.n<i32>();
    if (!fetch(c, corr, v, body, false)) waits.push_back({c, corr, v, body, now() + mw / 1e3});
    return;
  }
  fprintf(stderr, "api %d v%d not served\n", key, v);
  shutdown(c->fd, SHUT_RDWR);
}
static void stop(int) {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("requests %lu batches %lu bytes %lu cpu %.3f s (sys %.3f)\n", nreq, nbatch, nbytes,
         u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6,
         u.ru_stime.tv_sec + u.ru_stime.tv_usec * 1e-6);
  fflush(stdout);
  _exit(0);
}
int main(int ac, char** av) {
  port = atoi(av[1]);
  dir = av[2];
  pm = av[3];
  fm = av[4];
  if (ac > 5) nparts = atoi(av[5]);
  size_t rb = (ac > 6 ? atol(av[6]) : 1024) << 10;
  cbuf = (char*)malloc(cbufn);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  signal(SIGPIPE, SIG_IGN);
  int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(l, (sockaddr*)&a, sizeof a) || listen(l, 4096)) {
    perror("listen");
    return 1;
  }
  ep = epoll_create1(0);
  epoll_event v{EPOLLIN, {.ptr = nullptr}};
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &v);
  epoll_event ev[256];
  for (;;) {
    int to = -1;
    double t = 0;
    if (!waits.empty()) {
      t = now();
      double m = 1e18;
      for (auto& x : waits) m = std::min(m, x.until);
      to = std::max(0, int((m - t) * 1e3) + 1);
    }
    int k = epoll_wait(ep, ev, 256, to);
    if (!waits.empty()) {
      t = now();
      for (size_t i = 0; i < waits.size();)
        if (waits[i].until <= t) {
          auto x = std::move(waits[i]);
          waits.erase(waits.begin() + i);
          fetch(x.c, x.corr, x.ver, x.body, true);
          flush(x.c);
        } else
          ++i;
    }
    for (int i = 0; i < k; ++i) {
      auto* c = (Conn*)ev[i].data.ptr;
      if (!c) {
        for (int f; (f = accept4(l, 0, 0, SOCK_NONBLOCK)) >= 0;) {
          setsockopt(f, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          auto* n = new Conn{f};
          n->in.resize(rb);
          epoll_event x{EPOLLIN, {.ptr = n}};
          epoll_ctl(ep, EPOLL_CTL_ADD, f, &x);
        }
        continue;
      }
      if (ev[i].events & EPOLLOUT) flush(c);
      if (!(ev[i].events & (EPOLLIN | EPOLLHUP))) continue;
      ssize_t n = recv(c->fd, c->in.data() + c->have, c->in.size() - c->have, 0);
      if (n <= 0) {
        if (n < 0 && errno == EAGAIN) continue;
        close(c->fd);
        waits.erase(std::remove_if(waits.begin(), waits.end(), [&](auto& x) { return x.c == c; }), waits.end());
        delete c;
        continue;
      }
      c->have += n;
      size_t need = 0;
      while (c->have - c->at >= 4) {
        i32 s;
        memcpy(&s, c->in.data() + c->at, 4);
        s = __builtin_bswap32(s);
        if (c->have - c->at < 4u + s) {
          need = 4u + s;
          break;
        }
        handle(c, c->in.data() + c->at + 4, s);
        c->at += 4u + s;
      }
      if (c->at == c->have)
        c->at = c->have = 0;
      else if (c->at && (c->at + std::max<size_t>(need, 4) > c->in.size())) {
        memmove(c->in.data(), c->in.data() + c->at, c->have - c->at);
        c->have -= c->at;
        c->at = 0;
      }
      if (need > c->in.size()) c->in.resize(need * 2);
      if (!c->out.empty() && !c->want) flush(c);
    }
  }
}
