// The lines of the conversation, and what is asked about no member.
#include "members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"

enum { kMaxMembers = 64 };

void say(const char *format, ...) {
  static pthread_mutex_t whole_lines = PTHREAD_MUTEX_INITIALIZER;
  va_list arguments;
  va_start(arguments, format);
  pthread_mutex_lock(&whole_lines);
  vprintf(format, arguments);
  putchar('\n');
  fflush(stdout);
  pthread_mutex_unlock(&whole_lines);
  va_end(arguments);
}

rd_kafka_conf_t *group_conf(const char *bootstrap, const char *group) {
  rd_kafka_conf_t *conf = base_conf(bootstrap);
  set_conf(conf, "group.id", group);
  set_conf(conf, "auto.offset.reset", "earliest");
  set_conf(conf, "enable.auto.commit", "false");
  set_conf(conf, "topic.metadata.refresh.interval.ms", "500");
  return conf;
}

rd_kafka_t *group_consumer(const char *bootstrap, rd_kafka_conf_t *conf) {
  char why[512];
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  if (rk == NULL) {
    fprintf(stderr, "%s: %s\n", bootstrap, why);
    exit(1);
  }
  rd_kafka_poll_set_consumer(rk);
  return rk;
}

static void answer_offsets(const char *number, rd_kafka_resp_err_t err, const rd_kafka_topic_partition_list_t *list) {
  char text[1024] = "";
  size_t used = 0;
  for (int i = 0; i < list->cnt && used < sizeof text - 32; i++) {
    if (!err) err = list->elems[i].err;
    used += (size_t)snprintf(text + used, sizeof text - used, " %lld", list->elems[i].offset < 0 ? -1LL : (long long)list->elems[i].offset);
  }
  if (err) {
    say("failed %s %s", number, rd_kafka_err2str(err));
  } else {
    say("ok %s%s", number, text);
  }
}

static void answer_committed(const char *bootstrap, const struct call *call) {
  rd_kafka_t *rk = group_consumer(bootstrap, group_conf(bootstrap, call->words[2]));
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
  for (int i = 0; i < atoi(call->words[4]); i++) rd_kafka_topic_partition_list_add(list, call->words[3], i);
  answer_offsets(call->words[0], rd_kafka_committed(rk, list, kPatienceMs), list);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(rk);
}

static void answer_times(const char *bootstrap, const struct call *call) {
  rd_kafka_t *rk = group_consumer(bootstrap, group_conf(bootstrap, "compat-times"));
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, call->words[2], atoi(call->words[3]))->offset = atoll(call->words[4]);
  answer_offsets(call->words[0], rd_kafka_offsets_for_times(rk, list, kPatienceMs), list);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(rk);
}

// NULL at the end of standard input.
static struct call *read_call(void) {
  struct call *call = calloc(1, sizeof *call);
  size_t size = 0;
  if (getline(&call->line, &size, stdin) < 0) {
    free(call->line);
    free(call);
    return NULL;
  }
  char *rest = NULL;
  for (char *word = strtok_r(call->line, " \n", &rest); word && call->count < kMaxWords; word = strtok_r(NULL, " \n", &rest))
    call->words[call->count++] = word;
  return call;
}

static struct member *find_member(struct member *const *members, int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(members[i]->name, name) == 0) return members[i];
  fprintf(stderr, "no member %s\n", name);
  exit(1);
}

void converse(const char *bootstrap) {
  struct member *members[kMaxMembers];
  int count = 0;
  for (struct call *call; (call = read_call()) != NULL;) {
    const char *verb = call->words[1];
    if (strcmp(verb, "open") == 0 && count < kMaxMembers) {
      members[count++] = start_member(bootstrap, call);  // which keeps the call, for its options
    } else if (strcmp(verb, "commit") == 0 || strcmp(verb, "seek") == 0 || strcmp(verb, "close") == 0) {
      tell_member(find_member(members, count, call->words[2]), call);
    } else {
      if (strcmp(verb, "committed") == 0) answer_committed(bootstrap, call);
      if (strcmp(verb, "times") == 0) answer_times(bootstrap, call);
      free(call->line);
      free(call);
    }
  }
  exit(0);  // members that are still open end with the process
}
