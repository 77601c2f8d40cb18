// Client-side benchmark over the librdkafka C API; the broker can be anything. Reports client CPU and, with -P pid, broker CPU.
// usage: rdk_bench produce|consume|e2e|mock -b host:port -t topic -n msgs -s size -p partitions -r rate/s -w msgs -P broker_pid[,pid] -B
//   -X key=value
//   -w (e2e): so many before them, at the same rate, that do not count
//   mock: serves librdkafka's mock cluster with -p brokers, prints its bootstrap list, runs until killed
//   -B (consume): batch-queue API instead of one consumer_poll per message
// build: g++ -O2 -std=c++20 rdk_bench.cpp -o rdk_bench -lrdkafka
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>
using std::string;
static double now(clockid_t c = CLOCK_MONOTONIC) {
  timespec t;
  clock_gettime(c, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static std::vector<int> pids;
static double bcpu() {  // exact: what /proc says is in steps of 10 ms
  double sum = 0;
  for (int pid : pids) {
    clockid_t clock;
    if (clock_getcpuclockid(pid, &clock) == 0) sum += now(clock);
  }
  return sum;
}
static string payload(size_t rec, unsigned seed) {
  std::mt19937 r(seed);
  const char* w[] = {"alpha", "order", "mobile", "kitchen", "winter", "table", "signal", "network", "paper", "yellow", "garden", "pocket"};
  char h[256];
  snprintf(h, sizeof h, "{\"id\":%u,\"ts\":%llu,\"user\":\"u-%08x\",\"price\":%u.%02u,\"session\":\"%08x-%04x\",\"text\":\"", (unsigned)r(),
           1700000000000ull + r() % 100000000, (unsigned)r(), (unsigned)(r() % 1000), (unsigned)(r() % 100), (unsigned)r(),
           (unsigned)(r() & 0xffff));
  string s = h;
  while (s.size() < rec) {
    s += w[r() % 12];
    s += ' ';
    if (r() % 4 == 0) s += std::to_string(r() % 100000);
  }
  s.resize(rec);
  return s;
}
static std::atomic<long> acked, failed;
static std::vector<float> alat, elat;
static bool lat_on;
static void dr(rd_kafka_t*, const rd_kafka_message_t* m, void*) {
  if (m->err)
    ++failed;
  else
    ++acked;
  if (lat_on) {
    double t;
    memcpy(&t, m->payload, 8);
    if (t != 0) alat.push_back(float((now() - t) * 1e6));
  }
}
static void pct(const char* n, std::vector<float>& v) {
  if (v.empty()) return;
  std::sort(v.begin(), v.end());
  printf(" %s p50=%.0f us p99=%.0f us p99.9=%.0f us max=%.0f us", n, v[v.size() / 2], v[v.size() * 99 / 100], v[v.size() * 999 / 1000],
         v.back());
}
int main(int ac, char** av) {
  string mode = av[1], b = "127.0.0.1:9092", topic = "bench";
  long n = 1000000, warm = 0;
  size_t size = 1024;
  int parts = 1;
  double rate = 10000;
  bool batch = false;
  std::vector<string> X;
  optind = 2;
  for (int o; (o = getopt(ac, av, "b:t:n:s:p:r:w:P:X:B")) != -1;) switch (o) {
      case 'b':
        b = optarg;
        break;
      case 't':
        topic = optarg;
        break;
      case 'n':
        n = atol(optarg);
        break;
      case 's':
        size = atol(optarg);
        break;
      case 'p':
        parts = atoi(optarg);
        break;
      case 'r':
        rate = atof(optarg);
        break;
      case 'w':
        warm = atol(optarg);
        break;
      case 'B':
        batch = true;
        break;
      case 'X':
        X.push_back(optarg);
        break;
      case 'P':
        for (char* q = strtok(optarg, ","); q; q = strtok(0, ",")) pids.push_back(atoi(q));
        break;
      default:
        return 2;
    }
  auto conf = [&](bool prod) {
    auto* c = rd_kafka_conf_new();
    char e[512];
    auto set = [&](const string& k, const string& v) {
      if (rd_kafka_conf_set(c, k.c_str(), v.c_str(), e, 512)) {
        fprintf(stderr, "%s\n", e);
        exit(2);
      }
    };
    if (mode != "mock") set("bootstrap.servers", b);
    for (auto& x : X) {
      string k = x.substr(0, x.find('=')), v = x.substr(x.find('=') + 1);
      if (k.rfind("p:", 0) == 0) {
        if (prod) set(k.substr(2), v);
      } else if (k.rfind("c:", 0) == 0) {
        if (!prod) set(k.substr(2), v);
      } else
        set(k, v);
    }
    if (prod)
      rd_kafka_conf_set_dr_msg_cb(c, dr);
    else {
      set("group.id", "rdk_bench");
      set("enable.auto.commit", "false");
    }
    return c;
  };
  char err[512];
  if (mode == "mock") {
    auto* rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf(true), err, 512);
    auto* m = rd_kafka_mock_cluster_new(rk, parts);
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(m));
    fflush(stdout);
    for (;;) pause();
  }
  string x;
  for (auto& s : X) x += " " + s;
  auto consumer = [&](bool begin) {
    auto* rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf(false), err, 512);
    if (!rk) {
      fprintf(stderr, "%s\n", err);
      exit(1);
    }
    rd_kafka_poll_set_consumer(rk);
    auto* l = rd_kafka_topic_partition_list_new(parts);
    for (int i = 0; i < parts; ++i) rd_kafka_topic_partition_list_add(l, topic.c_str(), i)->offset = begin ? 0 : RD_KAFKA_OFFSET_END;
    rd_kafka_assign(rk, l);
    rd_kafka_topic_partition_list_destroy(l);
    return rk;
  };
  if (mode == "produce" || mode == "e2e") {
    std::vector<string> pl;
    for (int i = 0; i < 1024; ++i) pl.push_back(payload(size, i));
    lat_on = mode == "e2e";
    rd_kafka_t* ck = 0;
    std::atomic<bool> done = false;
    std::thread ct;
    std::atomic<long> seen = 0, uncounted = 0;  // records without a time do not count
    auto* rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf(true), err, 512);
    if (!rk) {
      fprintf(stderr, "%s\n", err);
      return 1;
    }
    auto* rt = rd_kafka_topic_new(rk, topic.c_str(), 0);
    for (int i = 0; i < 20; ++i) {
      double t = now();
      string s = pl[0];
      memcpy(s.data(), &t, 8);
      rd_kafka_produce(rt, i % parts, RD_KAFKA_MSG_F_COPY, s.data(), size, 0, 0, 0);
    }
    rd_kafka_flush(rk, 20000);
    if (!acked) {
      fprintf(stderr, "no acks\n");
      return 1;
    }
    if (lat_on) {
      ck = consumer(false);
      elat.reserve(n);
      ct = std::thread([&] {
        while (!done) {
          auto* m = rd_kafka_consumer_poll(ck, 100);
          if (!m) continue;
          if (!m->err && m->len >= 8) {
            double t;
            memcpy(&t, m->payload, 8);
            if (t == 0)
              ++uncounted;
            else {
              elat.push_back(float((now() - t) * 1e6));
              ++seen;
            }
          }
          rd_kafka_message_destroy(m);
        }
      });
      // The consumer begins at the end, wherever that is when its broker says so: until it reads what is produced.
      string probe = pl[0];
      memset(probe.data(), 0, 8);
      for (double began = now(); !uncounted;) {
        rd_kafka_produce(rt, 0, RD_KAFKA_MSG_F_COPY, probe.data(), size, 0, 0, 0);
        rd_kafka_poll(rk, 20);
        if (now() - began > 20) {
          fprintf(stderr, "the consumer reads nothing\n");
          _exit(1);
        }
      }
      rd_kafka_flush(rk, 20000);
    }
    acked = 0;
    failed = 0;
    alat.clear();
    std::thread pt;
    std::atomic<bool> pdone = false;
    if (lat_on)
      pt = std::thread([&] {
        while (!pdone) rd_kafka_poll(rk, 50);
      });
    double tick = rate > 2000 ? 500e-6 : 1 / rate;
    prctl(PR_SET_TIMERSLACK, 1000);
    double start = now(), t0 = 0, c0 = 0, b0 = 0, next = start;
    string tmp;
    for (long i = 0; i < n + warm; ++i) {
      if (i == warm) {
        t0 = now();
        c0 = now(CLOCK_PROCESS_CPUTIME_ID);
        b0 = bcpu();
      }
      const string* s = &pl[i & 1023];
      if (lat_on) {  // open loop: messages of one tick share its intended time, so a late send counts as latency; sleeps, never spins
        next = start + std::floor(i / rate / tick) * tick;
        while (now() < next) {
          timespec ts{(time_t)next, (long)((next - (time_t)next) * 1e9)};
          clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, 0);
        }
        tmp = *s;
        const double stamp = i < warm ? 0 : next;
        memcpy(tmp.data(), &stamp, 8);
        s = &tmp;
      }
      while (rd_kafka_produce(rt, i % parts, RD_KAFKA_MSG_F_COPY, (void*)s->data(), size, 0, 0, 0) == -1) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
          fprintf(stderr, "%s\n", rd_kafka_err2str(rd_kafka_last_error()));
          return 1;
        }
        rd_kafka_poll(rk, 5);
      }
      if ((i & 255) == 0 && !lat_on) rd_kafka_poll(rk, 0);
    }
    while (acked + failed < n + warm) {
      if (lat_on)
        usleep(2000);
      else
        rd_kafka_poll(rk, 10);
    }
    pdone = true;
    if (pt.joinable()) pt.join();
    double dt = now() - t0, cpu = now(CLOCK_PROCESS_CPUTIME_ID) - c0, bc = bcpu() - b0, gb = double(n) * size / 1e9;
    printf("%s size=%zu parts=%d%s | %.0f msg/s %.1f MB/s client_cpu=%.3f us/msg broker_cpu=%.3f s/GB total_cpu_used=%.2f cores",
           mode.c_str(), size, parts, x.c_str(), n / dt, n * size / dt / 1e6, cpu / n * 1e6, bc / gb, (cpu + bc) / dt);
    if (failed) printf(" FAILED=%ld", failed.load());
    if (lat_on) {
      double w = now();
      while (seen < n && now() - w < 5) usleep(1000);
      done = true;
      ct.join();
      if (seen < n) printf(" FAILED: %ld were not read", n - seen.load());
      pct("ack", alat);
      pct("e2e", elat);
    }
    puts("");
    fflush(stdout);
    _exit(0);
  }
  auto* rk = consumer(true);
  long got = 0, bytes = 0;
  double t0 = 0, c0 = 0, b0 = 0, tw = now();
  rd_kafka_queue_t* q = rd_kafka_queue_get_consumer(rk);
  std::vector<rd_kafka_message_t*> ms(10000);
  while (got < n) {
    if (batch) {
      ssize_t k = rd_kafka_consume_batch_queue(q, 100, ms.data(), ms.size());
      for (ssize_t i = 0; i < k; ++i) {
        if (!ms[i]->err) {
          ++got;
          bytes += ms[i]->len;
        }
        rd_kafka_message_destroy(ms[i]);
      }
    } else if (auto* m = rd_kafka_consumer_poll(rk, 100)) {
      if (!m->err) {
        ++got;
        bytes += m->len;
      }
      rd_kafka_message_destroy(m);
    }
    if (!t0 && got) {
      t0 = now();
      c0 = now(CLOCK_PROCESS_CPUTIME_ID);
      b0 = bcpu();
    }
    if (now() - tw > 60) break;
  }
  if (got < n) printf("FAILED: %ld were not read ", n - got);
  double dt = now() - t0, cpu = now(CLOCK_PROCESS_CPUTIME_ID) - c0, bc = bcpu() - b0;
  printf("consume%s size=%zu parts=%d%s | %.0f msg/s %.1f MB/s client_cpu=%.3f us/msg broker_cpu=%.3f s/GB total_cpu_used=%.2f cores\n",
         batch ? "-batch" : "", size, parts, x.c_str(), got / dt, bytes / dt / 1e6, cpu / got * 1e6, bc / (bytes / 1e9), (cpu + bc) / dt);
  fflush(stdout);
  _exit(0);
}
