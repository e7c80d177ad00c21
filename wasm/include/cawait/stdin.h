/*
 * Owns: lines of standard input as something to await. On the hosts of WASI and the native one.
 * Must not know: how the host waits for input.
 *
 *     caw_string *line;
 *     while ((line = CAW_AWAIT(caw_stdin_line()))) {
 *         printf("> %s\n", caw_string_data(line));
 *         caw_unref(line);
 *     }
 */
#ifndef CAWAIT_STDIN_H
#define CAWAIT_STDIN_H

#include <cawait/future.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The next line, without its "\n" or "\r\n"; any bytes, of any length. NULL: the end of the input, now and from then on. A last
 * line that nothing ends is a line. OSError: the input cannot be read; MemoryError: the line stays, for another try.
 * One at a time: RuntimeError while another is awaited. Cancelled or dropped, it loses nothing: the next call gets the line.
 * A line that has arrived is given at once, so a loop over a full pipe gives way to other tasks only where it awaits something else.
 * While a line is awaited the host's timers go on, but for hosts that cannot wait for input and time together: there each read
 * blocks them (never on wasip3).
 */
/* (The name is what the linker misses on another host.) */
CAW__HANDLE caw_of(caw_string *) caw_stdin_line(void) __asm__("caw_stdin_line_is_of_the_wasip1_host");

#ifdef __cplusplus
}
#endif
#endif
