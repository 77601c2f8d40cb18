// What the parts of the C client share; the job protocol is told in matrix/program.py.
#pragma once
#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

enum { kMaxJobs = 1024, kWordSize = 512 };

struct job {
  int id;
  char topic[kWordSize];
  char codec[kWordSize];  // produce
  int64_t first, count;   // consume
  char rows[kWordSize];
};

// Jobs of the next pass from standard input; returns how many, 0 at the end.
int read_produce_jobs(struct job* jobs);
int read_consume_jobs(struct job* jobs);
void answer(const struct job* job, const char* why);  // why == NULL is success

// Record i as matrix/records.py defines it. A NULL pointer is null; an empty field has a pointer and size 0.
struct field {
  const void* data;
  size_t size;
};
struct record {
  struct field key, value;
  int header_count;
  const char* header_names[2];
  struct field headers[2];
  char key_text[64], header_text[32], value_text[1024 + 256];
};
void make_record(struct record* record, int64_t index);

// CRC-32 of a consumed message, equal to records.digest.
uint32_t message_digest(const rd_kafka_message_t* message);

rd_kafka_conf_t* base_conf(const char* bootstrap);
void set_conf(rd_kafka_conf_t* conf, const char* name, const char* value);

void produce(const char* bootstrap, int64_t records, int64_t first_timestamp);
void consume(const char* bootstrap, int idle_seconds);
