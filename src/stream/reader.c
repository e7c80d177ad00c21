/*
 * Owns: the reader of a stream, exact to asyncio's: when a read waits, what it takes, when a transport is paused.
 * Must not know: where the bytes come from, nor the writer.
 */
#include "base/error.h"
#include "stream/stream.h"

static void reader_release(void *object)
{
    caw_stream_reader *r = object;
    if (r->known) *r->known = NULL;
    if (r->transport && r->alone) caw_transport_close(r->transport);
    caw_unref(r->transport);
    caw__buffer_take(&r->buffer, r->buffer.size);
    caw__free(r->buffer.data, r->buffer.capacity);
    caw_unref(r->error);
    caw__free(r, sizeof *r);
}

static const caw__type reader_type = {"StreamReader", reader_release, NULL};

caw_stream_reader *caw_stream_reader_new(size_t limit)
{
    caw_stream_reader *r = limit ? caw__object_new(&reader_type, CAW__OBJECT, sizeof *r) : NULL;
    if (r) r->limit = limit;
    return r;
}

static size_t unread(const caw_stream_reader *r)
{
    CAW__ALWAYS(r->aside <= r->buffer.size);
    return r->buffer.size - r->aside;
}

bool       caw_stream_at_eof(const caw_stream_reader *r) { return r->eof && !unread(r); }
caw_error *caw_stream_exception(const caw_stream_reader *r) { return r->error; }

/* ---- Feeding ------------------------------------------------------------------------------------------------------------ */

/* Whoever waits goes on, by an error if there is one; borrowed. */
static void reader_wake(caw_stream_reader *r, caw_error *error)
{
    waiter *w = r->line.first;
    if (!w) return;
    waiters_remove(&r->line, w);
    if (error) waiter_fail(w, error);
    else waiter_wake(w);
}

int caw_stream_feed_data(caw_stream_reader *r, const void *data, size_t size)
{
    CAW__OURS(r);
    if (r->eof) return -CAW_RUNTIME_ERROR;
    if (!size) return 0;
    if (!caw__buffer_reserve(&r->buffer, size)) return -CAW_MEMORY_ERROR;
    caw__buffer_put(&r->buffer, data, size);
    reader_wake(r, NULL);
    size_t held = unread(r);
    if (!r->transport || r->paused || r->unpausable || held <= r->limit || held - r->limit <= r->limit) return 0;
    if (caw_transport_pause_reading(r->transport)) r->unpausable = true;
    else r->paused = true;
    return 0;
}

void caw_stream_feed_eof(caw_stream_reader *r)
{
    CAW__OURS(r);
    r->eof = true;
    reader_wake(r, NULL);
}

int caw_stream_set_error(caw_stream_reader *r, caw_error *error)
{
    CAW__OURS(r);
    if (caw_error_is(error, CAW_STOP_ASYNC_ITERATION) || caw_error_is(error, CAW_GENERATOR_EXIT)) {
        caw_unref(error);
        return -CAW_TYPE_ERROR;
    }
    caw_unref(r->error);
    r->error = error;
    reader_wake(r, error);
    return 0;
}

static void reader_resume(caw_stream_reader *r)
{
    r->paused = false;
    caw_transport_resume_reading(r->transport);
}

static void resume_if_little_is_left(caw_stream_reader *r)
{
    if (r->paused && unread(r) <= r->limit) reader_resume(r);
}

/* ---- Waiting and taking --------------------------------------------------------------------------------------------------- */

static caw_error *busy(const char *who)
{
    return caw_error_new(CAW_RUNTIME_ERROR, "%s: another coroutine waits for data of this stream already", who);
}

/*
 * Waits until something was fed. Who was woken for data, needs more, and finds the stream broken meanwhile gets the error: nobody
 * would wake it (asyncio's readexactly and readuntil wait for ever). Also while paused: whoever waits must be served, or would wait
 * for ever. `all`: what is there counts as read meanwhile, for the limit and for others, but stays where it is until all is there.
 */
