// first: one async function more in this file than the response file names; split the file, or make a larger one: node node_modules/cawait/dist/wasm/toolchain/rsp.mjs 1024 > big.rsp
// at: CAW_ASYNC(void, second, void)
// flags: -UCAW_CORO_NAMES -DCAW_CORO_NAMES=1
#include <cawait.h>

CAW_ASYNC(void, first, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
CAW_ASYNC(void, second, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
CAW_ASYNC(void, third, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
