/*
 * Loaded with LD_PRELOAD: does what libc does, and writes down what is done to the files of one folder, in order. From that log a test
 * can tell what a power cut at any moment may leave of them.
 *
 *   RECORD_FOLDER   the folder, without a slash at its end
 *   RECORD_LOG      where the log goes; outside of the folder
 *   RECORD_SWALLOW  'all': syncs do nothing and are not written down, as on a disk that lies; 'log': only those of *-wal files,
 *                   which is what SQLite leaves out at `synchronous = normal`
 *
 * A record is a head, the path within the folder (empty for the folder itself) and the bytes. Bytes and sizes are written down before the
 * call, so that a kill between the two leaves at most the last record undone; the rest after it, as it may fail. A lock is held
 * meanwhile: a write that another thread does during a sync is never taken for synced. A sync itself is only written down: what a disk keeps
 * is decided later, by whoever reads the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATED = 1, WRITTEN = 2, TRUNCATED = 3, REMOVED = 4, RENAMED = 5, SYNCED = 6 };

struct head {
  uint32_t kind;
  uint32_t path_bytes;
  uint64_t at; /* offset of a write, size of a truncation */
  uint64_t bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_bytes;
static const char *swallow = "";
static int log_fd = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RECORD_LOG");
  folder = getenv("RECORD_FOLDER");
  if (folder == NULL || path == NULL) return;
  if (getenv("RECORD_SWALLOW") != NULL) swallow = getenv("RECORD_SWALLOW");
  folder_bytes = strlen(folder);
  log_fd = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The part of a path below the folder, or NULL for what is none of our business. */
static const char *within(const char *path) {
  if (log_fd < 0 || strncmp(path, folder, folder_bytes) != 0) return NULL;
  if (path[folder_bytes] == '\0') return "";
  return path[folder_bytes] == '/' ? path + folder_bytes + 1 : NULL;
}

/* The same of a file that is open; into `buffer`. */
static const char *within_fd(int fd, char *buffer) {
  char link[64];
  if (log_fd < 0 || fd == log_fd) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, buffer, PATH_MAX);
  if (length < 0 || length >= PATH_MAX) return NULL;
  buffer[length] = '\0';
  return within(buffer);
}

static void record(enum kind kind, const char *path, uint64_t at, const void *bytes, size_t length) {
  struct head head = {kind, (uint32_t)strlen(path), at, length};
  struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path_bytes}, {(void *)bytes, length}};
  ssize_t wanted = (ssize_t)(sizeof head + head.path_bytes + length);
  if (REAL(writev)(log_fd, parts, 3) != wanted) {
    fprintf(stderr, "the log of the disk could not be written\n");
    abort(); /* a log with a hole would blame the database */
  }
}

static int opened(const char *path, int flags, mode_t mode, int (*real)(const char *, int, ...)) {
  const char *name = (flags & O_CREAT) != 0 ? within(path) : NULL;
  if (name == NULL) return real(path, flags, mode);
  struct stat there;
  pthread_mutex_lock(&lock);
  int is_new = stat(path, &there) != 0;
  int fd = real(path, flags, mode);
  if (fd >= 0 && is_new) record(CREATED, name, 0, "", 0);
  if (fd >= 0 && !is_new && (flags & O_TRUNC) != 0) record(TRUNCATED, name, 0, "", 0);
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name)                                        \
  int name(const char *path, int flags, ...) {            \
    va_list rest;                                         \
    va_start(rest, flags);                                \
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                         \
    return opened(path, flags, mode, REAL(name));         \
  }
OPEN(open)
OPEN(open64)