static CAW_ASYNC(void, wait_for_data, caw_stream_reader *r, const char *who, bool all)
{
    CAW_BEGIN(void) {
        caw_error *error = r->error ? caw_ref(r->error) : r->line.first ? busy(who) : waiters_bind(&r->bound, "the stream");
        if (!error) {
            waiter w;
            if (r->paused) reader_resume(r);
            if (all) r->aside = r->buffer.size;
            error = WAITERS_WAIT(&r->line, &w, r->aside = all ? 0 : r->aside);
            if (all) r->aside = 0;
            else if (!error && r->aside) error = busy(who); /* claimed between the waking and now */
        }
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

/* Why n bytes cannot be read now; NULL: they can. Nothing can be, even while others wait. */
static caw_error *reader_refuse(const caw_stream_reader *r, size_t n, const char *who)
{
    if (r->error) return caw_ref(r->error);
    return n && r->aside ? busy(who) : NULL;
}

static void reader_drop(caw_stream_reader *r, size_t n)
{
    caw__buffer_take(&r->buffer, n);
    r->taken += n;
}

static caw_string *reader_copy(const caw_stream_reader *r, size_t n)
{
    return caw_string_new(n ? caw__buffer_front(&r->buffer) : NULL, n);
}

/* The first n bytes, or an error: nothing was taken then. */
static caw_string *reader_take(caw_stream_reader *r, size_t n, bool resumes, caw_error **error)
{
    caw_string *bytes = reader_copy(r, n);
    if (!bytes) {
        *error = caw__error_no_memory();
        return NULL;
    }
    reader_drop(r, n);
    if (resumes) resume_if_little_is_left(r);
    return bytes;
}

static CAW_ASYNC(caw_string *, read_some, caw_stream_reader *r, size_t n)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(r)) {
        caw_error *error = reader_refuse(r, n, "read");
        while (!error && n && !r->buffer.size && !r->eof)
            error = CAW__AWAIT_ERROR(wait_for_data(r, "read", false), caw_unref(r));
        caw_string *bytes = error ? NULL : reader_take(r, r->buffer.size < n ? r->buffer.size : n, n != 0, &error);
        caw_unref(r);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(bytes);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, read_all, caw_stream_reader *r)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(r)) {
        caw_error *error = reader_refuse(r, SIZE_MAX, "read");
        while (!error && !r->eof) error = CAW__AWAIT_ERROR(wait_for_data(r, "read", true), caw_unref(r));
        caw_string *bytes = error ? NULL : reader_take(r, r->buffer.size, true, &error);
        caw_unref(r);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(bytes);
    } CAW_END;
}

caw_of(caw_string *) caw_stream_read(caw_stream_reader *r, ptrdiff_t n)
{
    return n < 0 ? read_all(caw_ref(r)) : read_some(caw_ref(r), (size_t)n);
}

/* The stream ended too early: everything there is goes into the error. */
static caw_error *incomplete(caw_stream_reader *r, ptrdiff_t expected)
{
    size_t      size = r->buffer.size;
    caw_string *partial = reader_copy(r, size);
    if (!partial) return caw__error_no_memory();
    caw_error *error =
        expected < 0 ? caw_error_new(CAW_INCOMPLETE_READ_ERROR, "%zu bytes read on a total of undefined expected bytes", size)
                     : caw_error_new(CAW_INCOMPLETE_READ_ERROR, "%zu bytes read on a total of %zu expected bytes", size,
                                     (size_t)expected);
    if (caw__error_is_static(error)) {
        caw_unref(partial);
        return error;
    }
    error->partial = partial;
    error->amount = expected;
    reader_drop(r, size);
    return error;
}

