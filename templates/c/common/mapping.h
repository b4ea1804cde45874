/* The mapping table between canonical products and the other side's, read in both directions. */
#ifndef MAPPING_H
#define MAPPING_H

#include <crossdock/ext/mapping.h>
#include <jansson.h>

#define FAULT_BYTES 4096

extern const xd_mapping_v1 mapping_extension;

/* A new document, or NULL with every fault in `faults` (FAULT_BYTES). */
json_t* convert_product(const json_t* from, int32_t direction, char* faults);

#endif
