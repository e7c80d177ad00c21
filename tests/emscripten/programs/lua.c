/*
 * A Lua interpreter in a page: each script is a coroutine, in a task of its own, and what it calls of the page is awaited.
 *
 *     const sum = await Module.run('sleep(0.5) return call("price", "apples") * 3', { signal });
 *
 * A function of ours begins something and yields; run() awaits that and resumes the script, with what came of it or an error, which pcall
 * catches. A script that computes gives way every so many instructions, by a hook that yields. When its task is cancelled, the coroutine is
 * closed, and with it what the script has in `<close>` variables. Lua is one for all of them, with its globals.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

enum { INSTRUCTIONS = 100000 }; /* from one call of the hook to the next: some 1 ms */

static lua_State *lua;

typedef struct script {
    lua_State *coroutine;
    int        reference;      /* what keeps that */
    caw_of(caw_value) promise; /* what it has yielded for; NULL: to sleep */
    double     seconds;        /* so long; 0: to give way */
    caw_value  value;          /* what came of it, */
    caw_error *error;          /* or its error; NULL */
} script;

/* Of Lua's first coroutine, and of one that a script has made, there is none. */
static script *script_of(lua_State *L) { return *(script **)lua_getextraspace(L); }

static caw_value value_at(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN: return caw_bool(lua_toboolean(L, index));
    case LUA_TNUMBER: return caw_double(lua_tonumber(L, index));
    case LUA_TSTRING: return caw_text(caw_string_new(lua_tostring(L, index), lua_rawlen(L, index)));
    default: return caw_none();
    }
}

/* ---- What a script calls: here Lua's errors are caught ----------------------------------------------------------------------- */

/* A whole number is an integer: JavaScript does not tell 3 from 3.0. */
static int push(lua_State *L, caw_value value)
{
    lua_Integer whole;
    if (value.tag == CAW_NONE) lua_pushnil(L);
    else if (value.tag == CAW_BOOL) lua_pushboolean(L, value.as_bool);
    else if (value.tag == CAW_STRING) lua_pushlstring(L, caw_string_data(value.as_string), caw_string_size(value.as_string));
    else if (value.tag != CAW_DOUBLE) return luaL_error(L, "what it gives is nothing that Lua has");
    else if (lua_numbertointeger(value.as_double, &whole) && (double)whole == value.as_double) lua_pushinteger(L, whole);
    else lua_pushnumber(L, value.as_double);
    return 1;
}

/* Before anything is begun: an error, where the script could not wait for it. */
static script *waits(lua_State *L)
{
    if (!script_of(L)) luaL_error(L, "a coroutine of a script's own cannot wait: it yields to who resumes it");
    if (!lua_isyieldable(L)) luaL_error(L, "a script cannot wait inside a function that C has called");
    return script_of(L);
}

static int resumed(lua_State *L, int status, lua_KContext context)
{
    (void)status, (void)context;
    if (!script_of(L)->error) return push(L, script_of(L)->value);
    return luaL_error(L, "%s", caw_error_message(script_of(L)->error));
}

static int wait(lua_State *L)
{
    double seconds = luaL_checknumber(L, 1);
    waits(L)->seconds = seconds;
    return lua_yieldk(L, 0, 0, resumed);
}

/* call(name, value): a function of the page, and the promise that it gives. */
static int call(lua_State *L)
{
    script *it = waits(L);
    caw_js *function = caw_js_global(luaL_checkstring(L, 1));
    it->promise = caw_from_promise(caw_value, function ? caw_js_call(function, value_at(L, 2)) : NULL);
    caw_unref(function);
    return lua_yieldk(L, 0, 0, resumed);
}

static void give_way(lua_State *L, lua_Debug *event)
{
    (void)event;
    if (script_of(L) && lua_isyieldable(L)) lua_yield(L, 0);
}

/* ---- Scripts ----------------------------------------------------------------------------------------------------------------- */

static void close(void *data)
{
    script *it = data;
    lua_closethread(it->coroutine, lua);
    luaL_unref(lua, LUA_REGISTRYINDEX, it->reference);
    caw_value_drop(it->value);
    caw_unref(it->error);
}

/* The first value that the script returns. */
CAW_ASYNC(caw_value, run, const char *text)
{
    CAW_BEGIN(caw_value) {
        script it = {.coroutine = lua_newthread(lua)};
        it.reference = luaL_ref(lua, LUA_REGISTRYINDEX);
        CAW_DEFER(close, &it);
        *(script **)lua_getextraspace(it.coroutine) = &it;
        lua_sethook(it.coroutine, give_way, LUA_MASKCOUNT, INSTRUCTIONS);
        int results = 0, status = luaL_loadbuffer(it.coroutine, text, strlen(text), "=script");
        if (!status) status = lua_resume(it.coroutine, NULL, 0, &results);
        for (; status == LUA_YIELD; status = lua_resume(it.coroutine, NULL, 0, &results)) {
            lua_pop(it.coroutine, results);
            script waited = it; /* and nothing of what came of the last one is left */
            it = (script){.coroutine = waited.coroutine, .reference = waited.reference};
            caw_value_drop(waited.value);
            caw_unref(waited.error);
            CAW_TRY {
                if (waited.promise) it.value = CAW_AWAIT(waited.promise);
                else CAW_AWAIT(caw_sleep(waited.seconds));
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                it.error = caw_ref(error);
            }
            CAW_END_TRY;
        }
        if (status)
            CAW_RAISE(CAW_RUNTIME_ERROR, "%s", lua_isstring(it.coroutine, -1) ? lua_tostring(it.coroutine, -1) : "no text");
        CAW_RETURN(results ? value_at(it.coroutine, -results) : caw_none());
    } CAW_END;
}
CAW_EXPORT(caw_value, run, const char *, text);

int main(void)
{
    lua = luaL_newstate();
    luaL_openlibs(lua);
    lua_register(lua, "sleep", wait);
    lua_register(lua, "call", call);
    tell();
    return 0;
}
