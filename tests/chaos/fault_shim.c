/* What a broker's disk and wall clock do to it: loaded in front of the C library, it makes system calls on files below one folder fail,
   wait, or end the process, and moves the wall clock.

   Who tests writes its orders into a file that is mapped here too (fault_shim.py has the same layout), and reads there what really
   happened. Without CHAOS_SHIM_CONTROL in the environment every call goes through untouched. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OP_CREATE = 1, OP_WRITE = 2, OP_SYNC = 4, OP_RENAME = 8, OP_REMOVE = 16, OP_MKDIR = 32, OP_CUT = 64, OP_READ = 128, OP_SEND = 256, OP_RESERVE = 512 };
enum { KILL = 1, FAIL = 2, STALL = 3, HALF = 4 }; /* HALF: a write does half of it, the next one fails */

struct orders {
  _Atomic uint32_t armed;
  uint32_t ops, action, error, stall_ms, torn; /* torn: a write that the process dies in leaves half of it */
  int64_t first, times;                        /* from which call on, counted from 1, and how many; -1: all */
  _Atomic int64_t seen, fired;
  _Atomic int64_t clock_ns;                         /* what is added to the wall clock */
  _Atomic int64_t clock_reads, wall_waits;          /* how often it was asked; waits for a moment of the wall clock */
  _Atomic uint32_t fired_op, stalled;
  char root[512], part[256], fired_path[512]; /* files below root whose path has part in it */
};

static struct orders* orders;

#define REAL(name) ((__typeof__(&name))real(#name, &real_##name))
#define KEEP(name) static void* real_##name
static void* real(const char* name, void** place) {
  if (*place == NULL) *place = dlsym(RTLD_NEXT, name);
  return *place;
}

__attribute__((constructor)) static void map_orders(void) {
  const char* path = getenv("CHAOS_SHIM_CONTROL");
  if (path == NULL) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  void* mapped = mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) abort();
  close(file);
  orders = mapped;
}

KEEP(clock_gettime);
static void wait_until_over(void) {
  struct timespec moment = {0, 10000000};
  atomic_fetch_add(&orders->stalled, 1);
  for (uint32_t waited = 0; waited < orders->stall_ms && atomic_load(&orders->armed); waited += 10) nanosleep(&moment, NULL);
  atomic_fetch_sub(&orders->stalled, 1);
}

/* What is to happen to this call: 0 nothing, FAIL (errno is set) or HALF. A call that is to be the last does not return. */
static int verdict(uint32_t op, const char* path) {
  if (orders == NULL || !atomic_load(&orders->armed) || (orders->ops & op) == 0 || path == NULL) return 0;
  if (strncmp(path, orders->root, strlen(orders->root)) != 0 || strstr(path, orders->part) == NULL) return 0;
  const int64_t nth = atomic_fetch_add(&orders->seen, 1) + 1;
  if (nth < orders->first || (orders->times >= 0 && nth >= orders->first + orders->times)) return 0;
  atomic_fetch_add(&orders->fired, 1);
  atomic_store(&orders->fired_op, op);
  snprintf(orders->fired_path, sizeof orders->fired_path, "%s", path);
  switch (orders->action) {
    case KILL:
      if (op == OP_WRITE && orders->torn) return HALF;
      kill(getpid(), SIGKILL);
      for (;;) pause();
    case STALL:
      wait_until_over();
      return 0;
    case HALF:
      if (op == OP_WRITE && nth == orders->first) return HALF;
      break;
    default:
      break;
  }
  errno = (int)orders->error;
  return FAIL;
}

static int verdict_of(uint32_t op, int file) {
  if (orders == NULL || !atomic_load(&orders->armed) || (orders->ops & op) == 0) return 0;
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return verdict(op, path);
}

