#include "plugins/erp_tryton/rpc.hpp"

#include <openssl/evp.h>

#include <crossdock/json_reading.hpp>

namespace crossdock::tryton {
namespace {

namespace json = boost::json;

HttpOptions options_of(const Config& config) {
  HttpOptions out;
  out.base_url = config.base_url;
  out.timeout = config.timeout;
  out.most_answer_bytes = 64u << 20;
  return out;
}

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return out;
}

// Tryton says what went wrong in one of several shapes (element 0 names the class, if any).
Fault fault_of(const json::value& error) {
  const auto text = [&](const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  };
  if (!error.is_array() || error.get_array().empty()) {
    return {FaultKind::busy, "Tryton: " + json::serialize(error)};
  }
  const auto& parts = error.get_array();
  const std::string name = text(parts[0]);
  std::string said = parts.size() > 1 ? text(parts[1]) : std::string();
  if (parts.size() > 1 && parts[1].is_array()) {
    said.clear();
    for (const auto& one : parts[1].get_array()) {
      if (one.is_string() && !one.get_string().empty()) {
        said += (said.empty() ? "" : ": ") + std::string(one.get_string());
      }
    }
  }
  if (name == "UserError" || name == "UserWarning") {
    return {FaultKind::refused, "Tryton refuses: " + outside::words(said, 500)};
  }
  if (name == "ConcurrencyException") {
    return {FaultKind::busy, "Tryton: changed by somebody else meanwhile"};
  }
  if (name == "LoginException") {
    return {FaultKind::unauthorised, "Tryton refuses the login"};
  }
  // Any other exception of the server: locks, serialization failures, a lost database.
  return {FaultKind::busy, "Tryton: " + outside::words(name, 500)};
}

}  // namespace

json::array domain_of(std::initializer_list<json::array> clauses) {
  json::array out;
  for (const auto& clause : clauses) {
    out.emplace_back(clause);
  }
  return out;
}

Outcome Fault::outcome() const {
  switch (kind_) {
    case FaultKind::not_sent:
    case FaultKind::busy:
      return Outcome::retry(what());
    case FaultKind::lost:
      return Outcome::unknown(what());
    case FaultKind::unauthorised:
      return Outcome::unauthorised(what());
    case FaultKind::refused:
      return Outcome::rejected(what());
    case FaultKind::held:
      return Outcome::throttled(what(), wait_);
  }
  return Outcome::retry(what());
}

Rpc::Rpc(const Config& config, Leave leave)
    : config_(config), leave_(std::move(leave)), client_(options_of(config)) {}

json::value Rpc::post(const std::string& method, const json::array& parameters,
                      const std::string& authorization) {
  if (leave_) {
    leave_();
  }
  // Exactly these three members: with "jsonrpc" the server answers in another form.
  const auto body =
      json::serialize(json::object{{"id", 1}, {"method", method}, {"params", parameters}});
  Headers headers;
  if (!authorization.empty()) {
    headers.emplace_back("Authorization", authorization);
  }
  const auto result =
      client_.request("POST", "/" + config_.database + "/", body, "application/json", headers);
  if (result.failure == HttpFailure::not_sent || result.failure == HttpFailure::tls) {
    throw Fault(FaultKind::not_sent, result.detail);
  }
  if (result.failure != HttpFailure::none) {
    throw Fault(FaultKind::lost, method + ": " + result.detail);
  }
  if (result.status == 401 || result.status == 403 || result.status == 429) {
    throw Fault(FaultKind::unauthorised,
                method + ": HTTP " + std::to_string(result.status) +
                    (result.status == 403 ? ", the method is not allowed to this user"
                                          : ", the login or the session is refused"));
  }
  const auto answer = outside::parse(result.body);
  if (result.status != 200 || !answer || !answer->is_object()) {
    throw Fault(FaultKind::lost, method + ": HTTP " + std::to_string(result.status) + ": " +
                                     outside::words(result.body, 200));
  }
  if (const auto* error = outside::member(*answer, "error")) {
    throw fault_of(*error);
  }
  const auto* found = answer->get_object().if_contains("result");
  return found == nullptr ? json::value() : *found;
}