static CAW_ASYNC(caw_string *, read_exactly, caw_stream_reader *r, ptrdiff_t wanted)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(r)) {
        size_t     n = wanted < 0 ? 0 : (size_t)wanted;
        caw_error *error = wanted < 0 ? caw_error_new(CAW_VALUE_ERROR, "readexactly: the size is less than zero")
                                      : reader_refuse(r, n, "readexactly");
        while (!error && r->buffer.size < n) {
            if (r->eof) error = incomplete(r, wanted);
            else error = CAW__AWAIT_ERROR(wait_for_data(r, "readexactly", false), caw_unref(r));
        }
        caw_string *bytes = error ? NULL : reader_take(r, n, n != 0, &error);
        caw_unref(r);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(bytes);
    } CAW_END;
}

caw_of(caw_string *) caw_stream_readexactly(caw_stream_reader *r, ptrdiff_t n) { return read_exactly(caw_ref(r), n); }

/* ---- Separators ------------------------------------------------------------------------------------------------------------ */

/* What a part may end with, the shortest first; a copy of what the program gave. */
typedef struct separators {
    size_t    size; /* of the block; 0: static */
    size_t    count;
    caw_bytes each[];
} separators;

static const separators newline = {0, 1, {{(const uint8_t *)"\n", 1}}};

static void separators_free(const separators *s)
{
    if (s && s->size) caw__free((void *)(uintptr_t)s, s->size);
}

static separators *separators_new(const caw_bytes *given, size_t count)
{
    size_t size = sizeof(separators);
    for (size_t i = 0; i < count; i++) {
        size_t more = sizeof(caw_bytes) + given[i].size;
        if (given[i].size > SIZE_MAX / 4 || size > SIZE_MAX / 4) return NULL;
        size += more;
    }
    separators *s = caw__alloc(size);
    if (!s) return NULL;
    s->size = size;
    s->count = count;
    uint8_t *bytes = (uint8_t *)&s->each[count];
    for (size_t i = 0, at; i < count; i++) {
        for (at = i; at && s->each[at - 1].size > given[i].size; at--) s->each[at] = s->each[at - 1];
        if (given[i].size) memcpy(bytes, given[i].data, given[i].size);
        s->each[at] = (caw_bytes){bytes, given[i].size};
        bytes += given[i].size;
    }
    return s;
}

/* Where `what` begins in the bytes from `from` to `end`; NULL: nowhere. */
static const uint8_t *reader_find(const uint8_t *from, const uint8_t *end, caw_bytes what)
{
    while ((size_t)(end - from) >= what.size) {
        from = memchr(from, what.data[0], (size_t)(end - from) - what.size + 1);
        if (!from) return NULL;
        if (!memcmp(from + 1, what.data + 1, what.size - 1)) return from;
        from++;
    }
    return NULL;
}

/* The separator that ends first, from `offset` on: where it begins and ends. */
static bool find_first(const separators *s, const caw__buffer *buffer, size_t offset, size_t *start, size_t *stop)
{
    const uint8_t *front = caw__buffer_front(buffer), *end = front + buffer->size;
    bool           found = false;
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *at = reader_find(front + offset, end, s->each[i]);
        if (!at) continue;
        found = true;
        *start = (size_t)(at - front);
        *stop = *start + s->each[i].size;
        end = front + *stop - 1; /* another one must end before this */
    }
    return found;
}

/* ---- Reading up to a separator --------------------------------------------------------------------------------------------- */

/* How a part is read: readline drops a line that is too long; lines in a row end with StopAsyncIteration. */
typedef enum manner { UNTIL, LINE, NEXT_LINE } manner;

/* `clean` is how much of the buffer is known to hold no separator, never more than there is; start and stop are where the one that was found stands. */
typedef struct search {
    size_t clean, taken, start, stop;
    bool   found, fits; /* fits: it is not too long, by what is there already */
} search;

/* Looks at what is there. true: that decides. */
static bool reader_search_on(search *it, const caw_stream_reader *r, const separators *s)
{
    size_t size = r->buffer.size, longest = s->each[s->count - 1].size;
    size_t taken = r->taken - it->taken; /* by others, meanwhile */
    it->taken = r->taken;
    it->clean = it->clean > taken ? it->clean - taken : 0;
    if (size - it->clean >= s->each[0].size) {
        it->found = find_first(s, &r->buffer, it->clean, &it->start, &it->stop);
        if (!it->found) it->clean = size >= longest ? size - longest + 1 : 0;
        it->fits = (it->found ? it->start : it->clean) <= r->limit;
    }
    return it->found || !it->fits || r->eof;
}

