// The published JSON Schemas (2020-12) of the canonical entities, made from the same descriptions
// as the codec. Committed under canonical/schemas; a test fails when they drift.
//
// Thread-safe.
#pragma once

#include <string>
#include <vector>

namespace crossdock::canonical {

struct PublishedSchema {
  std::string entity;  // order_acknowledgement
  std::string text;    // pretty-printed, ends with a newline
};

// All of them, in alphabetical order.
std::vector<PublishedSchema> published_schemas();

}  // namespace crossdock::canonical