void Rpc::login() {
  const auto answer =
      post("common.db.login",
           {config_.user, json::object{{"password", config_.password.reveal()}}, "en"}, {});
  if (!answer.is_array() || answer.get_array().size() != 2) {
    throw Fault(FaultKind::unauthorised, "Tryton refuses user " + config_.user);
  }
  const auto& parts = answer.get_array();
  const auto session = "Session " + base64(config_.user + ":" + json::serialize(parts[0]) + ":" +
                                           std::string(parts[1].as_string()));
  if (company_ == 0) {
    const auto preferences =
        post("model.res.user.get_preferences", {true, json::object{}}, session);
    const auto* company = outside::member(preferences, "company");
    if (company == nullptr || !company->is_int64()) {
      throw Fault(FaultKind::refused, "Tryton's user " + config_.user +
                                          " has no company; give it one in its preferences");
    }
    company_ = company->get_int64();
  }
  session_ = session;  // only now: a session without its company is of no use
}

std::string Rpc::session() {
  const std::lock_guard lock(mutex_);
  if (session_.empty()) {
    login();
  }
  return session_;
}

std::int64_t Rpc::company() {
  session();
  const std::lock_guard lock(mutex_);
  return company_;
}

json::value Rpc::call(const std::string& method, json::array parameters, json::object context) {
  const auto first = session();
  context["company"] = company();
  parameters.push_back(std::move(context));
  try {
    return post(method, parameters, first);
  } catch (const Fault& fault) {
    if (fault.kind() != FaultKind::unauthorised) {
      throw;
    }
  }
  {
    // The session has ended; whoever comes first opens the next.
    const std::lock_guard lock(mutex_);
    if (session_ == first) {
      session_.clear();
    }
  }
  return post(method, parameters, session());
}

json::value Rpc::call(const std::string& method, json::array parameters) {
  return call(method, std::move(parameters), json::object{});
}

json::array Rpc::search_read(const std::string& model, json::array domain, json::array fields,
                             std::int64_t limit, json::object context, json::array order) {
  json::array parameters;
  parameters.emplace_back(std::move(domain));
  parameters.emplace_back(0);
  parameters.emplace_back(limit);
  parameters.emplace_back(order.empty() ? domain_of({{"id", "ASC"}}) : std::move(order));
  parameters.emplace_back(std::move(fields));
  auto answer = call("model." + model + ".search_read", std::move(parameters), std::move(context));
  if (!answer.is_array()) {
    throw Fault(FaultKind::lost, model + ": search_read answers no list");
  }
  return std::move(answer.get_array());
}

json::value Rpc::on_change(const std::string& model, json::object values, json::array changed) {
  json::array parameters;
  parameters.emplace_back(std::move(values));
  parameters.emplace_back(std::move(changed));
  auto answer = call("model." + model + ".on_change", std::move(parameters));
  if (!answer.is_array() || answer.get_array().empty()) {
    throw Fault(FaultKind::lost, model + ": on_change answers no values");
  }
  return std::move(answer.get_array()[0]);
}

json::value Rpc::on_change_with(const std::string& model, json::object values, json::array fields) {
  json::array parameters;
  parameters.emplace_back(std::move(values));
  parameters.emplace_back(std::move(fields));
  return call("model." + model + ".on_change_with", std::move(parameters));
}

std::int64_t Rpc::create(const std::string& model, json::object values) {
  json::array records;
  records.emplace_back(std::move(values));
  json::array parameters;
  parameters.emplace_back(std::move(records));
  const auto answer = call("model." + model + ".create", std::move(parameters));
  if (!answer.is_array() || answer.get_array().empty() || !answer.get_array()[0].is_int64()) {
    throw Fault(FaultKind::lost, model + ": create answers no id");
  }
  return answer.get_array()[0].get_int64();
}

void Rpc::write(const std::string& model, std::int64_t id, json::object values) {
  json::array ids;
  ids.emplace_back(id);
  json::array parameters;
  parameters.emplace_back(std::move(ids));
  parameters.emplace_back(std::move(values));
  call("model." + model + ".write", std::move(parameters));
}

void Rpc::press(const std::string& model, const char* button, std::int64_t id) {
  json::array ids;
  ids.emplace_back(id);
  json::array parameters;
  parameters.emplace_back(std::move(ids));
  call("model." + model + "." + button, std::move(parameters));
}

}  // namespace crossdock::tryton
