#include "host/app/service.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <future>
#include <random>

#include "crossdock/canonical/instant.hpp"
#include "host/app/schema_check.hpp"
#include "host/app/workers.hpp"

namespace crossdock::host::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kHostActor = "host";  // owner of the host's own state in the journal
constexpr auto kStopDeadline = std::chrono::seconds(15);
constexpr auto kStopping = "the host is stopping";
constexpr std::size_t kCountPendingUpTo = 100'000;

http::Refusal not_found(const std::string& what, const std::string& name) {
  return {404, what + "-not-found", "There is no such " + what,
          "there is no " + what + " \"" + name.substr(0, 200) + "\""};
}

std::string instant(std::int64_t ns) {
  return ns == 0 ? "" : canonical::to_string(canonical::Instant{ns});
}

json::object to_json(const delivery::ConnectorStatus& s, const SetupRef& setup,
                     std::size_t pending) {
  return {{"name", s.name},
          {"plugin", s.plugin},
          {"plugin_version", setup ? setup->plugin->manifest.version : ""},
          {"generation", s.setup},
          {"replacing", s.replacing},
          {"replacements", s.replacements},
          {"state", delivery::name_of(s.state)},
          {"paused", s.paused},
          {"reason", s.reason},
          {"trouble", s.trouble},
          {"pid", s.pid},
          {"restarts", s.restarts},
          {"emitted", s.emitted},
          {"delivered", s.delivered},
          {"retries", s.retries},
          {"dead_lettered", s.dead_lettered},
          {"in_flight", s.in_flight},
          {"pending", pending},
          {"parked_keys", s.parked_keys},
          {"breaker_open", s.breaker_open}};
}

json::array to_json(const sandbox::Walls& walls) {
  json::array out;
  for (const auto& wall : walls) {
    out.push_back({{"wall", wall.name},
                   {"stands", wall.stands},
                   {"essential", wall.essential},
                   {"detail", wall.detail}});
  }
  return out;
}

json::object to_json(const security::Grants& grants, const ConnectorConfiguration& connector) {
  return {{"sandbox", connector.in_process ? "off" : connector.sandbox},
          {"hosts", json::value_from(grants.hosts)},
          {"read", json::value_from(grants.read)},
          {"write", json::value_from(grants.write)},
          {"asked_and_not_granted", json::value_from(grants.missing)},
          {"memory_bytes", connector.memory_limit_bytes},
          {"descriptors", connector.descriptor_limit},
          {"threads", connector.thread_limit},
          {"processor_percent", connector.processor_percent},
          {"niceness", connector.niceness}};
}

json::object to_json(const journal::DeadLetter& d) {
  return {{"id", d.id},
          {"position", d.position},
          {"destination", d.destination},
          {"at", instant(d.at_ns)},
          {"outcome", d.outcome},
          {"reason", d.reason},
          {"attempts", d.attempts},
          {"business_key", d.business_key},
          {"type", d.type},
          {"source", d.source},
          {"message_id", d.message_id},
          {"discarded", d.discarded}};
}

json::object to_json(const journal::Counters& c) {
  return {{"accepted", c.accepted},
          {"delivered", c.delivered},
          {"dead_lettered", c.dead_lettered},
          {"pending", c.pending},
          {"repeats", c.repeats}};
}

json::object to_json(const journal::TimelineRow& r) {
  return {{"at", instant(r.at_ns)},
          {"what", r.what},
          {"type", r.type},
          {"message_id", r.message_id},
          {"source", r.source},
          {"destination", r.destination},
          {"subject", r.subject},
          {"business_key", r.business_key},
          {"correlation_id", r.correlation_id},
          {"causation_id", r.causation_id},
          {"attempts", r.attempts},
          {"outcome", r.outcome},
          {"reason", r.reason},
          {"reference", r.reference},
          {"evidence_request", r.evidence_request},
          {"evidence_answer", r.evidence_answer}};
}

}  // namespace

Service::Service(Configuration configuration, Problems& problems)
    : configuration_(std::move(configuration)),
      plugins_(configuration_),
      setups_(configuration_.data_dir / "plugins" / "generations.json") {
  std::erase_if(configuration_.connectors, [](const auto& one) { return !one.enabled; });
  choose_setups(problems);
}

