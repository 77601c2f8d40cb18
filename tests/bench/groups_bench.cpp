// What groups cost a broker, over the raw protocol (versions that Apache Kafka 4 and we both speak); the broker can be anything.
//   groups_bench PORT PID commits CONNECTIONS COUNT WARM [RATE [PARTITIONS]]
//     each connection has a group and at most one commit under way, of so many partitions; RATE a second in all, 0: as fast as they are answered
//   groups_bench PORT PID crowd GROUPS MEMBERS COUNT WARM    every member of every group commits once a second, COUNT times in all
//   groups_bench PORT PID rebalance MEMBERS ROUNDS WARM      all members of a group join anew at once, until all have their assignment
//   groups_bench PORT PID consumers MEMBERS ROUNDS WARM
//     one of a KIP-848 group's members leaves and another comes, until topic `wide` is dealt out and all are in one epoch; each beats every 100 ms
//   groups_bench PORT PID groups COUNT                       one committed offset in each of COUNT groups
//   groups_bench PORT PID members GROUPS MEMBERS             stable groups; the members stay until their sessions end
// Prints a line; CPU is the broker's. WARM runs are not counted: a JVM compiles what it has often run.
#include "probe.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>

struct Committer {
  int fd;
  string group, member;
  int64_t generation = -1;
};
static string commit(const Committer& from, int64_t offset, int partitions = 1) {
  string body = text(from.group) + i32(from.generation) + text(from.member) + i64(-1) + i32(1) + text("bench") + i32(partitions);
  for (int p = 0; p < partitions; ++p) body += i32(p) + i64(offset) + text("");
  return frame(8, 2, body);
}
static int commit_error(const string& data) {
  Reader reader{data};
  reader.number(4), reader.text();
  int worst = 0;
  for (int64_t left = reader.number(4); left > 0; --left) {
    reader.number(4);
    if (const int error = reader.error()) worst = error;
  }
  return worst;
}
// The coordinator may have to make its topic, or to load, first.
static void commit_surely(int fd, const string& group) {
  for (int error = 14, attempt = 0; error; ++attempt) {
    send_all(fd, commit({fd, group}, 1));
    error = commit_error(reply(fd));
    if (error && ((error < 14 || error > 16) || attempt > 600)) must(error, "commit");
    if (error) poll(nullptr, 0, 100);
  }
}
static void look_up(int fd, const string& group) {
  for (int error = 15, attempt = 0; error; ++attempt) {
    send_all(fd, frame(10, 1, text(group) + string(1, 0)));
    const string data = reply(fd);
    Reader reader{data};
    reader.number(4);
    error = reader.error();
    if (error && attempt > 600) must(error, "coordinator");
    if (error) poll(nullptr, 0, 100);
  }
}

// At most one of each under way; so many a second in all, 0: as fast as they are answered.
static void commit_on(const std::vector<Committer>& all, int pid, int64_t count, int64_t warm, double rate, int partitions) {
  const int poller = epoll_create1(0);
  std::deque<size_t> idle;
  std::vector<double> due(all.size(), 0), took;
  for (size_t i = 0; i < all.size(); ++i) {
    epoll_event event{EPOLLIN, {.u32 = uint32_t(i)}};
    epoll_ctl(poller, EPOLL_CTL_ADD, all[i].fd, &event);
    idle.push_back(i);
  }
  int64_t begun = 0, done = 0;
  double from = 0, cpu = 0, next = now();
  took.reserve(size_t(count));
  std::vector<epoll_event> events(64);
  while (done < warm + count) {
    // With a rate, the time counts from when it should have been sent.
    while (begun < warm + count && !idle.empty() && (rate == 0 || next <= now())) {
      const size_t i = idle.front();
      idle.pop_front();
      due[i] = rate == 0 ? now() : next;
      if (rate != 0) next += 1 / rate;
      send_all(all[i].fd, commit(all[i], ++begun, partitions));
    }
    const double left = rate == 0 || idle.empty() || begun == warm + count ? 1 : std::max(0.0, next - now());
    const timespec wait{time_t(left), long((left - double(time_t(left))) * 1e9)};
    const int ready = epoll_pwait2(poller, events.data(), int(events.size()), &wait, nullptr);
    for (int e = 0; e < ready; ++e) {
      const size_t i = events[size_t(e)].data.u32;
      must(commit_error(reply(all[i].fd)), "commit");
      if (++done == warm + 1) from = now(), cpu = cpu_of(pid);
      if (done > warm) took.push_back(now() - due[i]);
      idle.push_back(i);
    }
  }
  const double seconds = now() - from, used = cpu_of(pid) - cpu;
  std::sort(took.begin(), took.end());
  printf("%.0f commits/s, p50 %.3f ms, p99 %.3f ms, %.2f us CPU a commit\n", double(count) / seconds, took[took.size() / 2] * 1e3,
         took[took.size() * 99 / 100] * 1e3, used / double(count) * 1e6);
}

