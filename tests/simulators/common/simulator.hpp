// What the simulators of outside systems share: a small HTTP server that remembers what it did in
// an append-only file, says its port on standard output, and misbehaves on demand.
//
//   GET  /_records           everything it did, as JSON
//   PUT  /_faults {...}      latency_ms; error_every N (every Nth call is answered 503, undone);
//                            drop_every N (every Nth call is done and its answer lost);
//                            hang_every N with hang_ms (done, answered much later); down (all 503)
//
// Handlers run on the server's threads, one at a time under `mutex`.
#pragma once

#include <httplib.h>

#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>

namespace crossdock::simulators {

namespace json = boost::json;

struct Faults {
  std::atomic<int> latency_ms{0};
  std::atomic<int> error_every{0};
  std::atomic<int> drop_every{0};
  std::atomic<int> hang_every{0};
  std::atomic<int> hang_ms{0};
  std::atomic<bool> down{false};
};

struct Answer {
  int status = 200;
  json::value body;
};

// The lines that were appended, one JSON value each; a torn last line is cut off.
class RecordFile {
 public:
  // An empty path keeps nothing.
  explicit RecordFile(const std::string& path);
  void append(const json::value& record);
  const json::array& earlier() const { return earlier_; }

 private:
  std::ofstream out_;
  json::array earlier_;
};

struct Options {
  int port = 0;
  std::string state;  // path of the record file
  std::uint64_t seed = 1;
  json::object more;  // of the single simulator, all numbers or texts as given
};
// --port N --state FILE --seed N --KEY VALUE...; prints usage and exits with 64 for anything else.
Options read_options(int argc, char** argv, const char* usage);
std::int64_t number_option(const Options& options, const char* key, std::int64_t otherwise);

class Simulator {
 public:
  using Handler = std::function<Answer(const httplib::Request&, const json::value& body)>;

  explicit Simulator(const Options& options);

  // Registers a call of the outside system; `pattern` as cpp-httplib has it.
  void on(const char* method, const std::string& pattern, Handler handler);
  void on_records(std::function<json::value()> records) { records_ = std::move(records); }
  // A call that is not subject to faults.
  void control(const char* method, const std::string& pattern, Handler handler);

  // Serves until SIGTERM or SIGINT; returns the exit status.
  int run();

  std::mutex mutex;
  RecordFile file;
  std::atomic<bool> stopping{false};

 private:
  void answer(const httplib::Request& request, httplib::Response& response, const Handler& handler,
              bool faulty);
  void add(const char* method, const std::string& pattern, httplib::Server::Handler handler);

  Options options_;
  Faults faults_;
  std::atomic<std::uint64_t> calls_{0};
  std::function<json::value()> records_;
  httplib::Server server_;
};

// RFC 3339 in UTC with microseconds.
std::string now_text();
std::int64_t now_ms();

}  // namespace crossdock::simulators
