// first: call to undeclared function 'fetch_page'
// at: int page = CAW_AWAIT(fetch_page(1));
#include <cawait.h>

CAW_ASYNC(int, caller, void)
{
    CAW_BEGIN(int) {
        int page = CAW_AWAIT(fetch_page(1));
        CAW_RETURN(page);
    } CAW_END;
}
