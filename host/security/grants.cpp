#include "host/security/grants.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace crossdock::host::security {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kFromConfig = "config:";

// The texts at a dotted path; a list on the way stands for each of its members.
void texts_at(const json::value& value, std::string_view path, std::vector<std::string>& out) {
  if (const auto* list = value.if_array()) {
    for (const auto& one : *list) {
      texts_at(one, path, out);
    }
    return;
  }
  if (path.empty()) {
    if (const auto* text = value.if_string(); text != nullptr && !text->empty()) {
      out.emplace_back(text->data(), text->size());
    } else if (value.is_number()) {
      out.push_back(json::serialize(value));
    }
    return;
  }
  const auto dot = std::min(path.find('.'), path.size());
  const auto* object = value.if_object();
  const auto key = path.substr(0, dot);
  const auto* found = object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
  if (found != nullptr) {
    texts_at(*found, path.substr(std::min(dot + 1, path.size())), out);
  }
}

// The endpoints at a path such as sftp.host:port=22: host and port are members of the same block,
// and 22 counts where it says no port. Without :PORT the text itself is a URL or name:port.
void endpoints_at(const json::value& value, std::string_view path, std::vector<std::string>& out) {
  if (const auto* list = value.if_array()) {
    for (const auto& one : *list) {
      endpoints_at(one, path, out);
    }
    return;
  }
  const auto colon = path.find(':');
  const auto dot = path.find('.');
  const auto* object = value.if_object();
  if (object == nullptr) {
    return;
  }
  if (dot < colon) {
    const auto key = path.substr(0, dot);
    if (const auto* found = object->if_contains({key.data(), key.size()})) {
      endpoints_at(*found, path.substr(dot + 1), out);
    }
    return;
  }
  std::vector<std::string> hosts;
  texts_at(value, path.substr(0, colon), hosts);
  if (colon == std::string_view::npos) {
    out.insert(out.end(), hosts.begin(), hosts.end());
    return;
  }
  const auto rest = path.substr(colon + 1);
  const auto equals = std::min(rest.find('='), rest.size());
  std::vector<std::string> ports;
  texts_at(value, rest.substr(0, equals), ports);
  if (ports.empty()) {
    ports.emplace_back(rest.substr(std::min(equals + 1, rest.size())));
  }
  for (const auto& host : hosts) {
    out.push_back(host.find(':') == std::string::npos ? host + ":" + ports.front()
                                                      : "[" + host + "]:" + ports.front());
  }
}

std::vector<std::string> asked_for(const json::object& capabilities, const char* kind) {
  std::vector<std::string> out;
  if (const auto* list = capabilities.if_contains(kind)) {
    texts_at(*list, "", out);
  }
  return out;
}

void add(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) {
    list.push_back(std::move(text));
  }
}

std::string path_of(const std::string& text) {
  const fs::path path = fs::path(text).lexically_normal();
  return path.is_absolute() && path != "/" ? path.string() : std::string();
}

bool within(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) &&
         (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

json::value parsed(std::string_view text) {
  json::error_code error;
  return json::parse({text.data(), text.size()}, error);
}

// What the plugin needs of the machine and the operator's limits do not give.
void add_short_limits(const json::object& capabilities, const Limits& limits,
                      std::vector<std::string>& missing) {
  const auto* asked = capabilities.if_contains("limits");
  if (asked == nullptr || !asked->is_object()) {
    return;
  }
  const auto compare = [&](const char* name, std::uint64_t has) {
    const auto* value = asked->get_object().if_contains(name);
    if (value != nullptr && value->is_int64() && value->get_int64() > 0 &&
        static_cast<std::uint64_t>(value->get_int64()) > has) {
      missing.push_back("limits " + std::string(name) + " " + std::to_string(value->get_int64()) +
                        " (it has " + std::to_string(has) + ")");
    }
  };
  compare("memory_bytes", limits.memory_bytes);
  compare("descriptors", limits.descriptors);
  compare("threads", limits.threads);
  compare("processor_percent",
          limits.processor_percent == 0 ? UINT64_MAX : limits.processor_percent);
}

}  // namespace

