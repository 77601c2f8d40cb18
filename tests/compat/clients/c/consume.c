// Reads all partitions of a pass together: explicit assignment from explicit offsets, nothing committed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compat.h"

struct reading {
  const struct job *job;
  FILE *rows;
  int64_t seen;
};

static rd_kafka_t *new_consumer(const char *bootstrap) {
  rd_kafka_conf_t *conf = base_conf(bootstrap);
  set_conf(conf, "group.id", "compat-unused");  // assign() asks for one; no group call is made for it
  set_conf(conf, "enable.auto.commit", "false");
  set_conf(conf, "auto.offset.reset", "error");
  set_conf(conf, "check.crcs", "true");
  char why[512];
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  if (rk == NULL) {
    fprintf(stderr, "%s\n", why);
    exit(1);
  }
  rd_kafka_poll_set_consumer(rk);
  return rk;
}

static void finish(struct reading *reading, const char *why) {
  fclose(reading->rows);
  reading->rows = NULL;
  answer(reading->job, why);
}

static struct reading *find(struct reading *readings, int count, const char *topic) {
  for (int i = 0; i < count; i++)
    if (strcmp(readings[i].job->topic, topic) == 0) return &readings[i];
  return NULL;
}

// Returns whether this was the last record that the reading wants.
static int take(struct reading *reading, const rd_kafka_message_t *message) {
  const int64_t row[3] = {message->offset, rd_kafka_message_timestamp(message, NULL), message_digest(message)};
  fwrite(row, sizeof row, 1, reading->rows);
  if (++reading->seen < reading->job->count) return 0;
  finish(reading, NULL);
  return 1;
}

static void read_pass(const char *bootstrap, const struct job *jobs, int count, int idle_seconds) {
  static struct reading readings[kMaxJobs];
  rd_kafka_t *rk = new_consumer(bootstrap);
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
  for (int i = 0; i < count; i++) {
    readings[i] = (struct reading){&jobs[i], fopen(jobs[i].rows, "wb"), 0};
    if (readings[i].rows == NULL) exit(1);
    rd_kafka_topic_partition_list_add(list, jobs[i].topic, 0)->offset = jobs[i].first;
  }
  rd_kafka_assign(rk, list);
  rd_kafka_topic_partition_list_destroy(list);
  int open = count;
  time_t last = time(NULL);
  while (open > 0 && time(NULL) - last <= idle_seconds) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, 100);
    if (message == NULL) continue;
    struct reading *reading = message->rkt == NULL ? NULL : find(readings, count, rd_kafka_topic_name(message->rkt));
    if (message->err) {
      fprintf(stderr, "%s\n", rd_kafka_message_errstr(message));
      if (reading != NULL && reading->rows != NULL && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        finish(reading, rd_kafka_message_errstr(message));
        open--;
      }
    } else if (reading != NULL && reading->rows != NULL) {
      open -= take(reading, message);
      last = time(NULL);
    }
    rd_kafka_message_destroy(message);
  }
  for (int i = 0; i < count; i++) {
    char why[128];
    if (readings[i].rows == NULL) continue;
    snprintf(why, sizeof why, "nothing new came after %ld of %ld records", readings[i].seen, jobs[i].count);
    finish(&readings[i], why);
  }
  rd_kafka_consumer_close(rk);
  rd_kafka_destroy(rk);
}

void consume(const char *bootstrap, int idle_seconds) {
  static struct job jobs[kMaxJobs];
  for (int count; (count = read_consume_jobs(jobs)) > 0;) read_pass(bootstrap, jobs, count, idle_seconds);
}
