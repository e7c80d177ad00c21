/*
 * sqlite3 in a page: queries as async functions, several at once, which give way to the page and can be cancelled.
 *
 *     const rows = await Module.query('SELECT name FROM people WHERE age > ?', [30], { signal });
 *
 * What sqlite3_progress_handler calls cannot await: sqlite is on C's stack, and a statement that it interrupts cannot go on. So it counts,
 * and a query gives way after the next row, once so much was done; a step that comes to no row at all (of a sort, or count(*)) is ended when
 * it has done too much, for until it is over the page stands still, and its AbortSignal is not heard.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <sqlite3.h>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

enum {
    PORTION = 10000, /* instructions of sqlite's machine, which is some 0.3 ms, between two calls of the handler */
    MOST = 1000      /* portions of one step */
};

static sqlite3 *db;

static int worked(void *portions) { return ++*(int *)portions > MOST; }

static void finalize(void *statement) { sqlite3_finalize(statement); }

/* A value of JavaScript's for a parameter. 0, or negative when there is no such value in SQL. */
static int bind(sqlite3_stmt *statement, int n, const caw_js *given)
{
    caw_value value;
    int       status = caw_js_to_value(given, &value);
    if (status < 0) return status;
    switch (value.tag) {
    case CAW_NONE: status = sqlite3_bind_null(statement, n); break;
    case CAW_BOOL: status = sqlite3_bind_int(statement, n, value.as_bool); break;
    case CAW_INT64: status = sqlite3_bind_int64(statement, n, value.as_int64); break;
    case CAW_DOUBLE: status = sqlite3_bind_double(statement, n, value.as_double); break;
    case CAW_STRING:
        status = sqlite3_bind_text(statement, n, caw_string_data(value.as_string), (int)caw_string_size(value.as_string),
                                   SQLITE_TRANSIENT);
        break;
    case CAW_BYTES:
        status = sqlite3_bind_blob(statement, n, caw_string_data(value.as_string), (int)caw_string_size(value.as_string),
                                   SQLITE_TRANSIENT);
        break;
    default: status = SQLITE_MISMATCH;
    }
    caw_value_drop(value);
    return status == SQLITE_OK ? 0 : -CAW_TYPE_ERROR;
}

/* A column of the row where the statement stands. An integer of more than 53 bits is a BigInt. */
static caw_value column(sqlite3_stmt *statement, int n)
{
    size_t size = (size_t)sqlite3_column_bytes(statement, n);
    switch (sqlite3_column_type(statement, n)) {
    case SQLITE_INTEGER: {
        sqlite3_int64 value = sqlite3_column_int64(statement, n);
        return value >> 53 == value >> 63 ? caw_double((double)value) : caw_int64(value);
    }
    case SQLITE_FLOAT: return caw_double(sqlite3_column_double(statement, n));
    case SQLITE_TEXT: return caw_text(caw_string_new(sqlite3_column_text(statement, n), size));
    case SQLITE_BLOB: return caw_blob(caw_string_new(sqlite3_column_blob(statement, n), size));
    default: return caw_js_value(caw_js_null());
    }
}

/* An object with a property for each column; NULL: error. */
static caw_js *row_of(sqlite3_stmt *statement)
{
    caw_js *row = caw_js_object();
    for (int n = 0; row && n < sqlite3_column_count(statement); n++)
        if (caw_js_set(row, sqlite3_column_name(statement, n), column(statement, n)) < 0) {
            caw_unref(row);
            return NULL;
        }
    return row;
}

CAW_ASYNC(caw_js *, query, const char *sql, caw_js *parameters)
{
    CAW_BEGIN(caw_js *) {
        sqlite3_stmt *statement;
        if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL)) CAW_RAISE(CAW_VALUE_ERROR, "%s", sqlite3_errmsg(db));
        CAW_DEFER(finalize, statement);
        for (int n = 0; n < sqlite3_bind_parameter_count(statement); n++) {
            caw_js *given = CAW_JS(caw_js_at(parameters, (uint32_t)n));
            int     status = bind(statement, n + 1, given);
            caw_unref(given);
            if (status < 0) CAW_RAISE(CAW_TYPE_ERROR, "parameter %d is nothing that SQL has", n + 1);
        }
        caw_js *rows = CAW_JS(caw_js_array());
        CAW_DEFER(caw_unref, rows);
        int portions = 0;
        for (uint32_t n = 0;; n++) {
            sqlite3_progress_handler(db, PORTION, worked, &portions); /* of this query: others had their turn */
            int status = sqlite3_step(statement);
            if (status == SQLITE_DONE) CAW_RETURN(caw_ref(rows));
            if (status == SQLITE_INTERRUPT) CAW_RAISE(CAW_TIMEOUT_ERROR, "no row in %d portions of work", MOST);
            if (status != SQLITE_ROW) CAW_RAISE(CAW_RUNTIME_ERROR, "%s", sqlite3_errmsg(db));
            caw_js *row = CAW_JS(row_of(statement));
            if (caw_js_put(rows, n, caw_js_value(row)) < 0) CAW_RAISE_ERROR(caw_js_take_error());
            if (!portions) continue;
            CAW_AWAIT(caw_sleep(0)); /* to the others, and to the page when the loop has had its time: its budget */
            portions = 0;
        }
    } CAW_END;
}
CAW_EXPORT(caw_js *, query, const char *, sql, caw_js *, parameters);

/* How many statements there are that have not been finalized. */
static int statements(void)
{
    int count = 0;
    for (sqlite3_stmt *one = NULL; (one = sqlite3_next_stmt(db, one));) count++;
    return count;
}
CAW_EXPORT_SYNC(int, statements);

int main(void)
{
    if (sqlite3_open(":memory:", &db)) return 1;
    tell();
    return 0;
}
