/*
 * Waits for bytes that are given up while the bytes, or the end, are on their way: nothing is lost, nothing comes twice.
 */
#include "seam.h"

#define ROUNDS 300

/* The n-th byte of what is sent. */
static char byte_at(size_t n) { return (char)(n * 7 + n / 251); }

/* More than a read that waits has room for, and less; given up at once, or told. */
static CAW_ASYNC(void, gives_up, void)
{
    CAW_BEGIN(void) {
        static const size_t sizes[] = {1, 64, 2047, 2048, 2049, 5000, 30000};
        static char         out[30000], in[30000];
        long                ends[2], count = 0;
        size_t              gone = 0, came = 0, given_up = 0;
        bool                same = true;
        check("a pair", CAW_AWAIT(pair(ends)));
        for (int round = 0; round < ROUNDS && count >= 0; round++) {
            step   s;
            size_t size = sizes[round % 7], room = sizes[(round / 7) % 7];
            bool   waits = caw__host_ready(begin(&s), ends[0], CAW__TO_READ) == CAW__UNDER_WAY;
            for (size_t i = 0; i < size; i++) out[i] = byte_at(gone + i);
            same &= CAW_AWAIT(sent(ends[1], out, size)) == (long)size;
            gone += size;
            if (round % 3 == 1) CAW_AWAIT(caw_sleep(0));
            if (round % 3 == 2) CAW_AWAIT(caw_sleep(0.001));
            if (waits) given_up += caw__host_cancel(&s.op);
            while (came < gone && (count = CAW_AWAIT(received(ends[0], in, room))) > 0)
                for (long i = 0; i < count; i++) same &= in[i] == byte_at(came++);
        }
        check("every byte comes once, in order", same && came == gone);
        check("some waits were given up", given_up > 0);
        caw__host_socket_close(ends[0], false);
        caw__host_socket_close(ends[1], false);
    } CAW_END;
}

/* What was sent before it is read first. */
static CAW_ASYNC(void, ends_meanwhile, void)
{
    CAW_BEGIN(void) {
        int right = 0;
        for (int round = 0; round < 30; round++) {
            step s;
            long ends[2];
            char data[8];
            if (!CAW_AWAIT(pair(ends))) break;
            if (round & 1) CAW_AWAIT(sent(ends[1], "hello", 5));
            if (round & 1) CAW_AWAIT(received(ends[0], data, sizeof data));
            bool waits = caw__host_ready(begin(&s), ends[0], CAW__TO_READ) == CAW__UNDER_WAY;
            if (round & 2) CAW_AWAIT(sent(ends[1], "bye", 3));
            caw__host_socket_shutdown(ends[1]);
            if (round % 3) CAW_AWAIT(caw_sleep(0.002));
            if (waits) caw__host_cancel(&s.op);
            long count = CAW_AWAIT(received(ends[0], data, sizeof data));
            bool good = !(round & 2) || (count == 3 && !memcmp(data, "bye", 3));
            if (round & 2) count = CAW_AWAIT(received(ends[0], data, sizeof data));
            bool again = caw__host_ready(begin(&s), ends[0], CAW__TO_READ) != CAW__UNDER_WAY || CAW_AWAIT(end_of(&s, 0)) == 0;
            right += good && !count && again && CAW_AWAIT(received(ends[0], data, sizeof data)) == 0;
            caw__host_cancel(&s.op);
            caw__host_socket_close(ends[0], false);
            caw__host_socket_close(ends[1], false);
        }
        check_is("the end comes after the last byte, and again", right, 30);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(gives_up());
        CAW_AWAIT(ends_meanwhile());
        check("nothing is pending", !caw__host_pending(caw_running_loop()));
        CAW_RETURN(0);
    } CAW_END;
}

int main(void)
{
    int        code = 1, files = open_files();
    caw_error *error = caw_run(main_(), &code);
    check("the program ends well", !error);
    caw_unref(error);
    check_is("no file is left open", open_files(), files);
    caw_stats left = caw_get_stats();
    check("nothing is left behind", !left.blocks && !left.frames);
    return all_good ? code : 1;
}