bool Grants::may_connect(std::string_view host, std::uint16_t port) const {
  std::string wanted(host);
  std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  wanted += ":" + std::to_string(port);
  return std::find(hosts.begin(), hosts.end(), wanted) != hosts.end();
}

bool Grants::may_open(std::string_view path, bool to_write) const {
  const auto is_in = [&](const std::string& one) { return within(path, one); };
  return std::any_of(write.begin(), write.end(), is_in) ||
         (!to_write && std::any_of(read.begin(), read.end(), is_in));
}

std::string endpoint_of(std::string_view text) {
  std::uint16_t port = 0;
  for (const auto& [scheme, usual] : {std::pair<std::string_view, std::uint16_t>("http://", 80),
                                      {"https://", 443},
                                      {"tcp://", 0},
                                      {"sftp://", 22},
                                      {"ftps://", 990}}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      port = usual;
      text = text.substr(0, text.find_first_of("/?#"));
      break;
    }
  }
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    text.remove_prefix(at + 1);
  }
  std::string_view host = text;
  std::string_view digits;
  if (text.starts_with('[')) {  // an IPv6 address (RFC 3986, section 3.2.2)
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      return {};
    }
    host = text.substr(1, end - 1);
    digits = text.substr(end + 1);
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    digits = text.substr(colon);
  }
  if (digits.starts_with(':')) {
    const auto [end, error] =
        std::from_chars(digits.data() + 1, digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return {};
    }
  }
  if (host.empty() || port == 0 || host.find_first_of(" \t\r\n/") != std::string_view::npos) {
    return {};
  }
  std::string out(host);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out + ":" + std::to_string(port);
}

Grants grants_of(std::string_view manifest, std::string_view configuration, const Allowed& allowed,
                 const Limits& limits) {
  Grants out;
  for (const auto& host : allowed.hosts) {
    add(out.hosts, endpoint_of(host));
  }
  for (const auto& path : allowed.read) {
    add(out.read, path_of(path));
  }
  for (const auto& path : allowed.write) {
    add(out.write, path_of(path));
  }
  const auto whole = parsed(manifest);
  const auto settings = parsed(configuration);
  const auto* capabilities =
      whole.is_object() ? whole.get_object().if_contains("capabilities") : nullptr;
  if (capabilities == nullptr || !capabilities->is_object()) {
    return out;
  }
  // Each text that a manifest gives for a kind, resolved where it points into the configuration.
  const auto each = [&](const char* kind, const auto& granted, const auto& by_name) {
    for (const auto& text : asked_for(capabilities->get_object(), kind)) {
      if (!text.starts_with(kFromConfig)) {
        if (!by_name(text)) {
          out.missing.push_back(std::string(kind) + " " + text);
        }
        continue;
      }
      std::vector<std::string> values;
      const auto path = std::string_view(text).substr(kFromConfig.size());
      if (std::string_view(kind) == "hosts") {
        endpoints_at(settings, path, values);
      } else {
        texts_at(settings, path, values);
      }
      for (const auto& value : values) {
        granted(value);
      }
    }
  };
  each(
      "hosts", [&](const std::string& value) { add(out.hosts, endpoint_of(value)); },
      [&](const std::string& name) {
        const auto endpoint = endpoint_of(name);
        return std::find(out.hosts.begin(), out.hosts.end(), endpoint) != out.hosts.end();
      });
  std::error_code error;
  each(
      "folders",
      [&](const std::string& value) {
        if (const auto path = path_of(value); !path.empty()) {
          fs::create_directories(path, error);
          add(out.write, path);
        }
      },
      [&](const std::string& name) { return out.may_open(name, true); });
  each(
      "files",
      [&](const std::string& value) {
        if (const auto path = path_of(value); !path.empty()) {
          if (!fs::exists(path, error)) {
            std::ofstream(path, std::ios::app).flush();
          }
          add(out.write, path);
        }
      },
      [&](const std::string& name) { return out.may_open(name, true); });
  each(
      "read", [&](const std::string& value) { add(out.read, path_of(value)); },
      [&](const std::string& name) { return out.may_open(name, false); });
  add_short_limits(capabilities->get_object(), limits, out.missing);
  return out;
}

}  // namespace crossdock::host::security
