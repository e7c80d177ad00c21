/* Files, awaited: files FOLDER. */
#include "files.h"

int main(int argc, char **argv)
{
    int        code = 1;
    caw_error *error = argc == 2 ? caw_run(all_of_files(argv[1]), &code) : NULL;
    if (error) printf("not ok files: %s\n", caw_error_message(error));
    caw_unref(error);
    caw_stats stats = caw_get_stats();
    check("nothing is left", stats.frames == 0 && stats.blocks == 0 && stats.loops == 0);
    return code != 0;
}
