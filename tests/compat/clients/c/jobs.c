// The job lists on standard input and the answers on standard output.
#include <stdio.h>

#include "compat.h"

static int next_line(char *line, int size) { return fgets(line, size, stdin) != NULL && line[0] != '\n'; }

int read_produce_jobs(struct job *jobs) {
  char line[4 * kWordSize];
  int count = 0;
  while (count < kMaxJobs && next_line(line, sizeof line)) {
    struct job *job = &jobs[count];
    if (sscanf(line, "%d %511s %511s", &job->id, job->topic, job->codec) == 3) count++;
  }
  return count;
}

int read_consume_jobs(struct job *jobs) {
  char line[4 * kWordSize];
  int count = 0;
  while (count < kMaxJobs && next_line(line, sizeof line)) {
    struct job *job = &jobs[count];
    if (sscanf(line, "%d %511s %ld %ld %511s", &job->id, job->topic, &job->first, &job->count, job->rows) == 5) count++;
  }
  return count;
}

void answer(const struct job *job, const char *why) {
  if (why == NULL) {
    printf("ok %d\n", job->id);
  } else {
    printf("failed %d %s\n", job->id, why);
  }
  fflush(stdout);
}
