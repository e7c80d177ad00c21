/*
 * Owns: a reader that is fed by hand, beside the model: exact in what it gives, what it raises and when it waits.
 */
#include "stream_model.h"
#include "streams.h"

static caw_stream_reader *reader;
static model              m;
static struct {
    bool    active, waits; /* waits: it did when it was last looked at, which an error or a cancellation may have ended */
    request request;
} asked[2];

static bool open_reader(void)
{
    static const size_t limits[] = {1, 3, 8, 64};
    m = (model){.limit = limits[below(4)]};
    memset(asked, 0, sizeof asked);
    reader = caw_stream_reader_new(m.limit);
    return reader != NULL;
}

/* Whoever was woken before the stream was broken goes on with what there is, as in asyncio. */
static answer expected(request r, bool broken_before, const caw_error *error)
{
    int set = m.error;
    if (!broken_before && (int)caw_error_type_of(error) != set) m.error = 0;
    answer a = model_answer(&m, r);
    m.error = set;
    return a;
}

static bool others_wait(unsigned i) { return asked[1 - i].active; }

static CAW_ASYNC(void, read_once, unsigned i)
{
    CAW_BEGIN(void) {
        request r = asked[i].request = request_new();
        SAY("%u asks %d %d", i, r.kind, (int)r.n);
        bool broken_before = m.error;
        asked[i].active = true;
        CAW_TRY {
            caw_string *bytes = CAW_AWAIT(request_await(reader, r));
            SAY("%u got %d", i, (int)caw_string_size(bytes));
            asked[i].active = false;
            model_check(&m, r, expected(r, broken_before, NULL), bytes, NULL);
            caw_unref(bytes);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            SAY("%u failed %s", i, caw_error_name((int)caw_error_type_of(error)));
            asked[i].active = false;
            switch (caw_error_type_of(error)) {
            case CAW_CANCELLED_ERROR:
            case CAW_GENERATOR_EXIT: CAW_RERAISE(); /* nothing was read */
            case CAW_MEMORY_ERROR: break;           /* nor here */
            case CAW_RUNTIME_ERROR: REQUIRE(others_wait(i)); break;
            default: model_check(&m, r, expected(r, broken_before, error), NULL, error);
            }
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, work, unsigned i)
{
    CAW_BEGIN(void) {
        while (more()) {
            CAW_AWAIT(read_once(i));
            CAW_AWAIT(caw_sleep(byte() & 1));
        }
    } CAW_END;
}

static void deed(void)
{
    unsigned which = byte(), count = byte() % 70;
    if (which % 32 == 31) {
        caw_stream_feed_eof(reader);
        m.ended = true;
    } else if (which % 32 == 30 && !m.error) {
        REQUIRE(caw_stream_set_error(reader, caw_error_new(CAW_OS_ERROR, "broken")) == 0);
        m.error = (int)caw_error_type_of(caw_stream_exception(reader));
    } else if (m.fed + count <= LONGEST) {
        size_t fed = m.fed;
        model_feed(&m, count);
        int status = caw_stream_feed_data(reader, m.data + fed, count);
        SAY("fed %u: %d", count, status);
        REQUIRE(status == 0 || status == -CAW_MEMORY_ERROR || (m.ended && status == -CAW_RUNTIME_ERROR));
        if (status) m.fed = fed;
    }
    REQUIRE(!caw_stream_at_eof(reader) || m.ended);
}

/* Who waits must have a reason to. */
static void idle(void)
{
    for (unsigned i = 0; i < 2; i++) REQUIRE(!asked[i].active || others_wait(i) || model_answer(&m, asked[i].request).waits);
}

static void close_reader(void)
{
    caw_unref(reader);
    reader = NULL;
}

const kind_of_stream fed_stream = {open_reader, work, deed, idle, close_reader, 2};