// What each connector is to run with: the version of its plugin that is chosen, and the
// configuration of its file, or the one before where that was rolled back.
void Service::choose_setups(Problems& problems) {
  std::set<std::string> ids;
  for (const auto& id : plugins_.ids()) {
    ids.insert(id);
  }
  for (auto& connector : configuration_.connectors) {
    const std::string path = "connector." + connector.spec.name;
    if (setups_.is_refused(connector.spec.name, connector.source)) {
      const auto generations = setups_.generations(connector.spec.name);
      if (!generations.empty()) {
        connector = read_connector(generations.back().source, generations.back().file, problems);
      }
    }
    const auto plugin = plugins_.wanted(connector.spec.plugin);
    if (!plugin) {
      std::string why = "names the plugin `" + connector.spec.plugin + "`, which is not in " +
                        configuration_.plugin_dir.string();
      if (const auto near = suggestion(connector.spec.plugin, ids)) {
        why += "; did you mean `" + *near + "`?";
      }
      for (const auto& refused : plugins_.refused()) {
        if (refused.origin.stem() == connector.spec.plugin ||
            refused.origin.filename().string().starts_with(connector.spec.plugin + "-")) {
          why += "; " + refused.origin.string() + " " + refused.reason;
        }
      }
      problems.push_back({connector.file, path + ".plugin", why});
      continue;
    }
    check_against_schema(connector.json, plugin->manifest.configuration_schema, connector.file,
                         path + ".config", problems);
    // Ids of setups begin anew in each host; only what runs is recorded.
    connector.spec = setups_.add(connector, plugin)->configuration.spec;
  }
}

Service::~Service() = default;

void Service::fail(const std::string& reason) {
  {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_.empty()) {
      return;
    }
    failure_ = reason;
  }
  log_->error(reason);
  stop();
}

void Service::open() {
  log_ = std::make_unique<observe::Log>(configuration_.data_dir / "log" / "crossdock.log",
                                        configuration_.log_level);
  look_at_walls();
  for (const auto& refused : plugins_.refused()) {
    log_->write("error", {},
                "plugin " + refused.origin.string() + " is refused: it " + refused.reason);
  }
  auto opened = journal::Journal::open(
      {.folder = configuration_.data_dir / "journal", .retention = configuration_.retention});
  if (!opened) {
    throw std::runtime_error(opened.error());
  }
  journal_ = std::move(*opened);
  bus_folder_ = std::make_unique<BusFolder>(configuration_.data_dir);
  const std::string ipc = "ipc://" + (bus_folder_->path() / "bus").string();
  const std::string inproc = "inproc://bus";
  server_ = std::make_unique<bus::Server>(zmq_, ipc, inproc);
  const auto log = [this](const char* level, const std::string& connector,
                          const std::string& text) { log_->write(level, connector, text); };
  workers_ = std::make_unique<Workers>(
      configuration_.worker, setups_, *journal_, zmq_, ipc, inproc,
      Workers::Ports{[this](const delivery::WorkerEnd& end) { dispatcher_->on_worker_end(end); },
                     log});

  std::vector<delivery::Routes::Taker> takers;
  for (const auto& connector : configuration_.connectors) {
    takers.push_back(
        {connector.spec.name,
         setups_.find(connector.spec.name, connector.spec.setup)->plugin->manifest.takes});
  }
  routes_ = delivery::Routes(configuration_.routes, std::move(takers), &process::Engine::takes);
  process_intake_ = std::make_unique<delivery::Intake>(routes_);
  auto random = std::make_shared<std::mt19937_64>(std::random_device{}());
  delivery::Dispatcher::Ports ports;
  ports.random = [random] { return std::uniform_real_distribution<double>(0.0, 1.0)(*random); };
  ports.log = log;
  ports.changed = [this] { ++revision_; };
  ports.fatal = [this](const std::string& reason) { fail(reason); };
  ports.process_has_work = [this] { engine_->wake(); };
  open_accounts(ports);
  dispatcher_ = std::make_unique<delivery::Dispatcher>(*server_, *journal_, *workers_, routes_,
                                                       std::move(ports));
  engine_ = std::make_unique<process::Engine>(
      store_path(), configuration_.settings, *journal_,
      process::Engine::Ports{
          [this](const char* level, const std::string& text) {
            log_->write(level, "process", text);
          },
          [this](const std::string& reason) { fail(reason); },
          [this] { ++revision_; },
          [this](const std::vector<std::string_view>& wires, journal::Transaction& transaction) {
            return process_intake_->add(wires, transaction, delivery::Intake::Data::ours);
          },
          {},
          {configuration_.processes}});
  journal_->set_listener([this](std::vector<journal::CommittedMessage>& messages) {
    dispatcher_->on_committed(messages);
  });
  for (const auto& account : configuration_.accounts) {
    dispatcher_->limit_account(account.name, account.limits);
    configured_accounts_.push_back(account.name);
  }
  add_connectors();
  renewal_ = std::make_unique<Renewal>(
      configuration_, plugins_, setups_,
      Renewal::Ports{[this](const SetupRef& setup) { return take_over(setup); },
                     [this](const std::string& connector, const std::string& reason) {
                       on_loop([this, connector, reason] { dispatcher_->hold(connector, reason); });
                     },
                     log, [this] { ++revision_; },
                     [this](const auto& accounts) { configure_accounts(accounts); }});
}

