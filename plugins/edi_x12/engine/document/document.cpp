#include "plugins/edi_x12/engine/document/document.hpp"

#include "plugins/edi_x12/engine/reader/reader.hpp"

namespace crossdock::x12 {

DocumentSink::DocumentSink(std::string_view bytes, File& out) : bytes_(bytes), out_(out) {
  out_.rewritten = std::make_shared<std::deque<std::string>>();
}

void DocumentSink::interchange_begins(const InterchangeHead& head) {
  Interchange& one = out_.interchanges.emplace_back();
  one.head = head;
  one.delimiters = head.delimiters;
  one.sender_qualifier = one.head.sender_qualifier();
  one.sender = one.head.sender();
  one.receiver_qualifier = one.head.receiver_qualifier();
  one.receiver = one.head.receiver();
  one.control = one.head.control();
  one.version = one.head.version();
  one.acknowledgement_wanted = head.acknowledgement_wanted();
  one.test = head.test();
  one.offset = head.offset;
  in_interchange_ = true;
}

void DocumentSink::interchange_segment(const SegmentView& segment) {
  out_.interchanges.back().segments.push_back(kept(segment));
}

void DocumentSink::group_begins(const GroupHead& head) {
  Group& one = out_.interchanges.back().groups.emplace_back();
  one.head = head;
  in_group_ = true;
}

void DocumentSink::set_begins(const SetHead& head) {
  TransactionSet& one = out_.interchanges.back().groups.back().sets.emplace_back();
  one.head = head;
  in_set_ = true;
}

void DocumentSink::segment(const SegmentView& segment, std::uint32_t) {
  // Beyond the bound the set ends up with fewer segments than SE01 says; the caller refuses it.
  if (++segments_ <= kMostSegments) {
    out_.interchanges.back().groups.back().sets.back().segments.push_back(kept(segment));
  }
}

Segment DocumentSink::kept(const SegmentView& s) {
  // In the file's own bytes where the segment stands there as it is, else in a copy.
  std::string_view text;
  if (s.rewritten) {
    text = out_.rewritten->emplace_back(s.text());
  } else {
    text = bytes_.substr(s.offset, s.text().size());
  }
  Segment out;
  out.offset = s.offset;
  out.id = text.substr(0, s.marks[0] - s.begin);
  out.elements.reserve(s.count);
  for (std::uint32_t i = 1; i <= s.count; ++i) {
    out.elements.push_back(
        text.substr(s.marks[i - 1] + 1 - s.begin, s.marks[i] - s.marks[i - 1] - 1));
  }
  return out;
}

void DocumentSink::set_ends(const SetEnd& end) {
  auto& set = out_.interchanges.back().groups.back().sets.back();
  set.bytes = bytes_.substr(end.offset, end.end_offset - end.offset);
  set.status = segments_ > kMostSegments ? 'R' : end.status();
  in_set_ = false;
}

void DocumentSink::group_ends(const GroupEnd& end) {
  auto& group = out_.interchanges.back().groups.back();
  group.end = end;
  group.whole = end.weight.errors == 0;
  in_group_ = false;
}

void DocumentSink::interchange_ends(const InterchangeEnd& end) {
  auto& interchange = out_.interchanges.back();
  interchange.end = end;
  interchange.whole = end.weight.errors == 0;
  interchange.bytes = bytes_.substr(interchange.offset, end.end_offset - interchange.offset);
  // Groups were moved while the list of them grew; short texts moved with them.
  for (auto& group : interchange.groups) {
    group.functional_id = group.head.functional_id;
    group.sender = group.head.sender;
    group.receiver = group.head.receiver;
    group.control = group.head.control;
    group.version = group.head.version;
    for (auto& set : group.sets) {
      set.type = set.head.type;
      set.control = set.head.control;
    }
  }
  in_interchange_ = false;
}

void DocumentSink::finding(const Finding& finding) {
  const Level level = facts(finding.code).level;
  if (in_set_ && level >= Level::set) {
    out_.interchanges.back().groups.back().sets.back().findings.push_back(finding);
  } else if (in_group_ && level >= Level::group) {
    out_.interchanges.back().groups.back().findings.push_back(finding);
  } else if (in_interchange_ && level >= Level::interchange) {
    out_.interchanges.back().findings.push_back(finding);
  } else {
    out_.findings.push_back(finding);
  }
}

File read(std::string_view bytes, const Policy& policy) {
  File file;
  if (bytes.size() > kLargestInterchangeFile) {
    Finding f;
    f.code = Code::not_x12;
    f.message = "the file is larger than 64 MiB, which is too much to be held as a whole";
    file.findings.push_back(std::move(f));
    return file;
  }
  DocumentSink sink(bytes, file);
  MemorySource source(bytes);
  Reader(source, sink, policy).run();
  return file;
}

}  // namespace crossdock::x12
