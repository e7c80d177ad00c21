/* One exported function of each type that crosses: what `npx cawait types` says of them. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/http.h>

/**
 * The mean of three.
 *
 * In all kinds of numbers.
 */
CAW_ASYNC(double, mean, double a, int b, int64_t c)
{
    CAW_BEGIN(double) {
        CAW_RETURN((a + b + (double)c) / 3);
    } CAW_END;
}
CAW_EXPORT(double, mean, double, a, int, b, int64_t, c);

/* Of the function: what stands above the export is better. */
CAW_ASYNC(void, nothing, void)
{
    CAW_BEGIN(void) {
        CAW_RETURN();
    } CAW_END;
}
// Does nothing; */ ends no comment.
CAW_EXPORT(void, nothing);

CAW_ASYNC(caw_string *, join, const char *text, caw_bytes bytes, bool upper)
{
    CAW_BEGIN(caw_string *) {
        (void)text, (void)bytes, (void)upper;
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, join, const char *, text, caw_bytes, bytes, bool, upper);

static double area(double width, double height) { return width * height; }
/* Of a rectangle; at once. */
CAW_EXPORT_SYNC(double, area, double, width, double, height);

static void reset(void) {}
/* Forgets all. */
CAW_EXPORT_SYNC(void, reset);

/* What answers requests is no exported function. */
CAW_ASYNC(caw_response *, answer, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        (void)request;
        CAW_RETURN(caw_respond("hello"));
    } CAW_END;
}
CAW_HTTP_HANDLER(answer);

/* Where somebody is. */
CAW_STRUCT(point, double, x, double, y, int64_t, id);
CAW_STRUCT(line, point, from, point, to, bool, dotted);
struct tm_part {
    int year, month;
};
// Without the day.
CAW_FIELDS(struct tm_part, int, year, int, month);

static point middle(line l) { return l.from; }
CAW_EXPORT_SYNC(point, middle, line, l);

CAW_ASYNC(caw_doubles *, smooth, const caw_doubles *numbers, struct tm_part when)
{
    CAW_BEGIN(caw_doubles *) {
        (void)when;
        CAW_RETURN(caw_doubles_new(caw_doubles_data(numbers), caw_doubles_count(numbers)));
    } CAW_END;
}
CAW_EXPORT(caw_doubles *, smooth, caw_doubles *, numbers, struct tm_part, when);
