/*
 * Preloaded into Kiln by tests: a system that fails at a chosen moment. Kiln's own children are not touched.
 *
 * KILN_FAULT_FILE  text in the name of the files whose writes count
 * KILN_FAULT_AT    number of the write (from 1) at which it happens
 * KILN_FAULT       what happens: kill-before, kill-after (the write), torn (killed after half of it), eio (it and all
 *                  after it fail), eio-sync (it is written, but this and all later fdatasync fail)
 * KILN_CLOCK_JUMP  seconds by which the wall clock jumps, every fifth of a second: forwards, back, forwards…
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *file, *fault;
static long at, jump;
static struct timespec begun;
static atomic_long writes;
static atomic_int failing;

__attribute__((constructor)) static void begin(void) {
  const char *number = getenv("KILN_FAULT_AT"), *clock = getenv("KILN_CLOCK_JUMP");
  file = getenv("KILN_FAULT_FILE");
  fault = getenv("KILN_FAULT");
  if (number != NULL) at = atol(number);
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &begun);
  if (clock != NULL) jump = atol(clock);
  unsetenv("LD_PRELOAD");
}

static int counts(int descriptor) {
  char link[64], name[4096];
  if (file == NULL || fault == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strstr(name, file) != NULL;
}

static int is(const char *name) { return strcmp(fault, name) == 0; }

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static ssize_t raw_write(int descriptor, const void *from, size_t length, off_t offset) {
  return offset < 0 ? syscall(SYS_write, descriptor, from, length)
                    : syscall(SYS_pwrite64, descriptor, from, length, offset);
}

static ssize_t faulty_write(int descriptor, const void *from, size_t length, off_t offset) {
  if (!counts(descriptor)) return raw_write(descriptor, from, length, offset);
  if (atomic_load(&failing) && is("eio")) return errno = EIO, -1;
  if (atomic_fetch_add(&writes, 1) + 1 != at) return raw_write(descriptor, from, length, offset);
  if (is("kill-before")) die();
  atomic_store(&failing, 1);
  if (is("eio")) return errno = EIO, -1;
  ssize_t written = raw_write(descriptor, from, is("torn") ? length / 2 : length, offset);
  if (is("kill-after") || is("torn")) die();
  return written;
}

ssize_t write(int descriptor, const void *from, size_t length) { return faulty_write(descriptor, from, length, -1); }

ssize_t pwrite(int descriptor, const void *from, size_t length, off_t offset) {
  return faulty_write(descriptor, from, length, offset);
}

ssize_t pwrite64(int descriptor, const void *from, size_t length, off_t offset) {
  return faulty_write(descriptor, from, length, offset);
}

int fdatasync(int descriptor) {
  if (atomic_load(&failing) && is("eio-sync") && counts(descriptor)) return errno = EIO, -1;
  return syscall(SYS_fdatasync, descriptor);
}

/* Seconds that the wall clock is off now. */
static long off(void) {
  struct timespec now;
  if (jump == 0) return 0;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  long fifths = (now.tv_sec - begun.tv_sec) * 5 + (now.tv_nsec - begun.tv_nsec) / 200000000;
  return fifths % 2 != 0 ? jump : fifths % 4 == 2 ? -jump : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += off();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int result = syscall(SYS_gettimeofday, time, zone);
  if (result == 0) time->tv_sec += off();
  return result;
}