static void commits(int pid, int connections, int64_t count, int64_t warm, double rate, int partitions) {
  std::vector<Committer> all;
  for (int i = 0; i < connections; ++i) {
    all.push_back({connect_to(), "group-" + std::to_string(i)});
    look_up(all.back().fd, all.back().group);
    commit_surely(all.back().fd, all.back().group);
  }
  commit_on(all, pid, count, warm, rate, partitions);
}

struct Member {
  int fd;
  string id;
  int64_t generation = -1;
  bool leads = false;
  std::vector<string> all;
};
static void send_join(Member& member, const string& group, int round) {
  const string subscription = i16(1) + i32(1) + text("bench") + octets("round " + std::to_string(round)) + i32(0);
  send_all(member.fd, frame(11, 5,
                            text(group) + i32(1800000) + i32(300000) + text(member.id) + i16(-1) + text("consumer") + i32(1) +
                                text("range") + octets(subscription)));
}
static int take_join(Member& member) {
  const string data = reply(member.fd);
  Reader reader{data};
  reader.number(4);
  const int error = reader.error();
  member.generation = reader.number(4);
  reader.text();
  const string leader = reader.text();
  member.id = reader.text();
  member.leads = !error && leader == member.id;
  member.all.clear();
  for (int64_t left = reader.number(4); left > 0; --left) {
    member.all.push_back(reader.text());
    reader.text();
    reader.take(size_t(reader.number(4)));
  }
  return error;
}
static void sync(std::vector<Member>& members, const string& group) {
  for (Member& member : members) {
    string shares = i32(0);
    if (member.leads) {
      shares = i32(int64_t(member.all.size()));
      int partition = 0;
      for (const string& id : member.all)
        shares += text(id) + octets(i16(1) + i32(1) + text("bench") + i32(2) + i32(partition++) + i32(partition++) + i32(-1));
    }
    send_all(member.fd, frame(14, 3, text(group) + i32(member.generation) + text(member.id) + i16(-1) + shares));
  }
  for (Member& member : members) {
    const string data = reply(member.fd);
    Reader reader{data};
    reader.number(4);
    must(reader.error(), "sync");
  }
}
static void take_joins(std::vector<Member>& members) {
  for (Member& member : members) must(take_join(member), "join");
  const bool one = std::all_of(members.begin(), members.end(), [&](Member& each) { return each.generation == members[0].generation; });
  if (!one) fprintf(stderr, "generations differ\n"), exit(1);
}
// All at once, until all have their assignment.
static void rebalance(std::vector<Member>& members, const string& group, int round) {
  for (Member& member : members) send_join(member, group, round);
  take_joins(members);
  sync(members, group);
}
// Ids first, which Kafka gives before it lets anybody in.
static std::vector<Member> gather(const std::vector<int>& fds, const string& group) {
  std::vector<Member> members;
  for (int fd : fds) members.push_back({fd});
  for (Member& member : members) {
    send_join(member, group, 0);
    if (const int error = take_join(member); error != 79) must(error ? error : -1, "id");
  }
  return members;
}

// Nobody of an earlier run is a member any more of a group of this one.
static const string& group_of_all() {
  static const string name = "all-" + std::to_string(getpid());
  return name;
}