// What this kernel keeps connectors from, said at each start; throws where a connector asks for
// more.
void Service::look_at_walls() {
  std::string fault;
  walls_ = probe_walls(configuration_.worker, fault);
  if (!fault.empty()) {
    throw std::runtime_error("the sandbox cannot be tried: " + fault);
  }
  for (const auto& wall : walls_) {
    log_->write(wall.stands || !wall.essential ? "info" : "warning", {},
                "sandbox: " + wall.name + (wall.stands ? ": " : " is missing: ") + wall.detail);
  }
  const auto missing = sandbox::missing(walls_);
  for (const auto& connector : configuration_.connectors) {
    if (!missing.empty() && connector.sandbox == "required" && !connector.in_process) {
      throw std::runtime_error("connector " + connector.spec.name +
                               " asks for sandbox required, and this machine lacks " + missing);
    }
  }
}

// Waits for as long as a replacement may take: starting, draining to the delivery's deadline,
// stopping. On a thread of the renewal or of HTTP, never on the loop.
std::string Service::take_over(const SetupRef& setup) {
  auto done = std::make_shared<std::promise<std::string>>();
  auto result = done->get_future();
  const auto& spec = setup->configuration.spec;
  server_->post([this, spec, done] {
    dispatcher_->take_over(spec, [done](bool good, const std::string& reason) {
      done->set_value(good ? std::string() : reason.empty() ? "it does not say why" : reason);
    });
  });
  const auto until = std::chrono::steady_clock::now() + spec.deliver_deadline + spec.stop_deadline +
                     std::chrono::seconds(130);
  while (std::chrono::steady_clock::now() < until) {
    if (result.wait_for(std::chrono::milliseconds(100)) == std::future_status::ready) {
      return result.get();
    }
    if (stopping_) {
      return kStopping;
    }
  }
  return "it did not take over in time";
}

void Service::add_connectors() {
  const auto own = journal_->state(kHostActor);
  for (const auto& connector : configuration_.connectors) {
    const auto setup = setups_.find(connector.spec.name, connector.spec.setup);
    setups_.make_current(setup, "start");
    plugins_.took(setup->plugin, "start");
    dispatcher_->add(connector.spec, own.contains("paused/" + connector.spec.name));
  }
}

