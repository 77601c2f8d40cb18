// Creates each topic through the admin API and fills it with an idempotent producer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"

enum { kTimeoutMs = 30000 };

struct tally {
  int64_t acknowledged;
  char why[kWordSize];  // the first failure
};

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
  (void)rk;
  struct tally *tally = opaque;
  if (message->err) {
    if (tally->why[0] == '\0') snprintf(tally->why, sizeof tally->why, "%s", rd_kafka_err2str(message->err));
  } else if (message->offset != tally->acknowledged) {
    if (tally->why[0] == '\0') snprintf(tally->why, sizeof tally->why, "record %ld was acknowledged at offset %ld", tally->acknowledged, message->offset);
  }
  tally->acknowledged++;
}

static void create_topic(rd_kafka_t *rk, const char *topic, char *why) {
  char error[256] = "";
  rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, 1, 1, error, sizeof error);
  rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
  rd_kafka_CreateTopics(rk, &wanted, 1, NULL, queue);
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, kTimeoutMs);
  if (event == NULL) {
    snprintf(why, kWordSize, "CreateTopics was not answered");
  } else if (rd_kafka_event_error(event)) {
    snprintf(why, kWordSize, "CreateTopics: %s", rd_kafka_event_error_string(event));
  } else {
    size_t count;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    if (count != 1 || rd_kafka_topic_result_error(results[0]))
      snprintf(why, kWordSize, "CreateTopics: %s", count == 1 ? rd_kafka_err2str(rd_kafka_topic_result_error(results[0])) : "no result");
  }
  if (event != NULL) rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_NewTopic_destroy(wanted);
}

static rd_kafka_resp_err_t send_record(rd_kafka_t *rk, const char *topic, const struct record *record, int64_t timestamp) {
  rd_kafka_headers_t *headers = rd_kafka_headers_new(2);
  for (int i = 0; i < record->header_count; i++)
    rd_kafka_header_add(headers, record->header_names[i], -1, record->headers[i].data, (ssize_t)record->headers[i].size);
  rd_kafka_resp_err_t error =
      rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                        RD_KAFKA_V_KEY(record->key.data, record->key.size), RD_KAFKA_V_VALUE((void *)record->value.data, record->value.size),
                        RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  if (error) rd_kafka_headers_destroy(headers);
  return error;
}

static void fill(rd_kafka_t *rk, const char *topic, int64_t records, int64_t first_timestamp, struct tally *tally) {
  struct record record;
  for (int64_t i = 0; i < records && tally->why[0] == '\0'; i++) {
    make_record(&record, i);
    rd_kafka_resp_err_t error;
    while ((error = send_record(rk, topic, &record, first_timestamp + i)) == RD_KAFKA_RESP_ERR__QUEUE_FULL) rd_kafka_poll(rk, 100);
    if (error) snprintf(tally->why, sizeof tally->why, "%s", rd_kafka_err2str(error));
    rd_kafka_poll(rk, 0);
  }
  rd_kafka_flush(rk, kTimeoutMs);
  if (tally->why[0] == '\0' && tally->acknowledged != records)
    snprintf(tally->why, sizeof tally->why, "%ld of %ld records were acknowledged", tally->acknowledged, records);
}

static void run_job(const char *bootstrap, const struct job *job, int64_t records, int64_t first_timestamp) {
  struct tally tally = {0};
  rd_kafka_conf_t *conf = base_conf(bootstrap);
  set_conf(conf, "compression.type", job->codec);
  set_conf(conf, "enable.idempotence", "true");
  set_conf(conf, "acks", "all");
  set_conf(conf, "linger.ms", "50");
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_conf_set_opaque(conf, &tally);
  char why[512];
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (rk == NULL) {
    answer(job, why);
    return;
  }
  create_topic(rk, job->topic, tally.why);
  if (tally.why[0] == '\0') fill(rk, job->topic, records, first_timestamp, &tally);
  if (tally.why[0] != '\0') rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(rk);
  answer(job, tally.why[0] == '\0' ? NULL : tally.why);
}

void produce(const char *bootstrap, int64_t records, int64_t first_timestamp) {
  static struct job jobs[kMaxJobs];
  int count = read_produce_jobs(jobs);
  for (int i = 0; i < count; i++) run_job(bootstrap, &jobs[i], records, first_timestamp);
}
