/*
 * Preloaded into every process of the platform: when the power is cut, what was written and not synced is gone.
 *
 * Before each write to a file of the watched folder the bytes it replaces are kept; a sync that came back forgets those
 * that were written before it began. When the trigger file appears, every kept byte is put back, the latest first, files
 * get the length they had, files whose name was never synced are removed, and the process ends at once.
 *
 *   POWER_LOSS_FOLDER   only files below it count
 *   POWER_LOSS_TRIGGER  the power is cut when this file exists
 *   POWER_LOSS_NO_SYNC  files whose path contains this text are never synced, though they are told that they were
 *
 * Not covered, because nothing that counts depends on it: mapped memory (SQLite's -shm is rebuilt at the next start),
 * renames (there are none), removed names (they stay removed).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define ENDED_BY_POWER_LOSS 137
#define LOOK_EVERY_NS 500000

/* One write: what was there before. Latest first. */
struct undo {
  struct undo *before;
  unsigned long number;
  off_t offset, old_size;
  size_t length; /* of the bytes kept; shorter than the write where the file was */
  char bytes[];
};

struct file {
  struct file *next;
  dev_t device;
  ino_t inode;
  int fd; /* our own, never closed: closing any descriptor of a file drops SQLite's locks on it */
  int name_unsynced;
  char path[PATH_MAX];
  struct undo *last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static unsigned long writes;
static const char *folder, *trigger, *no_sync;

static ssize_t raw_pread(int fd, void *to, size_t n, off_t at) { return syscall(SYS_pread64, fd, to, n, at); }
static ssize_t raw_pwrite(int fd, const void *from, size_t n, off_t at) {
  return syscall(SYS_pwrite64, fd, from, n, at);
}

static struct file *known(const struct stat *is) {
  for (struct file *f = files; f; f = f->next)
    if (f->device == is->st_dev && f->inode == is->st_ino) return f;
  return NULL;
}

/* The record of a descriptor's file; NULL when it is not one that counts. */
static struct file *watched(int fd) {
  struct stat is;
  if (!folder || fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) return NULL;
  struct file *f = known(&is);
  if (f) return f;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return NULL;
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0 || strstr(path, "-shm")) return NULL;
  f = calloc(1, sizeof *f);
  f->device = is.st_dev;
  f->inode = is.st_ino;
  f->fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  strcpy(f->path, path);
  f->next = files;
  files = f;
  return f;
}

static void keep(struct file *f, off_t offset, size_t length) {
  struct stat is;
  if (fstat(f->fd, &is) != 0) return;
  size_t there = offset >= is.st_size ? 0 : (size_t)(is.st_size - offset);
  if (there > length) there = length;
  struct undo *u = malloc(sizeof *u + there);
  u->number = ++writes;
  u->offset = offset;
  u->old_size = is.st_size;
  u->length = there;
  for (size_t done = 0; done < there;) {
    ssize_t n = raw_pread(f->fd, u->bytes + done, there - done, offset + done);
    if (n <= 0) abort();
    done += n;
  }
  u->before = f->last;
  f->last = u;
}

static void forget(struct file *f, unsigned long up_to) {
  struct undo **at = &f->last;
  while (*at && (*at)->number > up_to) at = &(*at)->before;
  for (struct undo *u = *at; u;) {
    struct undo *before = u->before;
    free(u);
    u = before;
  }
  *at = NULL;
}

/* Never returns and never lets go of the lock: nothing is written any more. */
static void cut_power(void) {
  pthread_mutex_lock(&lock);
  for (struct file *f = files; f; f = f->next) {
    for (struct undo *u = f->last; u; u = u->before) {
      for (size_t done = 0; done < u->length;) {
        ssize_t n = raw_pwrite(f->fd, u->bytes + done, u->length - done, u->offset + done);
        if (n <= 0) abort();
        done += n;
      }
      syscall(SYS_ftruncate, f->fd, u->old_size);
    }
    if (f->name_unsynced) syscall(SYS_unlinkat, AT_FDCWD, f->path, 0);
  }
  syscall(SYS_exit_group, ENDED_BY_POWER_LOSS);
}

static int is_cut(void) { return syscall(SYS_faccessat, AT_FDCWD, trigger, F_OK) == 0; }

static void *look(void *unused) {
  (void)unused;
  struct timespec pause = {0, LOOK_EVERY_NS};
  for (;;) {
    if (is_cut()) cut_power();
    nanosleep(&pause, NULL);
  }
  return NULL;
}

static void start_looking(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, look, NULL);
}

__attribute__((constructor)) static void begin(void) {
  trigger = getenv("POWER_LOSS_TRIGGER");
  no_sync = getenv("POWER_LOSS_NO_SYNC");
  if (!trigger) return;
  if (is_cut()) syscall(SYS_exit_group, ENDED_BY_POWER_LOSS);
  folder = getenv("POWER_LOSS_FOLDER");
  start_looking();
}

/* Writing: keep, then write, in one piece as far as the power is concerned. */
#define WRITING(type, fd, offset, length, call)               \
  do {                                                        \
    if (!folder) return call;                                 \
    pthread_mutex_lock(&lock);                                \
    struct file *f = watched(fd);                             \
    if (f) keep(f, offset, length);                           \
    type result = call;                                       \
    int kept_errno = errno;                                   \
    pthread_mutex_unlock(&lock);                              \
    errno = kept_errno;                                       \
    return result;                                            \
  } while (0)

