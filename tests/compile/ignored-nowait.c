// refused: ignoring return value
#include <cawait.h>

void put(caw_queue *q);
void put(caw_queue *q) { caw_queue_put_nowait(q, caw_int(1)); }
