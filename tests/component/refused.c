/*
 * Run without -S inherit-network: what is missing is named, with what to do about it. By the seam, as it needs no network of the core's.
 */
#include "host.h"
#include <cawait.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void check(const char *name, bool good) { printf("%s %s\n", good ? "ok" : "not ok", name); }

static bool says(const char *what)
{
    const char *text = caw__host_no_sockets();
    return text && strstr(text, what);
}

static void done(caw__op *op) { caw_set_result((caw_of(long))(void *)op->words[2], (long)op->result); }

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        check("nothing is missing that nobody has asked for", !caw__host_no_sockets());
        check("a socket of TCP", caw__host_socket(CAW_IPV4, CAW__TCP) == -ENOTSUP && says("-S inherit-network"));
        check("of UDP", caw__host_socket(CAW_IPV6, CAW__UDP) == -ENOTSUP && says("-S inherit-network"));
        caw_address address;
        caw__op     op = {.loop = caw_running_loop(), .done = done};
        long        result = (long)caw__host_resolve(&op, "localhost", 80, CAW_ANY_FAMILY, false, &address, 1);
        if (result == CAW__UNDER_WAY) {
            caw_auto future = caw_future(long);
            op.words[2] = (intptr_t)future;
            result = CAW_AWAIT(future);
        }
        check("a name", result == -ENOTSUP && says("allow-ip-name-lookup"));
        check("an address needs nobody", caw__host_resolve(&op, "::1", 80, CAW_ANY_FAMILY, false, &address, 1) == 1);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
