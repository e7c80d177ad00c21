// Functions with names that TypeScript, or the types written beside a C file, have for something else.
#include <cawait.h>
#include <cawait/export.h>

CAW_STRUCT(app, int, id);

static app App(app a) { return a; }
CAW_EXPORT_SYNC(app, App, app, a);
static int delete(void) { return 1; }
CAW_EXPORT_SYNC(int, delete);
static int Exports(void) { return 2; }
CAW_EXPORT_SYNC(int, Exports);

CAW_STRUCT(object, int, id, int, constructor);
CAW_STRUCT(number, object, keyof);
CAW_STRUCT(class, int, id);
static number new(object this, class with) { return (number){.keyof = {.id = this.id + with.id}}; }
CAW_EXPORT_SYNC(number, new, object, this, class, with);

CAW_ASYNC(int, CallOptions)
{
    CAW_BEGIN(int) {
        CAW_RETURN(3);
    } CAW_END;
}
CAW_EXPORT(int, CallOptions);
