/*
 * Many connections held open by one server, on the native host: what each costs, and what one line through one of them costs then. The
 * clients are another process, of plain sockets. hold [COUNT]
 */
#define _GNU_SOURCE
#include <cawait.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 200

static int count;
static int down[2]; /* to the clients: the port, then that they may begin */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Of this process, in bytes. */
static double resident(void)
{
    long  pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    if (file) fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* ---- The clients ---------------------------------------------------------------------------------------------------------------- */

static int clients(void)
{
    int  port;
    int *sockets = calloc((size_t)count, sizeof *sockets);
    char byte;
    if (read(down[0], &port, sizeof port) != sizeof port) return 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < count; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sockets[i], (struct sockaddr *)&at, sizeof at) < 0) return perror("connect"), 1;
    }
    if (read(down[0], &byte, 1) != 1) return 1;
    double start = seconds();
    for (int i = 0; i < ROUNDS; i++) {
        char line[3];
        int  one = sockets[(int)((unsigned)i * 7919U % (unsigned)count)];
        if (write(one, "x\n", 2) != 2 || read(one, line, 3) != 2) return perror("a line"), 1;
    }
    printf("a line there and back, one at a time: %.0f us\n", (seconds() - start) / ROUNDS * 1e6);
    fflush(stdout);
    for (int i = 0; i < count; i++) close(sockets[i]);
    free(sockets);
    return 0;
}

/* ---- The server ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_FOR_NEXT(caw_string * line, caw_stream_next_line(stream.reader))
        {
            int status = caw_stream_write(stream.writer, caw_string_data(line), caw_string_size(line));
            caw_unref(line);
            CAW_CHECK(status);
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
        CAW_END_FOR;
    } CAW_END;
}

static CAW_ASYNC(void, until, caw_server *server, size_t clients)
{
    CAW_BEGIN(void) {
        while (caw_server_client_count(server) != clients) CAW_AWAIT(caw_sleep(0.01));
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        double      start = seconds(), before = resident();
        size_t      ours = caw_get_stats().bytes;
        caw_server *server = CAW_AWAIT(caw_start_server(echo, NULL, "127.0.0.1", 0, .backlog = 1000));
        CAW_DEFER(caw_unref, server);
        int port = caw_server_port(server);
        (void)!write(down[1], &port, sizeof port);
        CAW_AWAIT(until(server, (size_t)count));
        printf("%d connections in %.1f s: %.0f bytes of the library's each, %.0f of the process\n", count, seconds() - start,
               (double)(caw_get_stats().bytes - ours) / count, (resident() - before) / count);
        fflush(stdout);
        (void)!write(down[1], "", 1);
        CAW_AWAIT(until(server, 0));
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        CAW_RETURN(0);
    } CAW_END;
}

int main(int argc, char **argv)
{
    count = argc > 1 ? atoi(argv[1]) : 10000;
    struct rlimit files = {.rlim_cur = (rlim_t)count + 100, .rlim_max = (rlim_t)count + 100};
    if (count < 1 || setrlimit(RLIMIT_NOFILE, &files) < 0) return perror("so many files"), 1;
    if (pipe(down) < 0) return perror("pipe"), 1;
    pid_t child = fork();
    if (!child) return clients();
    int        code = 1, status = 1;
    caw_error *error = caw_run(main_(), &code);
    if (error) fprintf(stderr, "%s\n", caw_error_message(error));
    waitpid(child, &status, 0);
    caw_stats left = caw_get_stats();
    printf("left: %u blocks, %u frames\n", left.blocks, left.frames);
    bool good = !error && !status && !left.blocks && !left.frames;
    caw_unref(error);
    return good ? code : 1;
}