int Service::serve(const std::function<void(int)>& ready) {
  started_at_ns_ = canonical::now().ns;
  open();
  http_ = std::make_unique<http::HttpServer>(
      *this, configuration_.http_address, configuration_.http_port,
      static_cast<std::size_t>(configuration_.largest_webhook_bytes));
  engine_->start();
  server_->post([this, ready] {
    dispatcher_->start();
    serving_ = true;
    renewal_->start();
    // Ready once every connector runs or is known not to; asked every few milliseconds, cheap.
    auto check = std::make_shared<std::function<void()>>();
    *check = [this, ready, check] {
      if (dispatcher_->all_ready() || stopping_) {
        ready(http_->port());
        *check = nullptr;
      } else {
        server_->after(std::chrono::milliseconds(5), *check);
      }
    };
    (*check)();
  });
  log_->info("started; HTTP on " + configuration_.http_address + ":" +
             std::to_string(http_->port()));
  server_->run();
  serving_ = false;
  // In reverse: nobody may ask for what is gone.
  http_->stop();
  renewal_->stop();
  engine_->stop();
  workers_->wait_all(kStopDeadline);
  workers_.reset();
  tokens_.reset();  // its answers go to the loop, which is still there
  journal_->set_listener({});
  engine_.reset();
  http_.reset();
  journal_.reset();
  log_->info("stopped");
  const std::lock_guard lock(failure_mutex_);
  return failure_.empty() ? 0 : 70;
}

void Service::stop() {
  if (stopping_.exchange(true) || !server_) {
    return;
  }
  server_->post([this] {
    dispatcher_->stop([this] { server_->stop(); });
    server_->after(kStopDeadline, [this] { server_->stop(); });
  });
}

void Service::on_loop(const std::function<void()>& work) {
  auto done = std::make_shared<std::promise<void>>();
  auto waiting = done->get_future();
  server_->post([work, done = std::move(done)] {
    work();
    done->set_value();
  });
  if (waiting.wait_for(std::chrono::seconds(5)) != std::future_status::ready) {
    throw std::runtime_error("the host is busy; try again");
  }
  try {
    waiting.get();
  } catch (const std::future_error&) {  // the loop ended first
    throw std::runtime_error(kStopping);
  }
}

std::vector<delivery::ConnectorStatus> Service::statuses() {
  auto out = std::make_shared<std::vector<delivery::ConnectorStatus>>();
  on_loop([this, out] { *out = dispatcher_->statuses(); });
  return *out;
}

std::string Service::not_ready_because() {
  {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_.empty()) {
      return failure_;
    }
  }
  if (!serving_) {
    return stopping_ ? kStopping : "the host is starting";
  }
  std::string waiting;
  for (const auto& one : statuses()) {
    if (one.state != delivery::ConnectorState::running &&
        one.state != delivery::ConnectorState::quarantined) {
      waiting += (waiting.empty() ? "" : ", ") + one.name + " is " + delivery::name_of(one.state);
    }
  }
  return waiting;
}

http::Gauges Service::gauges() {
  http::Gauges out;
  const auto counters = journal_->counters();
  out.accepted = counters.accepted;
  out.delivered = counters.delivered;
  out.dead_lettered = counters.dead_lettered;
  out.pending = counters.pending;
  out.repeats = counters.repeats;
  out.uptime_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  for (const auto& one : statuses()) {
    http::Gauges::Connector row;
    row.name = one.name;
    row.state = delivery::name_of(one.state);
    row.delivered = one.delivered;
    row.emitted = one.emitted;
    row.retries = one.retries;
    row.dead_lettered = one.dead_lettered;
    row.restarts = one.restarts;
    row.in_flight = one.in_flight;
    row.pending = journal_->count_pending(one.name, kCountPendingUpTo);
    row.breaker_open = one.breaker_open;
    out.connectors.push_back(std::move(row));
  }
  add_account_gauges(out);
  out.orders_by_status = queries().orders_by_status();
  return out;
}

http::Answer Service::service() {
  std::error_code error;
  const auto space = fs::space(configuration_.data_dir, error);
  return json::serialize(json::object{{"name", "crossdock"},
                                      {"version", CROSSDOCK_VERSION},
                                      {"pid", getpid()},
                                      {"started_at", instant(started_at_ns_)},
                                      {"data_dir", configuration_.data_dir.string()},
                                      {"free_bytes", space.available},
                                      {"not_ready_because", not_ready_because()},
                                      {"sandbox", to_json(walls_)},
                                      {"counters", to_json(journal_->counters())}});
}

http::Answer Service::plugins() { return json::serialize(plugins_.list()); }

