// From the C table of abi.h to a Connector: one guard around every call, so that no exception
// crosses the boundary, and blocking deliveries on a pool. Authors need not read this.
#pragma once

#include <crossdock/ext/config.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/webhook.h>

#include <crossdock/connect.hpp>
#include <crossdock/connector.hpp>
#include <crossdock/mapping_tables.hpp>
#include <crossdock/pool.hpp>

namespace crossdock::detail {

inline std::string current_exception_text() noexcept {
  try {
    throw;
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

inline void set_error(const xd_error_sink* sink, std::string_view text) {
  if (sink != nullptr && sink->set != nullptr) {
    sink->set(sink->context, bytes(text));
  }
}

class Instance {
 public:
  Instance(Host host, std::unique_ptr<Connector> connector)
      : host_(std::move(host)), connector_(std::move(connector)) {}

  Connector& connector() { return *connector_; }
  Host& host() { return host_; }

  xd_status start(const xd_error_sink* error) noexcept {
    try {
      connector_->start();
      return XD_OK;
    } catch (...) {
      set_error(error, current_exception_text());
      return XD_FAILED;
    }
  }

  void stop() noexcept {
    host_.stop();
    pool_.stop();
    if (std::exchange(stopped_, true)) {
      return;
    }
    try {
      connector_->stop();
    } catch (...) {
      host_.log(Level::error, "stop failed: " + current_exception_text());
    }
  }

  xd_status deliver(const xd_message* messages, std::size_t count) noexcept {
    try {
      for (std::size_t i = 0; i < count; ++i, messages = xd_message_at(messages, 1)) {
        pool_.run([this, token = messages->token, message = from_abi(*messages)] {
          complete(token, guarded([&] { return connector_->deliver(message); }));
        });
      }
      return XD_OK;
    } catch (...) {
      return XD_FAILED;
    }
  }

  xd_status find(const xd_message* message, void* context,
                 void (*not_found)(void*, std::uint64_t)) noexcept {
    try {
      pool_.run([this, token = message->token, own = from_abi(*message), context, not_found] {
        std::optional<Outcome> found;
        try {
          found = connector_->find(own);
        } catch (...) {
          found = Outcome::retry("find failed: " + current_exception_text());
        }
        if (found) {
          complete(token, *found);
        } else {
          not_found(context, token);
        }
      });
      return XD_OK;
    } catch (...) {
      return XD_FAILED;
    }
  }

  void poll(xd_bytes cursor, xd_outcome* out, const xd_error_sink* error) noexcept {
    const Outcome outcome = guarded([&] {
      try {
        return connector_->poll(Cursor(copy(cursor)));
      } catch (const NotMapped& fault) {
        return Outcome::retry(fault.what());  // what the source gives may be mended there
      }
    });
    out->kind = outcome.kind();
    out->retry_after_ns = outcome.after().count();
    set_error(error, outcome.reason());
  }

  void accepted(std::uint64_t tag) noexcept {
    if (host_.take_own_tag(tag)) {
      return;
    }
    try {
      connector_->accepted(tag);
    } catch (...) {
      host_.log(Level::error, "accepted failed: " + current_exception_text());
    }
  }

  void webhook(const xd_webhook_request* in, void* context,
               void (*give)(void*, const xd_webhook_answer*)) noexcept {
    WebhookAnswer answer;
    try {
      WebhookRequest request;
      request.method = copy(in->method);
      request.path = copy(in->path);
      request.query = copy(in->query);
      request.body = copy(in->body);
      for (std::uint32_t i = 0; i < in->header_count; ++i) {
        request.headers.emplace_back(copy(in->headers[i].name), copy(in->headers[i].value));
      }
      answer = connector_->webhook(request);
    } catch (...) {
      host_.log(Level::error, "webhook failed: " + current_exception_text());
      answer = WebhookAnswer{};
      answer.status = 500;
    }
    const auto headers = to_abi(answer.headers);
    const auto messages = to_abi(answer.messages);
    const auto state = to_abi(answer.state);
    xd_webhook_answer out{};
    out.struct_size = sizeof out;
    out.status = answer.status;
    out.headers = headers.data();
    out.header_count = headers.size();
    out.body = bytes(answer.body);
    out.messages = messages.data();
    out.message_count = messages.size();
    out.state = state.data();
    out.state_count = state.size();
    give(context, &out);
  }

 private:
  template <class Call>
  static Outcome guarded(const Call& call) noexcept {
    try {
      return call();
    } catch (const NotMapped& fault) {
      return Outcome::rejected(fault.what());
    } catch (...) {
      return Outcome::retry("the connector threw: " + current_exception_text());
    }
  }

  void complete(std::uint64_t token, const Outcome& outcome) {
    const auto messages = to_abi(outcome.messages());
    const auto state = to_abi(outcome.state());
    xd_outcome out{};
    out.struct_size = sizeof out;
    out.kind = outcome.kind();
    out.token = token;
    out.retry_after_ns = outcome.after().count();
    out.reason = bytes(outcome.reason());
    out.reference = bytes(outcome.reference());
    out.evidence_request = bytes(outcome.evidence().request);
    out.evidence_answer = bytes(outcome.evidence().answer);
    out.state = state.data();
    out.state_count = state.size();
    out.messages = messages.data();
    out.message_count = messages.size();
    host_.table()->complete(host_.table()->context, &out, 1);
  }

  Host host_;
  std::unique_ptr<Connector> connector_;
  Pool pool_;
  bool stopped_ = false;
};

inline Instance* instance(xd_instance* opaque) { return reinterpret_cast<Instance*>(opaque); }

// The table of one connector class. kSchema is the function that gives its configuration schema,
// `mapping_names` the identifiers of kMappings as they stand in the source.
template <class Class, const auto& kSchema, const auto&... kMappings>
const xd_plugin_table_v0* plugin_table(std::string_view mapping_names) {
  static const std::string_view kMappingNames = mapping_names;
  static const xd_poll_v1 kPoll = {
      [](xd_instance* self, xd_bytes cursor, xd_outcome* outcome, const xd_error_sink* error) {
        instance(self)->poll(cursor, outcome, error);
      }};
  static const xd_find_v1 kFind = {[](xd_instance* self, const xd_message* message, void* context,
                                      void (*not_found)(void*, std::uint64_t)) {
    return instance(self)->find(message, context, not_found);
  }};
  static const xd_webhook_v1 kWebhook = {[](xd_instance* self, const xd_webhook_request* request,
                                            void* context,
                                            void (*answer)(void*, const xd_webhook_answer*)) {
    instance(self)->webhook(request, context, answer);
  }};
  static const xd_config_v1 kConfiguration = {
      [](void* reader, void (*read)(void*, xd_bytes)) {
        const std::string schema = kSchema().json_schema();
        read(reader, bytes(schema));
      },
      [](xd_bytes configuration, void* reader, void (*fault)(void*, xd_bytes, xd_bytes)) {
        std::vector<ConfigFault> faults;
        kSchema().parse(text(configuration), faults);
        for (const auto& one : faults) {
          fault(reader, bytes(one.path), bytes(one.message));
        }
      }};
  static const xd_plugin_table_v0 kTable = {
      .struct_size = sizeof(xd_plugin_table_v0),
      .minor = XD_ABI_MINOR,
      .create = [](const xd_host_v0* table, xd_bytes configuration,
                   const xd_error_sink* error) -> xd_instance* {
        try {
          std::vector<ConfigFault> faults;
          auto config = kSchema().parse(text(configuration), faults);
          if (!faults.empty()) {
            set_error(error, to_text(faults));
            return nullptr;
          }
          offer_connections(table);
          Host host(table);
          auto connector = std::make_unique<Class>(host, config);
          return reinterpret_cast<xd_instance*>(new Instance(host, std::move(connector)));
        } catch (...) {
          set_error(error, current_exception_text());
          return nullptr;
        }
      },
      .destroy = [](xd_instance* self) { delete instance(self); },
      .start = [](xd_instance* self,
                  const xd_error_sink* error) { return instance(self)->start(error); },
      .stop = [](xd_instance* self) { instance(self)->stop(); },
      .deliver = [](xd_instance* self, const xd_message* messages,
                    std::size_t count) { return instance(self)->deliver(messages, count); },
      .accepted = [](xd_instance* self, std::uint64_t tag) { instance(self)->accepted(tag); },
      .extension = [](const char* name) -> const void* {
        const std::string_view wanted = name;
        if (wanted == XD_EXT_POLL) {
          return &kPoll;
        }
        if (wanted == XD_EXT_FIND) {
          return &kFind;
        }
        if (wanted == XD_EXT_WEBHOOK) {
          return &kWebhook;
        }
        if constexpr (sizeof...(kMappings) > 0) {
          if (wanted == XD_EXT_MAPPING) {
            return MappingTables<kMappings...>::extension(kMappingNames);
          }
        }
        return wanted == XD_EXT_CONFIG ? &kConfiguration : nullptr;
      }};
  return &kTable;
}

}  // namespace crossdock::detail

// Makes a library of the connector: its one export. `schema_function` is a function without
// arguments that returns the configuration schema (crossdock::schema<Config>(...)). Mapping tables
// named after it can be printed and proved by golden pairs; kOrderLine is the table "order_line".
#define CROSSDOCK_CONNECTOR(Class, schema_function, ...)                                           \
  extern "C" __attribute__((visibility("default"))) const xd_plugin_table_v0* xd_plugin_v0(void) { \
    return crossdock::detail::plugin_table<Class, schema_function __VA_OPT__(, ) __VA_ARGS__>(     \
        #__VA_ARGS__);                                                                             \
  }
