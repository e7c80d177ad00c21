/* An echo server; says on which port. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(void, serve, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_DEFER(caw_unref, stream.reader);
        CAW_DEFER(caw_unref, stream.writer);
        for (;;) {
            caw_string *part = CAW_AWAIT(caw_stream_read(stream.reader, 65536));
            CAW_DEFER(caw_unref, part);
            if (!caw_string_size(part)) break;
            CAW_CHECK(caw_stream_write(stream.writer, caw_string_data(part), caw_string_size(part)));
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw_server *server = CAW_AWAIT(caw_start_server(serve, NULL, "127.0.0.1", 0));
        CAW_DEFER(caw_unref, server);
        printf("http://127.0.0.1:%d/\n", caw_server_port(server));
        CAW_AWAIT(caw_server_serve_forever(server));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
