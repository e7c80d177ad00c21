// first: undefined symbol: CAW_EXPORT_is_of_the_js_host
// host: wasi
#include <cawait.h>
#include <cawait/export.h>

static CAW_ASYNC(int, get, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, get);
CAW_MAIN(get)
