// Tryton's JSON-RPC: a session, calls, and what an answer means for what was asked.
//
// Thread-safe: the session is shared under a lock, each call has a connection of its own.
#pragma once

#include <boost/json.hpp>
#include <crossdock/http.hpp>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <stdexcept>
#include <string>

#include "plugins/erp_tryton/config.hpp"

namespace crossdock::tryton {

// [["field", "operator", value], ...] as a domain. Written out because a JSON array in braces is
// taken for a copy of its only element.
boost::json::array domain_of(std::initializer_list<boost::json::array> clauses);

enum class FaultKind : std::uint8_t {
  not_sent,      // nothing can have happened
  lost,          // it may have happened
  unauthorised,  // login or session refused
  refused,       // UserError, UserWarning: the same call will be refused again
  held,          // the account has no room for it now; not sent
  busy,          // locks, serialization, a database that is away: rolled back, try again
};

// What a call throws.
class Fault : public std::runtime_error {
 public:
  Fault(FaultKind kind, const std::string& text, std::chrono::nanoseconds wait = {})
      : std::runtime_error(text), kind_(kind), wait_(wait) {}
  FaultKind kind() const { return kind_; }
  Outcome outcome() const;

 private:
  FaultKind kind_;
  std::chrono::nanoseconds wait_;  // for room
};

class Rpc {
 public:
  // Asked before each request, where it is given; throws Fault where there is no leave.
  using Leave = std::function<void()>;
  explicit Rpc(const Config& config, Leave leave = {});

  // Calls METHOD with the parameters and then the context. Logs in when there is no session, once
  // more when it has ended. Throws Fault.
  boost::json::value call(const std::string& method, boost::json::array parameters,
                          boost::json::object context);
  // The same for an empty context but the company.
  boost::json::value call(const std::string& method, boost::json::array parameters);

  // In the order that is asked for ([["field", "DESC"], ...]), of the ids where none is.
  boost::json::array search_read(const std::string& model, boost::json::array domain,
                                 boost::json::array fields, std::int64_t limit = 1000,
                                 boost::json::object context = {}, boost::json::array order = {});
  // What Tryton's own client would be told when a person filled in `changed`.
  boost::json::value on_change(const std::string& model, boost::json::object values,
                               boost::json::array changed);
  // The values of fields that Tryton computes from others.
  boost::json::value on_change_with(const std::string& model, boost::json::object values,
                                    boost::json::array fields);
  // The id of the one record made.
  std::int64_t create(const std::string& model, boost::json::object values);
  void write(const std::string& model, std::int64_t id, boost::json::object values);
  // Presses a button (quote, confirm, post). It answers nothing, even where it did nothing: read
  // the state back.
  void press(const std::string& model, const char* button, std::int64_t id);

  std::int64_t company();

 private:
  std::string session();
  void login();
  boost::json::value post(const std::string& method, const boost::json::array& parameters,
                          const std::string& authorization);

  Config config_;
  Leave leave_;
  HttpClient client_;
  std::mutex mutex_;
  std::string session_;
  std::int64_t company_ = 0;
};

}  // namespace crossdock::tryton
