/*
 * Owns: finding the links of an HTML page while it arrives, in pieces of any size.
 * Must not know: what a URL is; targets come out as they were written, with &amp; and its like undone.
 */
#ifndef LINKS_H
#define LINKS_H

#include <cawait/value.h>

#define LINK_LONGEST 2048 /* longer ones are cut; no server takes them */

/* All zero to begin with. */
typedef struct links {
    caw_string **found;
    size_t       count, room;
    /* The scanner; see links.c. */
    uint8_t state, quote, raw, matched, name_length;
    bool    wanted; /* the value that is being read is a link's */
    char    tag[8], name[8];
    size_t  value_length, value_room;
    char   *value;
} links;

/* The next piece of the page. 0, or -CAW_MEMORY_ERROR. */
int  links_feed(links *links, const char *bytes, size_t size);
void links_clear(links *links);

#endif
