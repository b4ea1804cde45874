// What the records of a mapping say, as a tree, while the mapping is compiled: rows name dotted
// paths in any order; the document has them as nested objects, in the order of the first row that
// names them. Laid out, the tree becomes the flat entries of a Program::Record.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugins/edi_x12/mapping/program.hpp"

namespace crossdock::x12 {

struct Outline {
  enum class Kind : std::uint8_t { object, list, field, fixed, given };
  Kind kind = Kind::object;
  std::string name;         // "\"lines\":" as it is written
  std::string path;         // for messages
  std::uint16_t index = 0;  // field of the record; list: record type; given: its place
  std::string fixed;        // JSON
  // Of an object its members; of a fixed or given value what goes before it.
  std::vector<Outline> inner;
};

// A field of a record.
struct OutlineField {
  const MapField* field = nullptr;
  const CodeWords* list = nullptr;
  std::string where;  // "PO102", for messages
};

struct RecordOutline {
  std::uint16_t parent = kNone;
  std::string list_path;  // within the parent
  std::vector<OutlineField> fields;
  Outline out;
};

class Outlines {
 public:
  Outlines() : records_(1) {}

  const std::vector<RecordOutline>& records() const { return records_; }
  RecordOutline& record(std::uint16_t type) { return records_[type]; }
  // Puts an entry at a dotted path of a record; an entry that is there already stays.
  Outline& place(std::uint16_t record, const std::string& path, Outline entry);
  // `always lines.status accepted`: below a list it belongs to the list's record.
  void always(const std::string& path, Outline entry);
  // The record type of a list, made when it is named first.
  std::uint16_t record_at(std::uint16_t parent, const std::string& path);

  // Entries by record type and field.
  using FieldEntries = std::vector<std::vector<std::uint16_t>>;
  // Fills records, words and texts of the program.
  FieldEntries lay_out(Program& program) const;

 private:
  std::vector<RecordOutline> records_;
};

}  // namespace crossdock::x12
