// What documents of partners state beside their own facts: other parties, contacts, notes (X12 N1,
// PER, N9 and MSG, NTE; UBL Party, Contact, Note).
#pragma once

#include <optional>
#include <string>

#include "crossdock/canonical/unknown.hpp"

namespace crossdock::canonical {

// Another party of a document, as its role says.
struct Party {
  std::string role;  // VN, BY, SO ...: data element 98
  std::string name;
  std::string name2;
  std::optional<std::string> qualifier;  // what kind of number `code` is: data element 66
  std::optional<std::string> code;
  std::string street;
  std::string street2;
  std::string city;
  std::string region;
  std::string postal_code;
  std::optional<std::string> country;
  Unknown unknown;
};

struct Contact {
  std::string role;  // data element 366
  std::string name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  Unknown unknown;
};

// Free words, with what they are about where the document says so.
struct Note {
  std::optional<std::string> qualifier;
  std::optional<std::string> reference;
  std::string text;
  Unknown unknown;
};

}  // namespace crossdock::canonical
