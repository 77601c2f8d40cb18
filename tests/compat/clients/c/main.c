// The client program over librdkafka: producer, consumer and admin, and members of groups. See compat.h and members.h.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "members.h"

void set_conf(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char why[512];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK) return;
  fprintf(stderr, "%s\n", why);
  exit(1);
}

rd_kafka_conf_t *base_conf(const char *bootstrap) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set_conf(conf, "bootstrap.servers", bootstrap);
  set_conf(conf, "client.id", "compat-librdkafka");
  return conf;
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "produce") == 0) {
    produce(argv[2], atoll(argv[3]), atoll(argv[4]));
  } else if (argc == 4 && strcmp(argv[1], "consume") == 0) {
    consume(argv[2], atoi(argv[3]));
  } else if (argc == 3 && strcmp(argv[1], "members") == 0) {
    converse(argv[2]);
  } else {
    fprintf(stderr, "usage: compat-c produce BOOTSTRAP RECORDS FIRST_TIMESTAMP | consume BOOTSTRAP IDLE_SECONDS | members BOOTSTRAP\n");
    return 2;
  }
  return 0;
}
