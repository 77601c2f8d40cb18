// The conversation of the C client as members of groups, told in matrix/groups/agent.py. Each member has a thread of its own, which alone
// touches its consumer; what it is told waits in its list of calls, under the member's mutex.
#pragma once
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdarg.h>

enum { kMaxWords = 16, kPatienceMs = 20000, kPollMs = 50, kSeeks = 1000 };

// A line of the conversation, split; `line` owns the text that `words` point into.
struct call {
  char* line;
  int count;
  char* words[kMaxWords];  // NUMBER VERB MEMBER ...
  struct call* next;
};

struct member {
  char* name;
  struct call* opening;
  rd_kafka_t* rk;
  pthread_mutex_t mutex;
  struct call *first, *last;
};

// Prints one whole line, from whichever thread.
void say(const char* format, ...) __attribute__((format(printf, 1, 2)));

rd_kafka_t* group_consumer(const char* bootstrap, rd_kafka_conf_t* conf);
rd_kafka_conf_t* group_conf(const char* bootstrap, const char* group);

// Starts the thread of the member that `opening` opens.
struct member* start_member(const char* bootstrap, struct call* opening);
void tell_member(struct member* member, struct call* call);

// Reads standard input to its end.
void converse(const char* bootstrap);
