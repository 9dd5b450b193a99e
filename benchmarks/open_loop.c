/* Offers requests to an HTTP server at a rate that waits for no answer: one thread, one core.
 *
 *     cc -O2 -o open_loop open_loop.c -lm
 *     ./open_loop PORT BODIES RATE SECONDS CONNECTIONS
 *
 * BODIES holds a JSON body a line for POST /predict. Requests are due at random times with the given mean rate (a
 * Poisson process, always the same one); latency counts from when a request was due, so that a server can't hide
 * behind a client that waits. A connection has one request at a time. The first half second isn't counted: a server
 * needs a moment to notice that it is overloaded. Prints JSON: for each status the answers a second and their latencies
 * in milliseconds, `lag_p99_ms` for how late the client itself was, and what was lost.
 *
 * In C because one core has to offer more than twice what a server on another core takes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BODIES = 4096, BUFFER = 65536, STATUSES = 600, PATIENCE = 2, BURST = 8 };

struct connection {
  int file;
  double due;
  size_t held;
  char buffer[BUFFER];
};

struct sample {
  int status;
  double seconds;
};

static const double SETTLE = 0.5; /* seconds */

static char *requests[MOST_BODIES];
static size_t lengths[MOST_BODIES];
static int request_count;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *must(void *memory) {
  if (memory == NULL) {
    perror("open_loop");
    exit(2);
  }
  return memory;
}

static void fail(const char *what) {
  perror(what);
  exit(2);
}

/* The time to the next request: exponentially distributed around the mean. */
static double gap(double rate) {
  static unsigned long long state = 88172645463325252ULL;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return -log(((double)(state >> 11) + 1.0) / 9007199254740993.0) / rate;
}

static void read_bodies(const char *path) {
  FILE *file = must(fopen(path, "r"));
  char *line = NULL;
  size_t room = 0;
  ssize_t size;
  while (request_count < MOST_BODIES && (size = getline(&line, &room, file)) > 0) {
    if (line[size - 1] == '\n') line[--size] = '\0';
    int length = asprintf(&requests[request_count],
                          "POST /predict HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                          "content-length: %zd\r\n\r\n%s",
                          size, line);
    if (length < 0) fail("asprintf");
    lengths[request_count++] = (size_t)length;
  }
  free(line);
  fclose(file);
  if (request_count == 0) {
    fprintf(stderr, "%s holds no body\n", path);
    exit(2);
  }
}

static int dial(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int file = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (file < 0 || connect(file, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(file, F_SETFL, O_NONBLOCK);
  return file;
}

/* Status of the answer in the buffer; 0 while it hasn't come to its end. */
static int status_of(struct connection *c) {
  char *end = memmem(c->buffer, c->held, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  *end = '\0';
  char *length = strcasestr(c->buffer, "\r\ncontent-length:");
  size_t body = length == NULL ? 0 : strtoul(length + 17, NULL, 10);
  *end = '\r';
  return c->held < (size_t)(end + 4 - c->buffer) + body ? 0 : atoi(c->buffer + 9);
}

static int ascending(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return (one > other) - (one < other);
}

static double percentile(double *sorted, size_t count, double share) {
  return count == 0 ? 0.0 : sorted[(size_t)(share * (double)(count - 1))] * 1000.0;
}

static void report(struct sample *samples, size_t answered, double *lags, size_t sent, size_t lost, double seconds) {
  double *values = must(malloc((answered + 1) * sizeof *values));
  qsort(lags, sent, sizeof *lags, ascending);
  printf("{\"sent_per_second\": %.0f, \"lag_p99_ms\": %.3f, \"unanswered\": %zu", (double)sent / seconds,
         percentile(lags, sent, 0.99), lost);
  for (int status = 1; status < STATUSES; status++) {
    size_t count = 0;
    for (size_t i = 0; i < answered; i++)
      if (samples[i].status == status) values[count++] = samples[i].seconds;
    if (count == 0) continue;
    qsort(values, count, sizeof *values, ascending);
    printf(", \"%d\": {\"per_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"worst_ms\": %.3f}", status,
           (double)count / seconds, percentile(values, count, 0.5), percentile(values, count, 0.99),
           values[count - 1] * 1000.0);
  }
  printf("}\n");
}

int main(int count, char **given) {
  if (count != 6) {
    fprintf(stderr, "usage: open_loop PORT BODIES RATE SECONDS CONNECTIONS\n");
    return 2;
  }
  double rate = atof(given[3]), seconds = atof(given[4]);
  int many = atoi(given[5]), port = atoi(given[1]), free_count = 0, poll = epoll_create1(0);
  read_bodies(given[2]);
  struct connection *all = must(calloc((size_t)many, sizeof *all));
  struct connection **idle = must(calloc((size_t)many, sizeof *idle));
  for (int i = 0; i < many; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    all[i].file = dial(port);
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].file, &event);
    idle[free_count++] = &all[i];
  }
  size_t most = (size_t)(rate * (SETTLE + seconds) * 1.2) + 1000, sent = 0, answered = 0;
  size_t early = 0;
  struct sample *samples = must(calloc(most, sizeof *samples));
  double *lags = must(calloc(most, sizeof *lags));
  double start = now() + 0.05, due = start + gap(rate), counted = start + SETTLE, last = counted + seconds;
  struct epoll_event events[256];
  while ((due < last || free_count < many) && now() < last + PATIENCE) {
    for (int burst = 0; burst < BURST && due < last && free_count > 0 && sent < most && due <= now(); burst++) {
      struct connection *c = idle[--free_count];
      int at = (int)(sent % (size_t)request_count);
      c->due = due;
      lags[sent++] = now() - due;
      early += due < counted;
      if (send(c->file, requests[at], lengths[at], MSG_NOSIGNAL) != (ssize_t)lengths[at]) fail("send");
      due += gap(rate);
    }
    int found = epoll_wait(poll, events, 256, 0);
    for (int i = 0; i < found; i++) {
      struct connection *c = events[i].data.ptr;
      ssize_t size = recv(c->file, c->buffer + c->held, BUFFER - c->held, 0);
      if (size == 0 || (size < 0 && errno != EAGAIN)) {
        fprintf(stderr, "the server closed a connection\n");
        return 1;
      }
      c->held += size > 0 ? (size_t)size : 0;
      int status = status_of(c);
      if (status == 0) continue;
      samples[answered++] = (struct sample){.status = c->due < counted ? 0 : status, .seconds = now() - c->due};
      c->held = 0;
      idle[free_count++] = c;
    }
  }
  report(samples, answered, lags + early, sent - early, sent - answered, seconds);
  return 0;
}
