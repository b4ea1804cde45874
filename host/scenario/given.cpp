#include "host/scenario/given.hpp"

#include "crossdock/canonical/instant.hpp"

namespace crossdock::host::scenario {
namespace {

using Tree = boost::property_tree::ptree;

constexpr const char* kDefaultStart = "2026-03-10T15:00:00Z";  // a Tuesday, ten in Chicago

// Keys of `given` that hold blocks by name, and the block's word in the configuration.
constexpr std::pair<const char*, const char*> kNamed[] = {
    {"services", "service"}, {"warehouses", "warehouse"}, {"channels", "channel"}};
constexpr const char* kBlocks[] = {"company", "sourcing"};

void put_default(Tree& tree, const char* key, const std::string& value) {
  if (tree.find(key) == tree.not_found()) {
    tree.push_back({key, Tree(value)});
  }
}

// What a person would not want to write in each case.
void complete(Tree& block, const std::string& kind, const std::string& code) {
  if (kind == "warehouse") {
    put_default(block, "connector", "wms");
    put_default(block, "timezone", "UTC");
    put_default(block, "address", "");
    auto& address = block.get_child("address");
    put_default(address, "city", code);
  } else if (kind == "channel") {
    put_default(block, "connector", code);
  }
}

}  // namespace

Tree to_tree(const Node& node) {
  Tree out(node.is_scalar() ? node.text : "");
  for (const auto& [key, value] : node.members) {
    if (!value.is_list()) {
      out.push_back({key, to_tree(value)});
      continue;
    }
    std::string words;
    for (const auto& item : value.items) {
      if (item.is_map()) {
        auto block = to_tree(item);
        if (const auto name = block.find("name"); name != block.not_found()) {
          block.data() = name->second.data();
          block.erase("name");
        }
        out.push_back({key, block});
      } else {
        words += (words.empty() ? "" : " ") + item.text;
      }
    }
    if (!words.empty()) {
      out.push_back({key, Tree(words)});
    }
  }
  return out;
}

namespace {

// A block whose `name` is its word: sourcing, as `sourcing spring { ... }`.
Tree named_block(const Node& node) {
  auto block = to_tree(node);
  if (const auto name = block.find("name"); name != block.not_found()) {
    block.data() = name->second.data();
    block.erase("name");
  }
  return block;
}

}  // namespace

process::SourcingRules rules_of(const Node& node, const std::string& file, const Ports& ports,
                                Faults& faults) {
  Tree blocks;
  blocks.push_back({"sourcing", named_block(node)});
  process::Settings settings;
  ports.read_blocks(blocks, file, settings, faults);
  return settings.sourcing;
}

Configured settings_of(const Node& given, const std::string& file_name, const Ports& ports,
                       Faults& faults) {
  Configured out;
  auto& settings = out.settings;
  if (const auto* file = given.find("configuration")) {
    ports.read_configuration(file->text, settings, out.texts.emplace_back(), faults);
  }
  Tree blocks;
  for (const char* key : kBlocks) {
    if (const auto* block = given.find(key)) {
      blocks.push_back(
          {key, std::string_view(key) == "company" ? to_tree(*block) : named_block(*block)});
    }
  }
  if (const auto* others = given.find("settings")) {
    for (auto& block : to_tree(*others)) {
      blocks.push_back(block);
    }
  }
  if (blocks.find("company") == blocks.not_found() && settings.company_name.empty()) {
    blocks.push_back({"company", Tree()});
  }
  if (auto company = blocks.find("company"); company != blocks.not_found()) {
    auto& block = company->second;
    put_default(block, "name", "Example Distribution Company");
    put_default(block, "gs1_prefix", "0614141");
    put_default(block, "carrier", "carrier");
    put_default(block, "erp", "erp");
  }
  for (const auto& [key, kind] : kNamed) {
    if (const auto* named = given.find(key)) {
      for (const auto& [code, node] : named->members) {
        auto block = to_tree(node);
        block.data() = code;
        complete(block, kind, code);
        blocks.push_back({kind, block});
      }
    }
  }
  // Somebody hears of returns and pays refunds, unless the case names others.
  if (settings.returns_connector.empty()) {
    if (blocks.find("returns") == blocks.not_found()) {
      blocks.push_back({"returns", Tree()});
    }
    auto& returns = blocks.find("returns")->second;
    put_default(returns, "connector", "portal");
    put_default(returns, "refunds", "payments");
  }
  ports.read_blocks(blocks, file_name, settings, faults);
  out.texts.push_back(ports.to_text(blocks));
  return out;
}

std::int64_t start_of(const Case& one) {
  return canonical::parse_instant(one.given.text_of("time", kDefaultStart))
      .value_or(canonical::Instant{})
      .ns;
}

void read_answers(const Node& node, Answers& answers) {
  for (const auto& [what, how] : node.members) {
    if (how.is_scalar()) {
      answers.set(what, "", how.text);
    }
    for (const auto& [where, word] : how.members) {
      answers.set(what, where, word.text);
    }
  }
}

}  // namespace crossdock::host::scenario
