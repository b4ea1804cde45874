#include "host/http/server.hpp"

#include <httplib.h>

#include <charconv>
#include <optional>
#include <stdexcept>

#include "host/http/guard.hpp"
#include "host/http/metrics.hpp"
#include "host/http/page.hpp"
#include "host/observe/readable.hpp"

namespace crossdock::host::http {
namespace {

using httplib::Request;
using httplib::Response;

constexpr std::size_t kLargestPage = 1000;
constexpr auto kWebhookDeadline = std::chrono::seconds(20);

void refuse(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(observe::readable(problem_of(refusal)), "application/problem+json");
}

void answer(Response& response, const Answer& answer, const char* type = "application/json") {
  if (const auto* text = std::get_if<std::string>(&answer)) {
    response.set_content(observe::readable(*text), type);  // plugins' words are in it
  } else {
    refuse(response, std::get<Refusal>(answer));
  }
}

std::string parameter(const Request& request, const char* name) {
  return request.has_param(name) ? request.get_param_value(name) : std::string();
}

bool page_of(const Request& request, Response& response, Page& page) {
  page.after = parameter(request, "after");
  const auto limit = parameter(request, "limit");
  if (limit.empty()) {
    return true;
  }
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
  if (error != std::errc{} || end != limit.data() + limit.size() || page.limit == 0 ||
      page.limit > kLargestPage) {
    refuse(response, {400, "bad-parameter", "A parameter is wrong",
                      "limit must be a whole number from 1 to 1000"});
    return false;
  }
  return true;
}

// What a handler gets: the request, its path parameters, and the body (empty for GET).
struct Call {
  const Request& request;
  Response& response;
  std::string first;  // the path's parameters, decoded
  std::string second;
  std::string body;
};
using Handler = void (*)(Operations&, Call&);

struct RouteRow {
  const char* method;
  const char* path;     // as the API description has it
  const char* pattern;  // literal but for ([^/]+), so that matching takes linear time
  Handler handler;
};

// One row per route. Kept in the order of docs/reference/openapi.json.
constexpr RouteRow kRoutes[] = {
    {"GET", "/healthz", "/healthz",
     [](Operations&, Call& c) { c.response.set_content("ok\n", "text/plain"); }},
    {"GET", "/readyz", "/readyz",
     [](Operations& o, Call& c) {
       const auto why = o.not_ready_because();
       if (why.empty()) {
         c.response.set_content("ready\n", "text/plain");
       } else {
         refuse(c.response, {503, "not-ready", "The host is not ready", why});
       }
     }},
    {"GET", "/metrics", "/metrics",
     [](Operations& o, Call& c) {
       c.response.set_content(to_prometheus(o.gauges()), "text/plain; version=0.0.4");
     }},
    {"GET", "/openapi.json", "/openapi.json",
     [](Operations&, Call& c) { c.response.set_content(kDescription, "application/json"); }},
    {"GET", "/v1/service", "/v1/service",
     [](Operations& o, Call& c) { answer(c.response, o.service()); }},
    {"GET", "/v1/revision", "/v1/revision",
     [](Operations& o, Call& c) {
       c.response.set_content("{\"revision\":" + std::to_string(o.revision()) + "}",
                              "application/json");
     }},
    {"GET", "/v1/summary", "/v1/summary",
     [](Operations& o, Call& c) { answer(c.response, o.summary()); }},
    {"GET", "/v1/alerts", "/v1/alerts",
     [](Operations& o, Call& c) {
       if (Page page; page_of(c.request, c.response, page)) {
         answer(c.response, o.alerts(page.limit));
       }
     }},
    {"GET", "/v1/documents", "/v1/documents",
     [](Operations& o, Call& c) {
       if (Page page; page_of(c.request, c.response, page)) {
         answer(c.response, o.documents(parameter(c.request, "partner"),
                                        parameter(c.request, "state"), page.limit));
       }
     }},
    {"GET", "/v1/connector-plugins", "/v1/connector-plugins",
     [](Operations& o, Call& c) { answer(c.response, o.plugins()); }},
    {"GET", "/v1/connector-plugins/{plugin}", "/v1/connector-plugins/([^/]+)",
     [](Operations& o, Call& c) { answer(c.response, o.plugin(c.first)); }},
    {"PUT", "/v1/connector-plugins/{plugin}/config/validate",
     "/v1/connector-plugins/([^/]+)/config/validate",
     [](Operations& o, Call& c) { answer(c.response, o.validate_configuration(c.first, c.body)); }},
    {"POST", "/v1/connector-plugins/{plugin}/use", "/v1/connector-plugins/([^/]+)/use",
     [](Operations& o, Call& c) {
       const auto version = parameter(c.request, "version");
       if (version.empty()) {
         refuse(c.response, {400, "bad-parameter", "A parameter is missing",
                             "version must name a version or the beginning of a SHA-256"});
         return;
       }
       answer(c.response, o.use_plugin(c.first, version, parameter(c.request, "force") == "true"));
     }},
    {"POST", "/v1/connector-plugins/{plugin}/rollback", "/v1/connector-plugins/([^/]+)/rollback",
     [](Operations& o, Call& c) { answer(c.response, o.rollback_plugin(c.first)); }},
    {"POST", "/v1/reload", "/v1/reload",
     [](Operations& o, Call& c) { answer(c.response, o.reload()); }},
    {"GET", "/v1/accounts", "/v1/accounts",
     [](Operations& o, Call& c) { answer(c.response, o.accounts()); }},
    {"GET", "/v1/connectors", "/v1/connectors",
     [](Operations& o, Call& c) { answer(c.response, o.connectors()); }},
    {"GET", "/v1/connectors/{connector}", "/v1/connectors/([^/]+)",
     [](Operations& o, Call& c) { answer(c.response, o.connector(c.first)); }},
    {"GET", "/v1/connectors/{connector}/status", "/v1/connectors/([^/]+)/status",
     [](Operations& o, Call& c) { answer(c.response, o.connector_status(c.first)); }},
    {"PUT", "/v1/connectors/{connector}/pause", "/v1/connectors/([^/]+)/pause",
     [](Operations& o, Call& c) { answer(c.response, o.pause(c.first)); }},
    {"PUT", "/v1/connectors/{connector}/resume", "/v1/connectors/([^/]+)/resume",
     [](Operations& o, Call& c) { answer(c.response, o.resume(c.first)); }},
    {"POST", "/v1/connectors/{connector}/restart", "/v1/connectors/([^/]+)/restart",
     [](Operations& o, Call& c) { answer(c.response, o.restart(c.first)); }},
    {"POST", "/v1/connectors/{connector}/rollback", "/v1/connectors/([^/]+)/rollback",
     [](Operations& o, Call& c) { answer(c.response, o.rollback_connector(c.first)); }},
    {"GET", "/v1/orders", "/v1/orders",
     [](Operations& o, Call& c) {
       OrderFilter filter;
       filter.channel = parameter(c.request, "channel");
       filter.status = parameter(c.request, "status");
       filter.po_number = parameter(c.request, "po_number");
       if (page_of(c.request, c.response, filter.page)) {
         answer(c.response, o.orders(filter));
       }
     }},
    {"GET", "/v1/orders/{order}", "/v1/orders/([^/]+)",
     [](Operations& o, Call& c) { answer(c.response, o.order(c.first)); }},
    {"GET", "/v1/trace/{key}", "/v1/trace/([^/]+)",
     [](Operations& o, Call& c) { answer(c.response, o.trace(c.first)); }},
    {"GET", "/v1/availability/{sku}", "/v1/availability/([^/]+)",
     [](Operations& o, Call& c) {
       answer(c.response, o.availability(c.first, parameter(c.request, "channel")));
     }},
    {"GET", "/v1/stock/{view}", "/v1/stock/([^/]+)",
     [](Operations& o, Call& c) {
       StockFilter filter;
       filter.sku = parameter(c.request, "sku");
       filter.warehouse = parameter(c.request, "warehouse");
       filter.channel = parameter(c.request, "channel");
       filter.state = parameter(c.request, "state");
       filter.key = parameter(c.request, "key");
       if (page_of(c.request, c.response, filter.page)) {
         answer(c.response, o.stock(c.first, filter));
       }
     }},
    {"GET", "/v1/why/availability/{sku}", "/v1/why/availability/([^/]+)",
     [](Operations& o, Call& c) {
       answer(c.response, o.why_availability(c.first, parameter(c.request, "channel")));
     }},
    {"GET", "/v1/invariants", "/v1/invariants",
     [](Operations& o, Call& c) { answer(c.response, o.invariants()); }},
    {"POST", "/v1/instructions/{name}", "/v1/instructions/([^/]+)",
     [](Operations& o, Call& c) {
       answer(c.response,
              o.instruct(c.first, c.body, c.request.get_header_value("Idempotency-Key")));
     }},
    {"GET", "/v1/dead-letters", "/v1/dead-letters",
     [](Operations& o, Call& c) {
       DeadLetterFilter filter;
       filter.connector = parameter(c.request, "connector");
       if (page_of(c.request, c.response, filter.page)) {
         answer(c.response, o.dead_letters(filter));
       }
     }},
    {"GET", "/v1/dead-letters/{id}", "/v1/dead-letters/([^/]+)",
     [](Operations& o, Call& c) { answer(c.response, o.dead_letter(c.first)); }},
    {"POST", "/v1/dead-letters/{id}/replay", "/v1/dead-letters/([^/]+)/replay",
     [](Operations& o, Call& c) { answer(c.response, o.replay_dead_letter(c.first)); }},
    {"POST", "/v1/dead-letters/{id}/discard", "/v1/dead-letters/([^/]+)/discard",
     [](Operations& o, Call& c) {
       answer(c.response, o.discard_dead_letter(c.first, parameter(c.request, "reason")));
     }},
    {"GET", "/v1/blobs/{sha256}", "/v1/blobs/([^/]+)",
     [](Operations& o, Call& c) {
       answer(c.response, o.blob(c.first), "application/octet-stream");
     }},
    {"POST", "/webhooks/{connector}", "/webhooks/([^/]+)(/.*)?",
     [](Operations& o, Call& c) {
       WebhookCall call;
       call.method = c.request.method;
       call.path = c.second.empty() ? "/" : c.second;
       const auto question = c.request.target.find('?');
       call.query = question == std::string::npos ? "" : c.request.target.substr(question + 1);
       for (const auto& [name, value] : c.request.headers) {
         std::string lower = name;
         for (char& letter : lower) {
           letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
         }
         // cpp-httplib puts the peer's address among the headers under these names; the guard
         // refuses clients that do.
         if (lower != "remote_addr" && lower != "remote_port" && lower != "local_addr" &&
             lower != "local_port") {
           call.headers.emplace_back(std::move(lower), value);
         }
       }
       call.body = c.body;
       call.remote_address = c.request.remote_addr;
       const auto reply = o.webhook(c.first, call, kWebhookDeadline);
       if (const auto* refusal = std::get_if<Refusal>(&reply)) {
         refuse(c.response, *refusal);
         return;
       }
       const auto& given = std::get<WebhookReply>(reply);
       c.response.status = given.status;
       std::string type = "text/plain";
       for (const auto& [name, value] : given.headers) {
         if (name == "content-type") {
           type = value;
         } else {
           c.response.set_header(name.c_str(), value);
         }
       }
       c.response.set_content(given.body, type.c_str());
     }},
    {"GET", "/", "/",
     [](Operations&, Call& c) { c.response.set_content(kPage, "text/html; charset=utf-8"); }},
    {"GET", "/page.css", "/page\\.css",
     [](Operations&, Call& c) { c.response.set_content(kPageStyle, "text/css; charset=utf-8"); }},
    {"GET", "/page.js", "/page\\.js",
     [](Operations&, Call& c) {
       c.response.set_content(kPageScript, "text/javascript; charset=utf-8");
     }},
};

void serve(Operations& operations, const RouteRow& row, const Request& request, Response& response,
           std::string body) {
  Call call{request, response, {}, {}, std::move(body)};
  if (request.matches.size() > 1) {
    call.first = request.matches[1].str();
  }
  if (request.matches.size() > 2) {
    call.second = request.matches[2].str();
  }
  try {
    row.handler(operations, call);
  } catch (const std::exception& fault) {
    refuse(response, {500, "internal", "The host could not answer", fault.what()});
  }
}

GuardLimits limits_with(std::size_t largest_webhook_bytes) {
  GuardLimits out;
  out.framing.webhook_body_bytes = largest_webhook_bytes;
  return out;
}

// A page of somebody else in an operator's browser must not speak for him: neither from its own
// origin, nor under a name of its own that it made lead here (DNS rebinding). Webhooks come from
// elsewhere by nature, and prove themselves.
std::optional<Refusal> foreign_page(const Request& request) {
  if (request.path.starts_with("/webhooks/")) {
    return std::nullopt;
  }
  const std::string host = request.get_header_value("Host");
  const std::string name =
      host.substr(0, host.rfind(':') == std::string::npos || host.ends_with(']') ? host.size()
                                                                                 : host.rfind(':'));
  const bool address =
      !name.empty() &&
      (name.front() == '[' || name.find_first_not_of("0123456789.") == std::string::npos);
  if (!address && name != "localhost") {
    return Refusal{421, "foreign-name", "Not under this name",
                   "ask by address or as localhost, not as \"" + name.substr(0, 100) + "\""};
  }
  const std::string origin = request.get_header_value("Origin");
  if (!origin.empty() && origin != "http://" + host && origin != "https://" + host) {
    return Refusal{403, "foreign-page", "Not for other pages",
                   "a page of " + origin.substr(0, 100) + " may not use this host"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> served_routes() {
  std::vector<std::string> out;
  for (const auto& row : kRoutes) {
    out.push_back(std::string(row.method) + " " + row.path);
  }
  return out;
}

HttpServer::HttpServer(Operations& operations, const std::string& address, int port,
                       std::size_t largest_webhook_bytes)
    : operations_(operations),
      server_(std::make_unique<GuardedServer>(limits_with(largest_webhook_bytes))) {
  server_->set_default_headers(
      {{"X-Content-Type-Options", "nosniff"},
       {"Content-Security-Policy", "default-src 'self'; img-src data:; frame-ancestors 'none'"},
       {"Cache-Control", "no-store"}});
  server_->set_pre_routing_handler([](const Request& request, Response& response) {
    if (auto refusal = foreign_page(request)) {
      refuse(response, *refusal);
      return httplib::Server::HandlerResponse::Handled;
    }
    return httplib::Server::HandlerResponse::Unhandled;
  });
  server_->set_error_handler([](const Request& request, Response& response) {
    if (response.body.empty()) {
      refuse(response,
             {response.status, "http-" + std::to_string(response.status),
              response.status == 404 ? "There is nothing here" : "The request was refused",
              request.method + " " + request.path.substr(0, 200) +
                  " is not served; see /openapi.json"});
    }
  });
  for (const auto& row : kRoutes) {
    const std::string_view method = row.method;
    if (method == "GET") {
      server_->Get(row.pattern, [this, &row](const Request& request, Response& response) {
        serve(operations_, row, request, response, {});
      });
      continue;
    }
    const httplib::Server::HandlerWithContentReader with_body =
        [this, &row](const Request& request, Response& response, const httplib::ContentReader&) {
          serve(operations_, row, request, response, request.body);
        };
    if (method == "PUT") {
      server_->Put(row.pattern, with_body);
    } else {
      server_->Post(row.pattern, with_body);
    }
  }
  if (port == 0) {
    port_ = server_->bind_to_any_port(address.c_str());
  } else {
    port_ = server_->bind_to_port(address.c_str(), port) ? port : -1;
  }
  if (port_ < 0) {
    throw std::runtime_error(
        "HTTP cannot listen on " + address + ":" + std::to_string(port) +
        "; another program may have that port: choose another in host.http.port");
  }
  server_->deepen_backlog();
  thread_ = std::thread([this] { server_->listen_after_bind(); });
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::stop() {
  if (thread_.joinable()) {
    // stop() before the loop has begun would be forgotten.
    while (!server_->is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    server_->stop();
    thread_.join();
    server_->stop_guard();
  }
}

}  // namespace crossdock::host::http