// Each member is a connection, as a consumer's is. They leave at the end, so that nobody waits for them.
static void crowd(int pid, int groups, int count, int64_t commits, int64_t warm) {
  std::vector<std::vector<Member>> all;
  std::vector<string> names;
  for (int g = 0; g < groups; ++g) {
    names.push_back("crowd-" + std::to_string(getpid()) + "-" + std::to_string(g));
    std::vector<int> fds;
    for (int i = 0; i < count; ++i) fds.push_back(connect_to());
    look_up(fds[0], names.back());
    if (g == 0) commit_surely(fds[0], "other");
    all.push_back(gather(fds, names.back()));
  }
  for (size_t g = 0; g < all.size(); ++g)
    for (Member& member : all[g]) send_join(member, names[g], 1);
  std::vector<Committer> members;
  for (size_t g = 0; g < all.size(); ++g) {
    take_joins(all[g]);
    sync(all[g], names[g]);
    for (const Member& member : all[g]) members.push_back({member.fd, names[g], member.id, member.generation});
  }
  commit_on(members, pid, commits, warm, groups * count, 1);
  for (const Committer& each : members) send_all(each.fd, frame(13, 1, text(each.group) + text(each.member)));
  for (const Committer& each : members) {
    const string data = reply(each.fd);
    Reader reader{data};
    reader.number(4);
    must(reader.error(), "leave");
  }
}

static void rebalances(int pid, int count, int rounds, int warm) {
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) fds.push_back(connect_to());
  look_up(fds[0], group_of_all());
  commit_surely(fds[0], "other");
  std::vector<Member> members = gather(fds, group_of_all());
  std::vector<double> took;
  double cpu = 0;
  for (int round = 1; round <= warm + rounds; ++round) {
    if (round == warm + 1) cpu = cpu_of(pid);
    const double from = now();
    rebalance(members, group_of_all(), round);
    if (round > warm) took.push_back(now() - from);
  }
  const double used = cpu_of(pid) - cpu;
  std::sort(took.begin(), took.end());
  printf("%d members: p50 %.2f ms, slowest %.2f ms, %.2f ms CPU a rebalance\n", count, took[took.size() / 2] * 1e3, took.back() * 1e3,
         used / rounds * 1e3);
}

static string varint(uint64_t n) {
  string out;
  for (; n > 127; n >>= 7) out += char(n & 127 | 128);
  return out + char(n);
}
static string compact(const string& s) { return varint(s.size() + 1) + s; }