http::Answer Service::plugin(const std::string& id) {
  const auto found = plugins_.running(id);
  if (!found) {
    return not_found("plugin", id);
  }
  auto out = plugins_.one(found);
  out["manifest"] = json::parse(found->manifest.json);
  return json::serialize(out);
}

namespace {

http::Answer to_answer(const Renewed& renewed, const Problems& problems = {}) {
  if (!renewed.refusal.empty()) {
    std::string detail = renewed.refusal;
    for (const auto& problem : problems) {
      detail += "; " + problem.file + ": " + problem.path + " " + problem.message;
    }
    return http::Refusal{409, "not-taken", "Nothing was changed", detail};
  }
  json::array failures;
  for (const auto& one : renewed.failures) {
    failures.push_back({{"connector", one.connector}, {"reason", one.reason}});
  }
  return json::serialize(json::object{{"connectors", json::value_from(renewed.connectors)},
                                      {"failures", std::move(failures)},
                                      {"needs_restart", json::value_from(renewed.needs_restart)}});
}

}  // namespace

http::Answer Service::use_plugin(const std::string& id, const std::string& version, bool force) {
  return to_answer(renewal_->use(id, version, force));
}

http::Answer Service::rollback_plugin(const std::string& id) {
  return to_answer(renewal_->rollback_plugin(id));
}

http::Answer Service::reload() {
  Problems problems;
  const auto renewed = renewal_->reload(problems);
  return to_answer(renewed, problems);
}

http::Answer Service::rollback_connector(const std::string& name) {
  return to_answer(renewal_->rollback_connector(name));
}

http::Answer Service::validate_configuration(const std::string& id, const std::string& text) {
  const auto found = plugins_.running(id);
  if (!found) {
    return not_found("plugin", id);
  }
  Problems problems;
  check_against_schema(text, found->manifest.configuration_schema, "", "config", problems);
  json::array list;
  for (const auto& problem : problems) {
    list.push_back({{"path", problem.path}, {"message", problem.message}});
  }
  return json::serialize(
      json::object{{"plugin", id}, {"valid", problems.empty()}, {"problems", std::move(list)}});
}

http::Answer Service::connectors() {
  json::array list;
  for (const auto& one : statuses()) {
    list.push_back(to_json(one, setups_.find(one.name, one.setup),
                           journal_->count_pending(one.name, kCountPendingUpTo)));
  }
  return json::serialize(json::object{{"connectors", std::move(list)}});
}

http::Answer Service::connector_status(const std::string& name) {
  for (const auto& one : statuses()) {
    if (one.name == name) {
      return json::serialize(to_json(one, setups_.find(name, one.setup),
                                     journal_->count_pending(name, kCountPendingUpTo)));
    }
  }
  return not_found("connector", name);
}

http::Answer Service::connector(const std::string& name) {
  if (const auto setup = setups_.current(name)) {
    const auto& one = setup->configuration;
    json::array generations;
    for (const auto& g : setups_.generations(name)) {
      generations.push_back({{"number", g.number}, {"at", instant(g.at_ns)}, {"why", g.why}});
    }
    // The settings as configured: secrets stand there by reference only.
    return json::serialize(
        json::object{{"name", name},
                     {"plugin", one.spec.plugin},
                     {"plugin_version", setup->plugin->manifest.version},
                     {"isolation", one.in_process ? "inproc" : "process"},
                     {"max_in_flight", one.spec.max_in_flight},
                     {"file", one.file},
                     {"config", json::parse(one.json)},
                     {"grants", to_json(security::grants_of(setup->plugin->manifest.json, one.json,
                                                            one.allowed, limits_of(one)),
                                        one)},
                     {"generation", setup->number},
                     {"generations", std::move(generations)}});
  }
  return not_found("connector", name);
}

http::Answer Service::command(const std::string& name, const char* what,
                              const std::function<bool()>& work) {
  auto known = std::make_shared<bool>(false);
  on_loop([work, known] { *known = work(); });
  if (!*known) {
    return not_found("connector", name);
  }
  log_->write("info", name, std::string(what) + " by an operator");
  return connector_status(name);
}

