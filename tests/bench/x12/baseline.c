#include "tests/bench/x12/baseline.h"

#include <string.h>

size_t baseline_count(const char* bytes, size_t size) {
  const char* end = bytes + size;
  size_t count = 0;
  for (const char* at = bytes; (at = memchr(at, '~', (size_t)(end - at))) != NULL; ++at) {
    ++count;
  }
  return count;
}

size_t baseline_tape(const char* bytes, size_t size, uint32_t* tape) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] == '*' || bytes[i] == '~') {
      tape[count++] = (uint32_t)i;
    }
  }
  return count;
}
