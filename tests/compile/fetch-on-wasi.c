// first: undefined symbol: caw_fetch_is_of_the_hosts_js_and_wasip3
// host: wasi
#include <cawait.h>
#include <cawait/fetch.h>

static CAW_ASYNC(int, get, void)
{
    CAW_BEGIN(int) {
        caw_unref(CAW_AWAIT(caw_fetch("https://example.org/")));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(get)