struct Consumer {
  int fd;
  string id, topic_id;
  int64_t epoch = 0;
  std::vector<int64_t> owned;
  bool untold = true;
};
static void send_beat(Consumer& member, int64_t epoch) {
  string body = compact(group_of_all()) + compact(member.id) + i32(epoch) + varint(0) + varint(0) + i32(epoch == 0 ? 60000 : -1);
  body += epoch == 0 ? varint(2) + compact("wide") : varint(0);
  body += varint(0) + varint(0);
  if (epoch > 0 && !member.untold) {
    body += varint(0);
  } else if (member.owned.empty()) {
    body += varint(1);
  } else {
    body += varint(2) + member.topic_id + varint(member.owned.size() + 1);
    for (int64_t partition : member.owned) body += i32(partition);
    body += varint(0);
  }
  member.untold = false;
  const string request = i16(68) + i16(1) + i32(7) + text("bench") + varint(0) + body + varint(0);
  send_all(member.fd, i32(int64_t(request.size())) + request);
}
static void take_beat(Consumer& member) {
  const string data = reply(member.fd);
  Reader reader{data};
  reader.at += 1;  // no tags
  reader.number(4);
  const int error = reader.error();
  reader.take(reader.varint()), reader.take(reader.varint());
  must(error, "heartbeat");
  member.epoch = reader.number(4);
  reader.number(4);
  if (int8_t(reader.number(1)) < 0) return;
  member.owned.clear();
  for (size_t topics = reader.varint(); topics > 0; --topics) {
    member.topic_id = reader.take(16);
    for (size_t left = reader.varint(); left > 0; --left) member.owned.push_back(reader.number(4));
    reader.at += 1;
  }
  member.untold = true;
}
static void beat_all(std::vector<Consumer>& members) {
  for (Consumer& member : members) send_beat(member, member.epoch);
  for (Consumer& member : members) take_beat(member);
}
static bool settled(const std::vector<Consumer>& members, size_t partitions) {
  size_t owned = 0;
  for (const Consumer& member : members) {
    owned += member.owned.size();
    if (member.epoch != members[0].epoch || member.untold) return false;
  }
  return owned == partitions;
}
static void consumers(int pid, int count, int rounds, int warm) {
  std::vector<Consumer> members;
  int number = 0;
  auto name = [&] { return "member-" + std::to_string(1000000 + number++) + "-aaaa"; };
  for (int i = 0; i < count; ++i) members.push_back({connect_to(), name()});
  look_up(members[0].fd, group_of_all());
  commit_surely(members[0].fd, "other");
  const size_t partitions = size_t(count) * 2;
  std::vector<double> took;
  double cpu = 0;
  for (int round = 0; round <= warm + rounds; ++round) {
    if (round == warm + 1) cpu = cpu_of(pid);
    const double from = now();
    if (round > 0) {
      Consumer& leaver = members[size_t(round) % members.size()];
      leaver.owned.clear();
      send_beat(leaver, -1), take_beat(leaver);
      leaver = {leaver.fd, name()};
    }
    for (double due = now();; due += 0.1) {
      beat_all(members);
      if (settled(members, partitions)) break;
      if (now() - from > 60) fprintf(stderr, "does not settle\n"), exit(1);
      if (const double left = due + 0.1 - now(); left > 0) poll(nullptr, 0, int(left * 1e3));
    }
    if (round > warm) took.push_back(now() - from);
  }
  const double used = cpu_of(pid) - cpu;
  std::sort(took.begin(), took.end());
  printf("%d consumers: p50 %.2f ms, slowest %.2f ms, %.2f ms CPU a rebalance\n", count, took[took.size() / 2] * 1e3, took.back() * 1e3,
         used / rounds * 1e3);
}

static void many_groups(int64_t count) {
  const int fd = connect_to();
  look_up(fd, "many-0");
  commit_surely(fd, "many-0");
  for (int64_t from = 0; from < count; from += 256) {
    const int64_t until = std::min(count, from + 256);
    string all;
    for (int64_t i = from; i < until; ++i) all += commit({fd, "many-" + std::to_string(i)}, 1);
    send_all(fd, all);
    for (int64_t i = from; i < until; ++i) must(commit_error(reply(fd)), "commit");
  }
  printf("%lld groups\n", static_cast<long long>(count));
}
static void many_members(int groups, int count) {
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) fds.push_back(connect_to());
  look_up(fds[0], "crowd-0");
  commit_surely(fds[0], "other");
  for (int g = 0; g < groups; ++g) {
    const string group = "crowd-" + std::to_string(g);
    std::vector<Member> members = gather(fds, group);
    rebalance(members, group, 1);
  }
  printf("%d members\n", groups * count);
}

int main(int argc, char** argv) {
  if (argc < 5) return fprintf(stderr, "groups_bench PORT PID commits|rebalance|consumers|groups|members …\n"), 2;
  port = atoi(argv[1]);
  const int pid = atoi(argv[2]);
  const string what = argv[3];
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  auto number = [&](int at) { return at < argc ? atoll(argv[at]) : 0; };
  if (what == "commits") commits(pid, int(number(4)), number(5), number(6), double(number(7)), std::max(1, int(number(8))));
  if (what == "crowd") crowd(pid, int(number(4)), int(number(5)), number(6), number(7));
  if (what == "rebalance") rebalances(pid, int(number(4)), int(number(5)), int(number(6)));
  if (what == "consumers") consumers(pid, int(number(4)), int(number(5)), int(number(6)));
  if (what == "groups") many_groups(number(4));
  if (what == "members") many_members(int(number(4)), int(number(5)));
}