http::Answer Service::pause(const std::string& name) {
  // Paused connectors stay so over a restart of the host.
  journal::Transaction transaction;
  transaction.actor = kHostActor;
  transaction.state.push_back({"paused/" + name, "yes"});
  auto answer = command(name, "paused", [this, name] { return dispatcher_->pause(name); });
  if (std::holds_alternative<std::string>(answer)) {
    (void)journal_->commit_and_wait(std::move(transaction));
  }
  return answer;
}

http::Answer Service::resume(const std::string& name) {
  journal::Transaction transaction;
  transaction.actor = kHostActor;
  transaction.state.push_back({"paused/" + name, std::nullopt});
  auto answer = command(name, "resumed", [this, name] { return dispatcher_->resume(name); });
  if (std::holds_alternative<std::string>(answer)) {
    (void)journal_->commit_and_wait(std::move(transaction));
  }
  return answer;
}

http::Answer Service::restart(const std::string& name) {
  return command(name, "restarted",
                 [this, name] { return dispatcher_->restart(name, "an operator asked for it"); });
}

http::Answer Service::orders(const http::OrderFilter& filter) {
  return queries().orders(
      {filter.channel, filter.status, filter.po_number, filter.page.after, filter.page.limit});
}

http::Answer Service::order(const std::string& id) {
  if (auto found = queries().order(id)) {
    return *found;
  }
  return not_found("order", id);
}

http::Answer Service::trace(const std::string& key) {
  auto reader = queries();
  const auto order = reader.order(key);
  std::vector<journal::TimelineRow> rows;
  for (const auto& business_key : reader.journal_keys(key)) {
    auto more = journal_->timeline(business_key, 1000);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  if (rows.empty()) {
    rows = journal_->timeline(key, 1000);
  }
  if (rows.empty() && !order) {
    return not_found("order, purchase order or correlation id", key);
  }
  json::array timeline;
  for (const auto& row : rows) {
    timeline.push_back(to_json(row));
  }
  json::object out{{"key", key}, {"timeline", std::move(timeline)}};
  out["order"] = order ? json::parse(*order) : json::value(nullptr);
  return json::serialize(out);
}

http::Answer Service::availability(const std::string& sku, const std::string& channel) {
  if (auto found = queries().availability(sku, channel)) {
    return *found;
  }
  return not_found("product", sku);
}

http::Answer Service::summary() {
  auto out = json::parse(queries().summary()).as_object();
  json::array letters;
  for (std::string after;;) {
    const auto page = journal_->dead_letters({}, after, 500);
    for (const auto& letter : page) {
      letters.push_back(to_json(letter));
    }
    if (page.size() < 500) {
      break;
    }
    after = page.back().id;
  }
  out["dead_letters"] = std::move(letters);
  out["messages"] = to_json(journal_->counters());
  return json::serialize(out);
}

http::Answer Service::alerts(std::size_t limit) { return queries().alerts(limit); }

http::Answer Service::documents(const std::string& partner, const std::string& state,
                                std::size_t limit) {
  if (!state.empty() && state != "waiting" && state != "overdue" && state != "refused") {
    return http::Refusal{400, "bad-parameter", "A parameter is wrong",
                         "state must be waiting, overdue or refused"};
  }
  return queries().documents(partner, state, limit);
}

http::Answer Service::dead_letters(const http::DeadLetterFilter& filter) {
  json::array list;
  for (const auto& letter :
       journal_->dead_letters(filter.connector, filter.page.after, filter.page.limit)) {
    list.push_back(to_json(letter));
  }
  json::object out{{"dead_letters", list}};
  if (list.size() == filter.page.limit && !list.empty()) {
    out["next"] = list.back().as_object().at("id");
  }
  return json::serialize(out);
}

http::Answer Service::dead_letter(const std::string& id) {
  const auto letter = journal_->dead_letter(id);
  if (!letter) {
    return not_found("dead letter", id);
  }
  auto out = to_json(*letter);
  if (const auto stored = journal_->read(letter->position)) {
    canonical::MessageView message;
    if (canonical::decode_wire(stored->wire, message).ok()) {
      json::error_code error;
      auto data = json::parse({message.data.data(), message.data.size()}, error);
      out["data"] = error ? json::value(std::string(message.data)) : std::move(data);
      // Outside bytes may be anything; shown as text with what is not ASCII replaced.
      std::string original(message.original.substr(0, 65536));
      for (char& c : original) {
        if (static_cast<unsigned char>(c) >= 0x7f ||
            (static_cast<unsigned char>(c) < 0x20 && c != '\n')) {
          c = '?';
        }
      }
      out["original"] = original;
      out["original_type"] = std::string(message.original_type);
      out["correlation_id"] = std::string(message.correlation_id);
    }
  }
  return json::serialize(out);
}

http::Answer Service::settle_dead_letter(const std::string& id, journal::SettlementKind kind,
                                         const std::string& reason) {
  const auto letter = journal_->dead_letter(id);
  if (!letter || letter->discarded) {
    return not_found("open dead letter", id);
  }
  if (kind == journal::SettlementKind::replayed && letter->destination == journal::kIntake) {
    return http::Refusal{
        409, "cannot-replay", "It cannot be replayed",
        "this document was refused before it became a message; mend the file and drop "
        "it again, then discard this dead letter"};
  }
  journal::Transaction transaction;
  transaction.actor = kHostActor;
  journal::Settlement settlement;
  settlement.position = letter->position;
  settlement.destination = letter->destination;
  settlement.kind = kind;
  settlement.outcome = "by an operator";
  settlement.reason = reason;
  settlement.business_key = letter->business_key;
  transaction.settlements.push_back(std::move(settlement));
  if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
    return http::Refusal{503, "not-stored", "The journal refuses", result.error()};
  }
  on_loop([this, letter, kind] {
    if (kind == journal::SettlementKind::replayed) {
      dispatcher_->replayed(*letter);
    } else {
      dispatcher_->discarded(*letter);
    }
  });
  ++revision_;
  return json::serialize(json::object{
      {"id", id}, {"state", kind == journal::SettlementKind::replayed ? "replayed" : "discarded"}});
}