/* Where the next write of an open file goes. */
static off_t place_of(int fd) {
  return lseek(fd, 0, (fcntl(fd, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
}

/* Writes down what `call` is going to write at `offset`, and does it. */
#define WRITE(fd, bytes, length, offset, call)                     \
  char buffer[PATH_MAX + 1];                                       \
  const char *name = within_fd(fd, buffer);                        \
  if (name == NULL) return call;                                   \
  pthread_mutex_lock(&lock);                                       \
  record(WRITTEN, name, (uint64_t)(offset), bytes, length);        \
  ssize_t done = call;                                             \
  pthread_mutex_unlock(&lock);                                     \
  if (done != (ssize_t)(length)) other_than_recorded(__func__);    \
  return done;

/* Ends the process: a log that does not tell the truth would blame the database. */
static void other_than_recorded(const char *function) {
  fprintf(stderr, "%s did something else than the log of the disk says\n", function);
  abort();
}

ssize_t write(int fd, const void *bytes, size_t length) {
  WRITE(fd, bytes, length, place_of(fd), REAL(write)(fd, bytes, length))
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  WRITE(fd, bytes, length, at, REAL(pwrite)(fd, bytes, length, at))
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  WRITE(fd, bytes, length, at, REAL(pwrite64)(fd, bytes, length, at))
}

/* Nobody does this to these files; who begins to must not go unseen. */
#define UNSEEN(fd, call)                                              \
  char buffer[PATH_MAX + 1];                                          \
  if (within_fd(fd, buffer) != NULL) other_than_recorded(__func__);   \
  return call;

ssize_t writev(int fd, const struct iovec *parts, int count) { UNSEEN(fd, REAL(writev)(fd, parts, count)) }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  UNSEEN(fd, REAL(pwritev)(fd, parts, count, at))
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  UNSEEN(fd, REAL(pwritev64)(fd, parts, count, at))
}
int fallocate(int fd, int mode, off_t at, off_t length) { UNSEEN(fd, REAL(fallocate)(fd, mode, at, length)) }
int posix_fallocate(int fd, off_t at, off_t length) { UNSEEN(fd, REAL(posix_fallocate)(fd, at, length)) }

#define TRUNCATE(fd, size, call)                          \
  char buffer[PATH_MAX + 1];                              \
  const char *name = within_fd(fd, buffer);               \
  if (name == NULL) return call;                          \
  pthread_mutex_lock(&lock);                              \
  record(TRUNCATED, name, (uint64_t)(size), "", 0);       \
  int failed = call;                                      \
  pthread_mutex_unlock(&lock);                            \
  if (failed != 0) other_than_recorded(__func__);         \
  return failed;

int ftruncate(int fd, off_t size) { TRUNCATE(fd, size, REAL(ftruncate)(fd, size)) }
int ftruncate64(int fd, off64_t size) { TRUNCATE(fd, size, REAL(ftruncate64)(fd, size)) }

/* Does `call` and, if it succeeded, writes it down. */
#define RENAME(name, kind, to, call)                             \
  if ((name) == NULL) return call;                               \
  pthread_mutex_lock(&lock);                                     \
  int failed = call;                                             \
  if (failed == 0) record(kind, name, 0, to, strlen(to));        \
  pthread_mutex_unlock(&lock);                                   \
  return failed;

int unlink(const char *path) {
  const char *name = within(path);
  RENAME(name, REMOVED, "", REAL(unlink)(path))
}

int rename(const char *from, const char *to) {
  const char *name = within(from);
  const char *target = within(to);
  if ((name == NULL) != (target == NULL)) other_than_recorded(__func__); /* nothing moves into or out of the folder */
  RENAME(name, RENAMED, target, REAL(rename)(from, to))
}

static int swallowed(const char *name) {
  size_t length = strlen(name);
  if (strcmp(swallow, "all") == 0) return 1;
  return strcmp(swallow, "log") == 0 && length > 4 && strcmp(name + length - 4, "-wal") == 0;
}

#define SYNC(function)                              \
  int function(int fd) {                            \
    char buffer[PATH_MAX + 1];                      \
    const char *name = within_fd(fd, buffer);       \
    if (name == NULL) return REAL(function)(fd);    \
    if (swallowed(name)) return 0;                  \
    pthread_mutex_lock(&lock);                      \
    record(SYNCED, name, 0, "", 0);                 \
    pthread_mutex_unlock(&lock);                    \
    return 0;                                       \
  }
SYNC(fsync)
SYNC(fdatasync)
