// One member of a group: its thread, its consumer, its rebalances.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "members.h"

static const char *option(const struct call *opening, const char *name) {
  const size_t length = strlen(name);
  for (int i = 4; i < opening->count; i++)
    if (strncmp(opening->words[i], name, length) == 0 && opening->words[i][length] == '=') return opening->words[i] + length + 1;
  return NULL;
}

static void say_places(const char *word, const char *name, const rd_kafka_topic_partition_list_t *list) {
  char text[4096] = "";
  size_t used = 0;
  for (int i = 0; i < list->cnt && used < sizeof text - 300; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s:%d", i ? "," : "", list->elems[i].topic, list->elems[i].partition);
  say("%s %s %s", word, name, text);
}

// librdkafka 2.0.2 takes an answer about the beginning of a partition that comes after a rebalance for a reason to go there, whatever is
// committed. So it is not left to ask: partitions are assigned with their offsets.
static void place(rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list) {
  if (rd_kafka_committed(rk, list, kPatienceMs)) return;
  for (int i = 0; i < list->cnt; i++)
    if (list->elems[i].offset < 0) list->elems[i].offset = 0;
}

static void rebalanced(rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *list, void *opaque) {
  struct member *member = opaque;
  const int assigned = err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  if (assigned) place(rk, list);
  say_places(assigned ? "assigned" : "revoked", member->name, list);
  if (strcmp(rd_kafka_rebalance_protocol(rk), "COOPERATIVE") == 0) {
    rd_kafka_error_destroy(assigned ? rd_kafka_incremental_assign(rk, list) : rd_kafka_incremental_unassign(rk, list));
  } else {
    rd_kafka_assign(rk, assigned ? list : NULL);
  }
}

static rd_kafka_t *open_consumer(struct member *member, const char *bootstrap) {
  const struct call *opening = member->opening;
  rd_kafka_conf_t *conf = group_conf(bootstrap, opening->words[3]);
  set_conf(conf, "enable.auto.commit", strcmp(option(opening, "commit"), "auto") == 0 ? "true" : "false");
  set_conf(conf, "auto.commit.interval.ms", "200");
  set_conf(conf, "heartbeat.interval.ms", "300");
  set_conf(conf, "session.timeout.ms", "10000");
  set_conf(conf, "partition.assignment.strategy", strcmp(option(opening, "assignor"), "range") == 0 ? "range" : "cooperative-sticky");
  if (option(opening, "instance")) set_conf(conf, "group.instance.id", option(opening, "instance"));
  rd_kafka_conf_set_rebalance_cb(conf, rebalanced);
  rd_kafka_conf_set_opaque(conf, member);
  return group_consumer(bootstrap, conf);
}

static rd_kafka_resp_err_t commit(rd_kafka_t *rk, char *triples) {
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
  char *rest = NULL;
  for (char *triple = strtok_r(triples, ",", &rest); triple; triple = strtok_r(NULL, ",", &rest)) {
    char topic[256];
    int partition;
    long long offset;
    if (sscanf(triple, "%255[^:]:%d:%lld", topic, &partition, &offset) == 3) rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
  }
  const rd_kafka_resp_err_t err = rd_kafka_commit(rk, list, 0);
  rd_kafka_topic_partition_list_destroy(list);
  return err;
}

static rd_kafka_resp_err_t seek_to(rd_kafka_t *rk, char *const *words) {
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, words[3], atoi(words[4]))->offset = atoll(words[5]);
  rd_kafka_error_t *error = rd_kafka_seek_partitions(rk, list, kPatienceMs);
  const rd_kafka_resp_err_t err = error ? rd_kafka_error_code(error) : list->elems[0].err;
  rd_kafka_error_destroy(error);
  rd_kafka_topic_partition_list_destroy(list);
  return err;
}

// librdkafka 2.0.2 gives up after a thousandth of the patience that it was given, though it goes on seeking. Nothing is read in between,
// so to seek again does no harm.
static rd_kafka_resp_err_t seek_surely(rd_kafka_t *rk, char *const *words) {
  rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__TIMED_OUT;
  for (int turn = 0; turn < kSeeks && err == RD_KAFKA_RESP_ERR__TIMED_OUT; turn++) err = seek_to(rk, words);
  return err;
}

// Returns whether the member lives on.
static int perform(struct member *member, struct call *call) {
  const int closes = strcmp(call->words[1], "close") == 0;
  rd_kafka_resp_err_t err;
  if (closes) {
    err = rd_kafka_consumer_close(member->rk);
    rd_kafka_destroy(member->rk);
  } else {
    err = strcmp(call->words[1], "commit") == 0 ? commit(member->rk, call->words[3]) : seek_surely(member->rk, call->words);
  }
  if (err) {
    say("failed %s %s", call->words[0], rd_kafka_err2str(err));
  } else {
    say("ok %s", call->words[0]);
  }
  free(call->line);
  free(call);
  return !closes;
}

static struct call *next_call(struct member *member) {
  pthread_mutex_lock(&member->mutex);
  struct call *call = member->first;
  if (call) member->first = call->next;
  pthread_mutex_unlock(&member->mutex);
  return call;
}

static void poll_once(struct member *member) {
  rd_kafka_message_t *message = rd_kafka_consumer_poll(member->rk, kPollMs);
  if (message == NULL) return;
  if (message->err) {
    say("error %s %s", member->name, rd_kafka_message_errstr(message));
  } else {
    say("got %s %s %d %lld", member->name, rd_kafka_topic_name(message->rkt), message->partition, (long long)message->offset);
  }
  rd_kafka_message_destroy(message);
}

struct opening {
  struct member *member;
  const char *bootstrap;
};

static void *live(void *argument) {
  struct opening *opening = argument;
  struct member *member = opening->member;
  member->rk = open_consumer(member, opening->bootstrap);
  free(opening);
  const char *wanted = option(member->opening, "topic");
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, wanted ? wanted : option(member->opening, "pattern"), RD_KAFKA_PARTITION_UA);
  const rd_kafka_resp_err_t err = rd_kafka_subscribe(member->rk, list);
  rd_kafka_topic_partition_list_destroy(list);
  if (err) {
    say("failed %s %s", member->opening->words[0], rd_kafka_err2str(err));
    return NULL;
  }
  say("ok %s", member->opening->words[0]);
  for (int open = 1; open;) {
    struct call *call = next_call(member);
    if (call) {
      open = perform(member, call);
    } else {
      poll_once(member);
    }
  }
  return NULL;
}

struct member *start_member(const char *bootstrap, struct call *opening) {
  struct member *member = calloc(1, sizeof *member);
  struct opening *argument = malloc(sizeof *argument);
  member->name = opening->words[2];
  member->opening = opening;
  pthread_mutex_init(&member->mutex, NULL);
  *argument = (struct opening){member, bootstrap};
  pthread_t thread;
  if (pthread_create(&thread, NULL, live, argument) != 0) exit(1);
  pthread_detach(thread);
  return member;
}

void tell_member(struct member *member, struct call *call) {
  pthread_mutex_lock(&member->mutex);
  if (member->first == NULL) {
    member->first = call;
  } else {
    member->last->next = call;
  }
  member->last = call;
  pthread_mutex_unlock(&member->mutex);
}
