#include "plugins/edi_x12/command/json_lines.hpp"

#include <cstdio>

#include "plugins/edi_x12/engine/utf8.hpp"

namespace crossdock::x12::command {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;

void append_counts(std::string& out, const Tally& t) {
  char text[320];
  std::snprintf(
      text, sizeof text,
      "\"interchanges\":%llu,\"groups\":%llu,\"sets\":%llu,\"segments\":%llu,"
      "\"accepted\":%llu,\"with_errors\":%llu,\"rejected\":%llu,"
      "\"notices\":%llu,\"warnings\":%llu,\"errors\":%llu",
      static_cast<unsigned long long>(t.interchanges), static_cast<unsigned long long>(t.groups),
      static_cast<unsigned long long>(t.sets), static_cast<unsigned long long>(t.segments),
      static_cast<unsigned long long>(t.accepted), static_cast<unsigned long long>(t.with_errors),
      static_cast<unsigned long long>(t.rejected), static_cast<unsigned long long>(t.notices),
      static_cast<unsigned long long>(t.warnings), static_cast<unsigned long long>(t.errors));
  out += text;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
      ++i;
    } else if (byte >= 0x20 && byte < 0x7f) {
      out.push_back(c);
      ++i;
    } else if (const std::size_t length = byte < 0x80 ? 0 : utf8_length(text.substr(i))) {
      out += text.substr(i, length);
      i += length;
    } else {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
      ++i;
    }
  }
  out.push_back('"');
}

void JsonLines::begin(std::string_view kind) {
  buffer_ += "{\"kind\":\"";
  buffer_ += kind;
  buffer_ += "\",\"file\":";
  append_json_text(buffer_, file_);
}

void JsonLines::text(std::string_view key, std::string_view value) {
  buffer_ += ",\"";
  buffer_ += key;
  buffer_ += "\":";
  append_json_text(buffer_, value);
}

void JsonLines::number(std::string_view key, std::uint64_t value) {
  buffer_ += ",\"";
  buffer_ += key;
  buffer_ += "\":";
  buffer_ += std::to_string(value);
}

void JsonLines::place(std::string_view key, std::uint64_t value) {
  if (value != 0) {
    number(key, value);
  } else {
    buffer_ += ",\"";
    buffer_ += key;
    buffer_ += "\":null";
  }
}

void JsonLines::end() {
  buffer_ += "}\n";
  if (buffer_.size() >= kBuffer) {
    flush();
  }
}

void JsonLines::flush() {
  out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  out_.flush();
  buffer_.clear();
}

void JsonLines::interchange_begins(const InterchangeHead& head) {
  Counting::interchange_begins(head);
  interchange_ = head.index;
  in_interchange_ = true;
  begin("interchange");
  number("index", head.index);
  number("offset", head.offset + 1);
  number("line", head.line);
  text("isa13", head.control());
  text("sender", head.sender());
  text("sender_qualifier", head.sender_qualifier());
  text("receiver", head.receiver());
  text("receiver_qualifier", head.receiver_qualifier());
  text("version", head.version());
  text("usage", head.at(15));
  end();
}

void JsonLines::interchange_segment(const SegmentView& segment) {
  if (segment.id() != "TA1") {
    return;
  }
  begin("ta1");
  number("interchange", interchange_);
  number("offset", segment.offset + 1);
  text("isa13", segment.at(1));
  text("status", segment.at(4));
  text("note", segment.at(5));
  end();
}

void JsonLines::group_begins(const GroupHead& head) {
  Counting::group_begins(head);
  group_ = head.index;
  in_group_ = true;
  begin("group");
  number("index", head.index);
  number("interchange", interchange_);
  number("offset", head.offset + 1);
  number("line", head.line);
  text("gs01", head.functional_id);
  text("gs06", head.control);
  text("version", head.version);
  text("sender", head.sender);
  text("receiver", head.receiver);
  end();
}

void JsonLines::set_begins(const SetHead& head) {
  set_ = head;
  in_set_ = true;
}

void JsonLines::set_ends(const SetEnd& end_of_set) {
  Counting::set_ends(end_of_set);
  begin("set");
  number("index", set_.index);
  number("interchange", interchange_);
  number("group", group_);
  number("offset", set_.offset + 1);
  number("line", set_.line);
  text("st01", set_.type);
  text("st02", set_.control);
  number("segments", end_of_set.segments);
  const char status = end_of_set.status();
  text("status", {&status, 1});
  number("warnings", end_of_set.weight.warnings);
  number("errors", end_of_set.weight.errors);
  end();
  in_set_ = false;
}

void JsonLines::group_ends(const GroupEnd& end_of_group) {
  begin("group-end");
  number("index", group_);
  number("interchange", interchange_);
  const char status = end_of_group.status();
  text("status", {&status, 1});
  number("declared", end_of_group.declared);
  number("sets", end_of_group.sets);
  number("accepted", end_of_group.accepted - end_of_group.flawed);
  number("with_errors", end_of_group.flawed);
  number("rejected", end_of_group.rejected);
  end();
  in_group_ = false;
}

void JsonLines::interchange_ends(const InterchangeEnd& end_of_interchange) {
  Counting::interchange_ends(end_of_interchange);
  begin("interchange-end");
  number("index", interchange_);
  const char status = end_of_interchange.status();
  text("status", {&status, 1});
  number("groups", end_of_interchange.groups);
  number("segments", end_of_interchange.segments);
  number("end_offset", end_of_interchange.end_offset);
  end();
  in_interchange_ = false;
}

void JsonLines::finding(const Finding& f) {
  Counting::finding(f);
  begin("finding");
  text("code", f.name());
  text("severity", to_string(f.severity));
  number("offset", f.offset + 1);
  place("line", f.line);
  place("interchange", in_interchange_ ? interchange_ : 0);
  place("group", in_group_ ? group_ : 0);
  place("set", in_set_ ? set_.index : 0);
  text("segment_id", f.segment_id);
  place("segment", f.segment);
  place("element", f.element);
  place("component", f.component);
  place("repetition", f.repetition);
  if (!f.loop.empty()) {
    text("loop", f.loop);
  }
  if (!f.value.empty()) {
    text("value", f.value);
  }
  text("acknowledgement", facts(f.code).acknowledgement);
  text("message", f.message);
  end();
}

void JsonLines::file_ends() {
  buffer_ += summary_line(file_, tally());
  flush();
}

std::string summary_line(const std::string& file, const Tally& tally) {
  std::string out;
  if (file.empty()) {
    out = "{\"kind\":\"total\",";
  } else {
    out = "{\"kind\":\"file-end\",\"file\":";
    append_json_text(out, file);
    out.push_back(',');
  }
  append_counts(out, tally);
  return out + "}\n";
}

}  // namespace crossdock::x12::command
