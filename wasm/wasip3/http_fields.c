/*
 * Owns: headers: those that C gives to the host, those that it reads of a message.
 * Must not know: what a message is besides.
 */
#include "http.h"

CAW__COLD

CAW__FROM(CAW__HTTP, "[static]fields.from-list")
void caw__http_fields_from_list(const caw__http_field *list, uint32_t count, void *result);
CAW__FROM(CAW__HTTP, "[method]fields.get")
void caw__http_fields_get(uint32_t self, const char *name, uint32_t size, void *result);
CAW__FROM(CAW__HTTP, "[method]fields.copy-all") void caw__http_fields_copy_all(uint32_t self, void *result);
CAW__FROM(CAW__HTTP, "[resource-drop]fields") void caw__http_fields_drop(uint32_t self);

#define FEW 12 /* headers for which no memory is asked */

void caw__http_drop_fields(uint32_t fields)
{
    if (fields) caw__http_fields_drop(fields);
}

/* ---- To the host ------------------------------------------------------------------------------------------------------------- */

static size_t count_of(const char *const *headers)
{
    size_t count = 0;
    while (headers && headers[2 * count]) count++;
    return count;
}

/* Which of them it refuses, by trying; what is left of the other errors is that there are too many. */
static caw_error *refused(const caw__http_field *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t result[5];
        caw__http_fields_from_list(&list[i], 1, result);
        if (!(result[0] & 255)) {
            caw__http_fields_drop(result[1]);
            continue;
        }
        if ((result[1] & 255) == 4 && (result[2] & 255)) caw_component_free((char *)(uintptr_t)result[3], result[4]);
        return caw_error_new(CAW_TYPE_ERROR, "the host takes no header '%s' of this kind", list[i].name.data);
    }
    return caw_error_new(CAW_TYPE_ERROR, "the host does not take these headers");
}

uint32_t caw__http_fields(const char *const *headers, const caw__http_field *own, size_t count, caw_error **why)
{
    caw__http_field few[FEW], *list = few;
    size_t          given = count_of(headers), all = given + count, size = caw__size_of(0, all, sizeof *list);
    uint32_t        result[5];
    if (all > FEW && !(list = caw__alloc(size))) {
        *why = caw__error_no_memory();
        return 0;
    }
    for (size_t i = 0; i < count; i++) list[i] = own[i];
    for (size_t i = 0; i < given; i++) list[count + i] = caw__http_field_of(headers[2 * i], headers[2 * i + 1]);
    caw__http_fields_from_list(list, (uint32_t)all, result);
    bool bad = result[0] & 255;
    if (bad) *why = refused(list, all);
    if (list != few) caw__free(list, size);
    return bad ? 0 : result[1];
}

/* ---- From the host ----------------------------------------------------------------------------------------------------------- */

caw_string *caw__http_get(uint32_t fields, const char *name)
{
    struct {
        caw__http_text *items;
        uint32_t        count;
    } values;
    if (!fields || !caw__http_is_token(name)) return NULL; /* a name that is no UTF-8 would end the program */
    caw__http_fields_get(fields, name, (uint32_t)caw__length(name), &values);
    if (!values.count) return NULL;
    size_t size = 2 * (values.count - 1), end = 0;
    for (uint32_t i = 0; i < values.count; i++) size += values.items[i].size;
    caw_string *whole = caw_string_new(NULL, size);
    for (uint32_t i = 0; i < values.count; i++) {
        caw__http_text value = values.items[i];
        if (whole && i) memcpy(whole->data + end, ", ", 2), end += 2;
        if (whole && value.size) memcpy(whole->data + end, value.data, value.size);
        end += value.size;
        caw_component_free(value.data, value.size);
    }
    caw_component_free(values.items, values.count * sizeof *values.items);
    return whole;
}

void caw__http_drop_list(caw_js *it)
{
    for (uint32_t i = 0; i < it->count; i++) {
        caw_component_free(it->list[i].name.data, it->list[i].name.size);
        caw_component_free(it->list[i].value.data, it->list[i].value.size);
    }
    caw_component_free(it->list, it->count * sizeof *it->list);
    it->list = NULL;
    it->count = 0;
}

static int order_of(const caw__http_text *one, const caw__http_text *other)
{
    uint32_t size = one->size < other->size ? one->size : other->size;
    int      order = size ? memcmp(one->data, other->data, size) : 0;
    return order ? order : (one->size > other->size) - (one->size < other->size);
}

/* By their names, in small letters; those of one name stay as they came. */
static void sort(caw__http_field *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        caw__http_field field = list[i];
        uint32_t        at = i;
        for (uint32_t k = 0; k < field.name.size; k++)
            if (field.name.data[k] >= 'A' && field.name.data[k] <= 'Z') field.name.data[k] |= 32;
        for (; at && order_of(&list[at - 1].name, &field.name) > 0; at--) list[at] = list[at - 1];
        list[at] = field;
    }
}

bool caw_request_header_at(const caw_request *request, size_t index, caw_string **name, caw_string **value)
{
    caw_js  *it = (caw_js *)(uintptr_t)request;
    uint32_t at = 0, fields = caw__http_fields_of(request);
    if (!it->list && fields) {
        struct {
            caw__http_field *items;
            uint32_t         count;
        } all;
        caw__http_fields_copy_all(fields, &all);
        it->list = all.items;
        it->count = all.count;
        sort(it->list, it->count);
    }
    while (at < it->count && index--) { /* one name is one header */
        uint32_t first = at++;
        while (at < it->count && !order_of(&it->list[first].name, &it->list[at].name)) at++;
    }
    *name = *value = NULL;
    if (at >= it->count) return false;
    *name = caw_string_new(it->list[at].name.data, it->list[at].name.size);
    *value = *name ? caw__http_get(fields, caw_string_data(*name)) : NULL;
    if (*value) return true;
    caw_unref(*name);
    *name = NULL;
    return false;
}

CAW__COLD_END
