/* The floor that readers are measured against, in plain C: what a program must at least do. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Segment terminators, by memchr. */
size_t baseline_count(const char* bytes, size_t size);

/* The tape: offsets of every '*' and '~' into `tape`, which has room for `size` entries; how many.
 */
size_t baseline_tape(const char* bytes, size_t size, uint32_t* tape);

#ifdef __cplusplus
}
#endif
