#include "host/app/commands/remote.hpp"

#include <httplib.h>

#include <CLI/CLI.hpp>

#include "sdk/tool/table.hpp"

namespace crossdock::host::app {

namespace json = boost::json;

std::shared_ptr<Asking> asks_host(CLI::App& command) {
  auto asking = std::make_shared<Asking>();
  command.add_option("--url", asking->url, "where the host answers")
      ->envname("CROSSDOCK_URL")
      ->capture_default_str();
  command.add_flag("--json", asking->as_json, "the answer as JSON");
  return asking;
}

std::optional<json::value> call(tool::Console& console, const Asking& asking,
                                const std::string& method, const std::string& path,
                                const std::string& body) {
  httplib::Client client(asking.url);
  client.set_connection_timeout(2);
  client.set_read_timeout(300);  // a replacement takes as long as deliveries take
  const httplib::Result result = method == "GET" ? client.Get(path.c_str())
                                 : method == "PUT"
                                     ? client.Put(path.c_str(), body, "application/json")
                                     : client.Post(path.c_str(), body, "application/json");
  if (!result) {
    console.err << "crossdock: no host answers at " << asking.url
                << "; start it with `crossdock serve`, or name it with --url\n";
    console.status = tool::kUnreachable;
    return std::nullopt;
  }
  json::error_code error;
  auto value = json::parse(result->body, error);
  if (result->status >= 400) {
    const auto* problem = error ? nullptr : value.if_object();
    const auto* detail = problem == nullptr ? nullptr : problem->if_contains("detail");
    console.err << "crossdock: "
                << (detail != nullptr && detail->is_string() ? std::string(detail->as_string())
                                                             : result->body)
                << '\n';
    console.status = tool::kRefused;
    return std::nullopt;
  }
  if (error) {
    value = json::string(result->body);
  }
  return value;
}

void show(tool::Console& console, const Asking& asking, const std::string& path,
          const std::function<void(const json::value&)>& print) {
  if (const auto value = call(console, asking, "GET", path)) {
    if (asking.as_json) {
      console.out << json::serialize(*value) << '\n';
    } else {
      print(*value);
    }
  }
}

void order(tool::Console& console, const Asking& asking, const std::string& method,
           const std::string& path, const std::string& done) {
  if (const auto value = call(console, asking, method, path)) {
    console.out << (asking.as_json ? json::serialize(*value) : done) << '\n';
  }
}

std::string cell(const json::value& row, const char* key) {
  const auto* object = row.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  if (found == nullptr || found->is_null()) {
    return {};
  }
  return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

void print_rows(const json::value& list,
                const std::vector<std::pair<const char*, const char*>>& columns,
                std::ostream& out) {
  std::vector<std::string> headings;
  headings.reserve(columns.size());
  for (const auto& [heading, key] : columns) {
    headings.emplace_back(heading);
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list.as_array()) {
    auto& cells = rows.emplace_back();
    for (const auto& [heading, key] : columns) {
      cells.push_back(cell(row, key));
    }
  }
  if (rows.empty()) {
    out << "none\n";
    return;
  }
  tool::print_table(headings, rows, out);
}

std::string encoded(const std::string& text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
  }
  return out;
}

}  // namespace crossdock::host::app
