/*
 * Owns: tiles of the Mandelbrot set, as pixels: each is a job, done by a worker or, to compare, by the page's own thread.
 * Must not know: which tiles are wanted. A call that is aborted cancels its job: one that waits never begins, one that runs soon ends.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TILE 128                 /* pixels a side */
#define PIXELS (4 * TILE * TILE) /* bytes: red, green, blue, alpha */
#define COLOURS 1024             /* once around */
#define FAR 256.0                /* the square of a distance from which nothing comes back: far, so that colours are smooth */

/* Behind the pixels: which instance has done it, and when, in milliseconds of the Unix epoch. */
typedef struct worked {
    double instance, begun, ended;
} worked;

/* ---- In the worker -------------------------------------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* This instance's own number: what is static is not shared. */
static double instance(void)
{
    static uint32_t number;
    if (!number && getentropy(&number, sizeof number)) number = 1;
    return number;
}

static uint8_t wave(double at, double shift) { return (uint8_t)(127.5 - 127.5 * cos(6.28318530718 * (at + shift))); }

static const uint8_t *colour(double at)
{
    static uint8_t table[COLOURS][4];
    if (!table[0][3])
        for (int i = 0; i < COLOURS; i++) {
            double t = (double)i / COLOURS;
            table[i][0] = wave(t, 0.95), table[i][1] = wave(t, 0.82), table[i][2] = wave(t, 0.68), table[i][3] = 255;
        }
    return table[(int)(at * COLOURS) % COLOURS];
}

static bool is_inside(double x, double y)
{
    double p = x - 0.25, q = p * p + y * y;
    return q * (q + p) < 0.25 * y * y || (x + 1) * (x + 1) + y * y < 0.0625;
}

/* How many steps it takes to get far away, with a fraction; 0: it does not in `most`. */
static double steps(double x, double y, int most)
{
    if (is_inside(x, y)) return 0;
    double a = 0, b = 0, aa = 0, bb = 0;
    int    n = 0;
    while (n < most && aa + bb < FAR) {
        b = 2 * a * b + y;
        a = aa - bb + x;
        aa = a * a;
        bb = b * b;
        n++;
    }
    return n == most ? 0 : fmax(n + 1 - log2(log2(aa + bb) / 2), 1e-3);
}

/* The tile whose corner is there, its pixels so far apart. */
static caw_uint8s *paint(double x, double y, double apart, int most)
{
    static const uint8_t black[] = {0, 0, 0, 255};
    caw_uint8s          *tile = caw_uint8s_new(NULL, PIXELS + sizeof(worked));
    if (!tile) return NULL;
    uint8_t *pixel = caw_uint8s_data(tile);
    worked  *about = (worked *)(void *)(pixel + PIXELS);
    about->instance = instance();
    about->begun = now();
    for (int row = 0; row < TILE && !caw_job_cancelled(); row++)
        for (int column = 0; column < TILE; column++, pixel += 4) {
            double n = steps(x + column * apart, y + row * apart, most);
            memcpy(pixel, n > 0 ? colour(log2(n + 1) / 4) : black, 4);
        }
    about->ended = now();
    return tile;
}
CAW_JOB(caw_uint8s *, paint, double, x, double, y, double, apart, int, most);

/* ---- In the page ---------------------------------------------------------------------------------------------------------- */

/* One of so many workers, as it is first asked for; 0: of none. */
static caw_executor *executor(int workers)
{
    static caw_executor *of_workers, *of_none;
    if (workers && !of_workers) of_workers = caw_executor_new(.workers = (size_t)workers);
    if (!workers && !of_none) of_none = caw_executor_new(.kind = CAW_EXECUTOR_INLINE);
    return workers ? of_workers : of_none;
}

/* The pixels, and who has painted them when. */
static CAW_ASYNC(caw_uint8s *, tile, int workers, double x, double y, double apart, int most)
{
    CAW_BEGIN(caw_uint8s *) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor(workers), paint, x, y, apart, most)));
    } CAW_END;
}
CAW_EXPORT(caw_uint8s *, tile, int, workers, double, x, double, y, double, apart, int, most);

/* Whether there are workers here. */
static bool has_workers(void) { return caw_executor_kind_of(NULL) != CAW_EXECUTOR_INLINE; }
CAW_EXPORT_SYNC(bool, has_workers);