static void end_if_torn(void) {
  if (orders->action != KILL) return;
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define OPENS(name)                                                              \
  KEEP(name);                                                                    \
  int name(const char* path, int flags, ...) {                                   \
    mode_t mode = 0;                                                             \
    if (flags & (O_CREAT | __O_TMPFILE)) {                                       \
      va_list more;                                                              \
      va_start(more, flags);                                                     \
      mode = va_arg(more, mode_t);                                               \
      va_end(more);                                                              \
    }                                                                            \
    if ((flags & O_CREAT) && verdict(OP_CREATE, path)) return -1;                \
    return REAL(name)(path, flags, mode);                                        \
  }
OPENS(open)
OPENS(open64)

#define WRITES(name, offset_type)                                                                       \
  KEEP(name);                                                                                           \
  ssize_t name(int file, const void* data, size_t size, offset_type at) {                               \
    const int what = verdict_of(OP_WRITE, file);                                                        \
    if (what == FAIL) return -1;                                                                        \
    const ssize_t done = REAL(name)(file, data, what == HALF && size > 1 ? size / 2 : size, at);        \
    if (what == HALF) end_if_torn();                                                                    \
    return done;                                                                                        \
  }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

/* Half of a gathered write: its first pieces, the last of them in half. */
static int halve(const struct iovec* pieces, int count, struct iovec* half) {
  size_t left = 0;
  for (int i = 0; i < count; ++i) left += pieces[i].iov_len;
  left = left > 1 ? left / 2 : left;
  int used = 0;
  for (; used < count && left > 0; ++used) {
    half[used] = pieces[used];
    if (half[used].iov_len > left) half[used].iov_len = left;
    left -= half[used].iov_len;
  }
  return used;
}

#define GATHERED_WRITES(name, offset_type)                                           \
  KEEP(name);                                                                        \
  ssize_t name(int file, const struct iovec* pieces, int count, offset_type at) {    \
    struct iovec half[1024];                                                         \
    const int what = verdict_of(OP_WRITE, file);                                     \
    if (what == FAIL) return -1;                                                     \
    if (what != HALF) return REAL(name)(file, pieces, count, at);                    \
    const int used = halve(pieces, count, half);                                     \
    const ssize_t done = REAL(name)(file, half, used, at);                           \
    end_if_torn();                                                                   \
    return done;                                                                     \
  }
GATHERED_WRITES(pwritev, off_t)
GATHERED_WRITES(pwritev64, off64_t)

#define READS(name, offset_type)                                               \
  KEEP(name);                                                                  \
  ssize_t name(int file, void* data, size_t size, offset_type at) {            \
    return verdict_of(OP_READ, file) ? -1 : REAL(name)(file, data, size, at);  \
  }
READS(pread, off_t)
READS(pread64, off64_t)

#define ON_FILE(name, op, parameters, words)                           \
  KEEP(name);                                                          \
  int name parameters { return verdict_of(op, file) ? -1 : REAL(name) words; }
ON_FILE(fsync, OP_SYNC, (int file), (file))
ON_FILE(fdatasync, OP_SYNC, (int file), (file))
ON_FILE(ftruncate, OP_CUT, (int file, off_t size), (file, size))
ON_FILE(ftruncate64, OP_CUT, (int file, off64_t size), (file, size))
ON_FILE(fallocate, OP_RESERVE, (int file, int mode, off_t at, off_t size), (file, mode, at, size))
ON_FILE(fallocate64, OP_RESERVE, (int file, int mode, off64_t at, off64_t size), (file, mode, at, size))

KEEP(sendfile);
ssize_t sendfile(int to, int from, off_t* at, size_t size) { return verdict_of(OP_SEND, from) ? -1 : REAL(sendfile)(to, from, at, size); }
KEEP(sendfile64);
ssize_t sendfile64(int to, int from, off64_t* at, size_t size) { return verdict_of(OP_SEND, from) ? -1 : REAL(sendfile64)(to, from, at, size); }

#define ON_PATH(name, op, parameters, words)                        \
  KEEP(name);                                                       \
  int name parameters { return verdict(op, path) ? -1 : REAL(name) words; }
ON_PATH(unlink, OP_REMOVE, (const char* path), (path))
ON_PATH(rmdir, OP_REMOVE, (const char* path), (path))
ON_PATH(remove, OP_REMOVE, (const char* path), (path))
ON_PATH(mkdir, OP_MKDIR, (const char* path, mode_t mode), (path, mode))
ON_PATH(rename, OP_RENAME, (const char* path, const char* to), (path, to))

/* The wall clock. Waits for one of its moments are counted, and end when a clock that had not been moved would end them. */
static int is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }
static void add(struct timespec* to, int64_t ns) {
  const int64_t sum = to->tv_sec * INT64_C(1000000000) + to->tv_nsec + ns;
  to->tv_sec = sum / 1000000000;
  to->tv_nsec = sum % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int outcome = REAL(clock_gettime)(clock, now);
  if (orders != NULL && outcome == 0 && is_wall(clock)) {
    atomic_fetch_add(&orders->clock_reads, 1);
    add(now, atomic_load(&orders->clock_ns));
  }
  return outcome;
}

int gettimeofday(struct timeval* now, void* zone) {
  struct timespec exact;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* to) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (to != NULL) *to = exact.tv_sec;
  return exact.tv_sec;
}

static struct timespec unmoved(const struct timespec* until) {
  struct timespec moved = *until;
  if (orders != NULL) {
    atomic_fetch_add(&orders->wall_waits, 1);
    add(&moved, -atomic_load(&orders->clock_ns));
  }
  return moved;
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const struct timespec* until) {
  static int (*wait)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  if (wait == NULL) wait = (__typeof__(wait))dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  const int is_monotonic = (condition->__data.__wrefs & 2) != 0;
  if (is_monotonic) return wait(condition, mutex, until);
  const struct timespec real_moment = unmoved(until);
  return wait(condition, mutex, &real_moment);
}

KEEP(pthread_cond_clockwait);
int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock, const struct timespec* until) {
  if (!is_wall(clock)) return REAL(pthread_cond_clockwait)(condition, mutex, clock, until);
  const struct timespec real_moment = unmoved(until);
  return REAL(pthread_cond_clockwait)(condition, mutex, clock, &real_moment);
}
