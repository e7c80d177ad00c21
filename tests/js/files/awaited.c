/* Files, awaited, of a program that JavaScript has loaded. */
#include "../../wasi/files.h"
#include <cawait/export.h>

CAW_EXPORT(int, all_of_files, const char *, folder);
