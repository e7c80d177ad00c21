/* Owns: stream_model.h's parts. */
#include "stream_model.h"

#define BYTES(text) {(const uint8_t *)(text), sizeof(text) - 1}
const caw_bytes separators[3] = {BYTES("\n"), BYTES("ab\n"), BYTES("aba")};

request request_new(void)
{
    unsigned     which = byte(), n = byte();
    request_kind kind = (request_kind)(which % 7);
    if (kind == UNTIL) n %= 3;
    if (kind == UNTIL_ANY) n = 1 + n % 3;
    return (request){kind, which & 128 && kind == EXACTLY ? -1 : (ptrdiff_t)n};
}

void model_feed(model *m, size_t count)
{
    static const char letters[] = "abaab\nc";
    for (size_t i = 0; i < count && m->fed < LONGEST; i++) {
        size_t at = m->fed;
        m->data[m->fed++] = (uint8_t)letters[(at * 5 + at / 7 + at / 49) % 7];
    }
}

static bool ends_with(const uint8_t *data, size_t size, caw_bytes separator)
{
    return size >= separator.size && !memcmp(data + size - separator.size, separator.data, separator.size);
}

/* Up to the first end of one of `count` separators from `first` on. */
static answer until(const model *m, size_t first, size_t count, bool line)
{
    const uint8_t *data = m->data + m->read;
    size_t         size = m->fed - m->read, longest = 0;
    int            overrun = line ? CAW_VALUE_ERROR : CAW_LIMIT_OVERRUN_ERROR;
    for (size_t end = 1; end <= size; end++) {
        size_t shortest = SIZE_MAX;
        for (size_t i = first; i < first + count; i++)
            if (ends_with(data, end, separators[i]) && separators[i].size < shortest) shortest = separators[i].size;
        if (shortest == SIZE_MAX) continue;
        if (end - shortest <= m->limit) return (answer){.given = end};
        return (answer){.error = overrun, .consumed = end - shortest, .dropped = line ? end : 0};
    }
    for (size_t i = first; i < first + count; i++)
        if (separators[i].size > longest) longest = separators[i].size;
    size_t clean = size >= longest ? size - longest + 1 : 0;
    if (clean > m->limit) return (answer){.error = overrun, .consumed = clean, .dropped = line ? size : 0};
    if (!m->ended) return (answer){.waits = true};
    if (line) return (answer){.given = size};
    return (answer){.error = CAW_INCOMPLETE_READ_ERROR, .given = size, .expected = -1};
}

answer model_answer(const model *m, request r)
{
    size_t size = m->fed - m->read, n = (size_t)r.n;
    answer a = {0};
    if (r.kind == EXACTLY && r.n < 0) return (answer){.error = CAW_VALUE_ERROR};
    if (m->error) return (answer){.error = m->error};
    switch (r.kind) {
    case SOME:
        a.waits = n && !size && !m->ended;
        a.given = size < n ? size : n;
        return a;
    case ALL: return (answer){.waits = !m->ended, .given = size};
    case EXACTLY:
        if (size >= n) return (answer){.given = n};
        if (!m->ended) return (answer){.waits = true};
        return (answer){.error = CAW_INCOMPLETE_READ_ERROR, .given = size, .expected = r.n};
    case UNTIL: return until(m, n, 1, false);
    case UNTIL_ANY: return until(m, 0, n, false);
    default:
        a = until(m, 0, 1, true);
        if (r.kind == NEXT_LINE && !a.waits && !a.error && !a.given) a.error = CAW_STOP_ASYNC_ITERATION;
        return a;
    }
}

void model_check(model *m, request r, answer a, const caw_string *bytes, const caw_error *error)
{
    (void)r;
    REQUIRE(!a.waits);
    REQUIRE((int)caw_error_type_of(error) == a.error);
    if (a.error == CAW_INCOMPLETE_READ_ERROR) {
        bytes = caw_error_partial(error);
        REQUIRE(caw_error_expected(error) == a.expected);
    }
    if (a.error == CAW_LIMIT_OVERRUN_ERROR) REQUIRE(caw_error_consumed(error) == a.consumed);
    if (bytes) {
        REQUIRE(caw_string_size(bytes) == a.given);
        REQUIRE(!memcmp(caw_string_data(bytes), m->data + m->read, a.given));
    }
    m->read += a.given + a.dropped;
}

caw_of(caw_string *) request_await(caw_stream_reader *reader, request r)
{
    switch (r.kind) {
    case SOME: return caw_stream_read(reader, r.n);
    case ALL: return caw_stream_read(reader, -1);
    case EXACTLY: return caw_stream_readexactly(reader, r.n);
    case LINE: return caw_stream_readline(reader);
    case NEXT_LINE: return caw_stream_next_line(reader);
    case UNTIL: return caw_stream_readuntil(reader, separators[r.n].data, separators[r.n].size);
    default: return caw_stream_readuntil_any(reader, separators, (size_t)r.n);
    }
}