http::Answer Service::replay_dead_letter(const std::string& id) {
  return settle_dead_letter(id, journal::SettlementKind::replayed, "");
}

http::Answer Service::discard_dead_letter(const std::string& id, const std::string& reason) {
  return settle_dead_letter(id, journal::SettlementKind::discarded, reason);
}

http::Answer Service::blob(const std::string& sha256) {
  if (auto found = journal_->blob(sha256)) {
    return *found;
  }
  return not_found("blob", sha256);
}

std::variant<http::WebhookReply, http::Refusal> Service::webhook(
    const std::string& connector, const http::WebhookCall& call,
    std::chrono::milliseconds deadline) {
  using Result = std::variant<http::WebhookReply, http::Refusal>;
  auto promise = std::make_shared<std::promise<Result>>();
  auto future = promise->get_future();
  auto own = std::make_shared<const http::WebhookCall>(call);
  server_->post([this, connector, own, deadline, promise = std::move(promise)] {
    bus::WebhookCallView view;
    view.method = own->method;
    view.path = own->path;
    view.query = own->query;
    view.body = own->body;
    for (const auto& [name, value] : own->headers) {
      view.headers.emplace_back(name, value);
    }
    dispatcher_->webhook(
        connector, view, deadline,
        [promise](const delivery::Dispatcher::WebhookReply* reply, const std::string& reason) {
          if (reply != nullptr) {
            promise->set_value(http::WebhookReply{reply->status, reply->headers, reply->body});
          } else {
            promise->set_value(
                http::Refusal{503, "webhook-not-taken", "The call was not taken", reason});
          }
        });
  });
  if (future.wait_for(deadline + std::chrono::seconds(2)) != std::future_status::ready) {
    return http::Refusal{503, "webhook-not-taken", "The call was not taken", "no answer in time"};
  }
  try {
    return future.get();
  } catch (const std::future_error&) {  // the loop ended first
    return http::Refusal{503, "webhook-not-taken", "The call was not taken", kStopping};
  }
}

}  // namespace crossdock::host::app