static size_t total(const struct iovec *parts, int count) {
  size_t sum = 0;
  for (int n = 0; n < count; n++) sum += parts[n].iov_len;
  return sum;
}

/* Where a plain write goes: the descriptor's place, or the end. */
static off_t place(int fd) {
  if (fcntl(fd, F_GETFL) & O_APPEND) {
    struct stat is;
    return fstat(fd, &is) == 0 ? is.st_size : 0;
  }
  off_t at = lseek(fd, 0, SEEK_CUR);
  return at < 0 ? 0 : at;
}

static int counts(int fd) {
  struct stat is;
  return folder && fstat(fd, &is) == 0 && S_ISREG(is.st_mode);
}

ssize_t write(int fd, const void *from, size_t n) {
  if (!counts(fd)) return syscall(SYS_write, fd, from, n);
  WRITING(ssize_t, fd, place(fd), n, syscall(SYS_write, fd, from, n));
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!counts(fd)) return syscall(SYS_writev, fd, parts, count);
  WRITING(ssize_t, fd, place(fd), total(parts, count), syscall(SYS_writev, fd, parts, count));
}
ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) { WRITING(ssize_t, fd, at, n, raw_pwrite(fd, from, n, at)); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return pwrite64(fd, from, n, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) {
  WRITING(ssize_t, fd, at, total(parts, count), syscall(SYS_pwritev, fd, parts, count, at, 0));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return pwritev64(fd, parts, count, at); }

static size_t from_to_end(int fd, off_t from) {
  struct stat is;
  return fstat(fd, &is) == 0 && is.st_size > from ? (size_t)(is.st_size - from) : 0;
}
int ftruncate64(int fd, off_t size) {
  WRITING(int, fd, size, from_to_end(fd, size), syscall(SYS_ftruncate, fd, size));
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int fallocate64(int fd, int mode, off_t at, off_t n) {
  WRITING(int, fd, at, (size_t)n, syscall(SYS_fallocate, fd, mode, at, n));
}
int fallocate(int fd, int mode, off_t at, off_t n) { return fallocate64(fd, mode, at, n); }
int posix_fallocate64(int fd, off_t at, off_t n) { return fallocate64(fd, 0, at, n) == 0 ? 0 : errno; }
int posix_fallocate(int fd, off_t at, off_t n) { return posix_fallocate64(fd, at, n); }

/* Syncing: what was written before it began is safe when it has come back. */
static int sync_names(int fd) {
  struct stat is;
  if (fstat(fd, &is) != 0 || !S_ISDIR(is.st_mode)) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 1;
  path[length] = 0;
  for (struct file *f = files; f; f = f->next)
    if (strncmp(f->path, path, length) == 0 && f->path[length] == '/' && !strchr(f->path + length + 1, '/'))
      f->name_unsynced = 0;
  return 1;
}

static int synced(int fd, long call) {
  if (!folder) return syscall(call, fd);
  pthread_mutex_lock(&lock);
  struct file *f = watched(fd);
  unsigned long up_to = writes;
  int pretend = f && no_sync && strstr(f->path, no_sync);
  pthread_mutex_unlock(&lock);
  if (pretend) return 0;
  int result = syscall(call, fd);
  int kept_errno = errno;
  pthread_mutex_lock(&lock);
  if (result == 0 && f) forget(f, up_to);
  if (result == 0 && !f) sync_names(fd);
  pthread_mutex_unlock(&lock);
  errno = kept_errno;
  return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* SQLite's files have several processes that may sync them; whether one of the others did cannot be told here. */
static int is_shared(const struct file *f) { return strstr(f->path, ".db") != NULL; }

/* Opening: new names, and files that are emptied. */
static int opened(int at, const char *path, int flags, mode_t mode) {
  if (!folder || !(flags & (O_CREAT | O_TRUNC))) return syscall(SYS_openat, at, path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat is;
  int is_new = syscall(SYS_newfstatat, at, path, &is, 0) != 0;
  if (!is_new && S_ISREG(is.st_mode) && (flags & O_TRUNC)) {
    int old = syscall(SYS_openat, at, path, O_RDWR | O_CLOEXEC, 0); /* stays open: see `struct file` */
    struct file *f = old < 0 ? NULL : watched(old);
    if (f) keep(f, 0, from_to_end(old, 0));
  }
  int fd = syscall(SYS_openat, at, path, flags, mode);
  int kept_errno = errno;
  struct file *f = fd >= 0 && is_new ? watched(fd) : NULL;
  if (f && !is_shared(f)) f->name_unsynced = 1;
  pthread_mutex_unlock(&lock);
  errno = kept_errno;
  return fd;
}

#define OPEN_MODE(flags, mode)             \
  mode_t mode = 0;                         \
  if ((flags) & (O_CREAT | O_TMPFILE)) {   \
    va_list rest;                          \
    va_start(rest, flags);                 \
    mode = va_arg(rest, mode_t);           \
    va_end(rest);                          \
  }

int open64(const char *path, int flags, ...) {
  OPEN_MODE(flags, mode)
  return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int open(const char *path, int flags, ...) {
  OPEN_MODE(flags, mode)
  return opened(AT_FDCWD, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
  OPEN_MODE(flags, mode)
  return opened(at, path, flags | O_LARGEFILE, mode);
}
int openat(int at, const char *path, int flags, ...) {
  OPEN_MODE(flags, mode)
  return opened(at, path, flags, mode);
}
