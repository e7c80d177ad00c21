// accepted
// host: js
#include <cawait.h>
#include <cawait/export.h>

static CAW_ASYNC(void, nothing, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
CAW_EXPORT(void, nothing);

static CAW_ASYNC(double, all, bool a, int b, uint64_t c, const char *d, caw_string *e, caw_bytes f, const caw_js *g, float h)
{
    CAW_BEGIN(double) {
        (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(double, all, bool, a, int, b, uint64_t, c, const char *, d, caw_string *, e, caw_bytes, f, caw_js *, g, float, h);

static CAW_ASYNC(caw_value, any, size_t number, short x)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(caw_int((int)number + x));
    } CAW_END;
}
CAW_EXPORT(caw_value, any, size_t, number, short, x);

static void reset(void) {}
CAW_EXPORT_SYNC(void, reset);
static double area(double width, double height) { return width * height; }
CAW_EXPORT_SYNC(double, area, double, width, double, height);
static caw_value sum(const char *text, caw_bytes bytes) { return caw_int((int)(text[0] + (int)bytes.size)); }
CAW_EXPORT_SYNC(caw_value, sum, const char *, text, caw_bytes, bytes);
static const char *name(const caw_js *of) { return of ? "something" : "nothing"; }
CAW_EXPORT_SYNC(const char *, name, caw_js *, of);
