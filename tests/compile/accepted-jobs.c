// accepted
#include <cawait.h>

typedef struct tile {
    int    x, y;
    double scale;
} tile;
enum colour { RED, GREEN };

static tile moved(tile t, enum colour by, const char *text, caw_bytes bytes, caw_string *string, caw_uint8s *array,
                  caw_value value, int *place)
{
    (void)by, (void)text, (void)bytes, (void)string, (void)array, (void)value, (void)place;
    return t;
}
CAW_JOB(tile, moved, tile, t, enum colour, by, const char *, text, caw_bytes, bytes, caw_string *, string, caw_uint8s *, array,
        caw_value, value, int *, place);
static void nothing(void) {}
CAW_JOB(void, nothing);
static uint64_t twice(uint64_t n) { return 2 * n; }
CAW_JOB(uint64_t, twice, uint64_t, n);

static CAW_ASYNC(tile, moved_later, tile t, caw_string *string, caw_value value)
{
    CAW_BEGIN(tile) {
        (void)string, (void)value;
        CAW_RETURN(t);
    } CAW_END;
}
CAW_JOB(tile, moved_later, tile, t, caw_string *, string, caw_value, value);
caw_of(void) elsewhere(double seconds);
CAW_JOB(void, elsewhere, double, seconds);
CAW_DECLARE(caw_string *, named, void);
CAW_JOB(caw_string *, named);

CAW_ASYNC(double, all, caw_executor *executor)
{
    CAW_BEGIN(double) {
        tile t = CAW_AWAIT(
            caw_run_in_executor(executor, moved, (tile){1, 2, 3}, GREEN, "a", (caw_bytes){0}, NULL, NULL, caw_int(1), NULL));
        CAW_AWAIT(caw_to_thread(nothing));
        t = CAW_AWAIT(caw_run_in_executor(executor, moved_later, t, NULL, caw_none()));
        CAW_AWAIT(caw_to_thread(elsewhere, 0.5));
        caw_unref(CAW_AWAIT(caw_to_thread(named)));
        uint64_t     numbers[] = {1, 2};
        caw_results *r = CAW_AWAIT(caw_executor_map(executor, twice, numbers, 2));
        CAW_DEFER(caw_unref, r);
        CAW_RETURN(t.scale + (double)caw_result_at(r, 1, uint64_t));
    } CAW_END;
}