/* A line that is too long is dropped; of anything else nothing is. */
static caw_error *overrun(const search *it, caw_stream_reader *r, manner how)
{
    caw_error_type type = how == UNTIL ? CAW_LIMIT_OVERRUN_ERROR : CAW_VALUE_ERROR;
    caw_error     *error = it->found ? caw_error_new(type, "the separator is found, but past the limit of %zu bytes", r->limit)
                                     : caw_error_new(type, "the separator is not found within the limit of %zu bytes", r->limit);
    if (caw__error_is_static(error)) return error;
    if (how == UNTIL) {
        error->amount = (ptrdiff_t)(it->found ? it->start : it->clean);
    } else {
        reader_drop(r, it->found ? it->stop : r->buffer.size);
        resume_if_little_is_left(r);
    }
    return error;
}

/* What the search has come to. */
static caw_string *search_end(const search *it, caw_stream_reader *r, manner how, caw_error **error)
{
    if (!it->fits) *error = overrun(it, r, how);
    else if (it->found) return reader_take(r, it->stop, true, error);
    else if (how == UNTIL) *error = incomplete(r, -1);
    else if (how == NEXT_LINE && !r->buffer.size) *error = caw_error_new(CAW_STOP_ASYNC_ITERATION, NULL);
    else return reader_take(r, r->buffer.size, false, error); /* at the end nothing is resumed */
    return NULL;
}

static caw_error *refuse_separators(const separators *s)
{
    if (!s) return caw__error_no_memory();
    if (!s->count) return caw_error_new(CAW_VALUE_ERROR, "readuntil: no separator");
    return s->each[0].size ? NULL : caw_error_new(CAW_VALUE_ERROR, "readuntil: an empty separator");
}

static CAW_ASYNC(caw_string *, read_until, caw_stream_reader *r, const separators *s, manner how)
{
    CAW_BEGIN_OWNING(caw_string *, (caw_unref(r), separators_free(s))) {
        search     it = {.taken = r->taken, .fits = true};
        caw_error *error = refuse_separators(s);
        if (!error) error = reader_refuse(r, SIZE_MAX, "readuntil");
        while (!error && !reader_search_on(&it, r, s))
            error = CAW__AWAIT_ERROR(wait_for_data(r, "readuntil", false), (caw_unref(r), separators_free(s)));
        caw_string *bytes = error ? NULL : search_end(&it, r, how, &error);
        separators_free(s);
        caw_unref(r);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(bytes);
    } CAW_END;
}

caw_of(caw_string *) caw_stream_readuntil_any(caw_stream_reader *r, const caw_bytes *given, size_t count)
{
    return read_until(caw_ref(r), separators_new(given, count), UNTIL);
}

caw_of(caw_string *) caw_stream_readuntil(caw_stream_reader *r, const void *separator, size_t size)
{
    return caw_stream_readuntil_any(r, &(caw_bytes){separator, size}, 1);
}

caw_of(caw_string *) caw_stream_readline(caw_stream_reader *r) { return read_until(caw_ref(r), &newline, LINE); }
caw_of(caw_string *) caw_stream_next_line(caw_stream_reader *r) { return read_until(caw_ref(r), &newline, NEXT_LINE); }

/* ---- What the errors tell ---------------------------------------------------------------------------------------------------- */

caw_string *caw_error_partial(const caw_error *error) { return error ? error->partial : NULL; }

ptrdiff_t caw_error_expected(const caw_error *error)
{
    return caw_error_is(error, CAW_INCOMPLETE_READ_ERROR) ? error->amount : -1;
}

size_t caw_error_consumed(const caw_error *error)
{
    return caw_error_is(error, CAW_LIMIT_OVERRUN_ERROR) ? (size_t)error->amount : 0;
}
