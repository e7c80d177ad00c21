/* The program: `npm start`, or `npm run build`, then `wasmtime app.wasm`. Greets each line of standard input. */
#include "greet.h"
#include <cawait/stdin.h>
#include <stdio.h>

CAW_ASYNC(int, main_task)
{
    CAW_BEGIN(int) {
        caw_string *name;
        printf("Your name?\n");
        while ((name = CAW_AWAIT(caw_stdin_line()))) {
            caw_string *text = CAW_AWAIT(greet(caw_string_data(name)));
            printf("%s\n", caw_string_data(text));
            caw_unref(text);
            caw_unref(name);
        }
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_task);
