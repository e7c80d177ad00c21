/* Imports something of its own. */
#include <cawait.h>
#include <cawait/export.h>

__attribute__((import_module("game"), import_name("score"))) int game_score(int n);

CAW_ASYNC(int, score, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(game_score(n));
    } CAW_END;
}
CAW_EXPORT(int, score, int, n);
