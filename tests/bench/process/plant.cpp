#include "tests/bench/process/plant.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "tests/support/process/world.hpp"

namespace crossdock::bench {

using namespace host;

namespace {

constexpr std::size_t kAtOnce = 500;  // labels that a carrier answers together

journal::Settlement settled(const journal::StoredMessage& stored, const std::string& who) {
  journal::Settlement out;
  out.position = stored.position;
  out.destination = who;
  out.outcome = "done";
  out.attempts = 1;
  return out;
}

canonical::Message message_of(const std::string& id, const std::string& source,
                              const std::string& type, std::string data) {
  canonical::Message out;
  auto& e = out.envelope;
  e.id = id;
  e.source = source;
  e.type = type;
  e.idempotency_key = e.id;
  e.business_key = e.id;
  e.correlation_id = e.id;
  e.dataschema = canonical::entity_of(type)->dataschema;
  out.data = std::move(data);
  return out;
}

}  // namespace

Plant::Plant(const std::filesystem::path& folder)
    : folder_(folder), settings_(support::five_warehouses()) {
  std::filesystem::create_directories(folder);
  std::vector<delivery::Routes::Taker> takers;
  for (const char* name : {"carrier", "wms", "edi", "erp", "source", "shop"}) {
    takers.push_back({name, {}});
  }
  routes_ = delivery::Routes({}, std::move(takers), &process::Engine::takes);
  intake_ = std::make_unique<delivery::Intake>(routes_);
  auto opened = journal::Journal::open({folder / "journal"});
  if (!opened) {
    throw std::runtime_error(opened.error());
  }
  journal_ = std::move(*opened);
  process::Engine::Ports ports;
  ports.log = [](const char*, const std::string& text) { std::cerr << text << "\n"; };
  ports.fatal = [](const std::string& text) {
    std::cerr << text << "\n";
    std::_Exit(1);
  };
  ports.changed = [] {};
  ports.intake = [this](const std::vector<std::string_view>& wires,
                        journal::Transaction& transaction) {
    return intake_->add(wires, transaction, delivery::Intake::Data::ours);
  };
  engine_ = std::make_unique<process::Engine>(store(), settings_, *journal_, std::move(ports));
  journal_->set_listener([this](std::vector<journal::CommittedMessage>&) { engine_->wake(); });
  engine_->start();
  connectors_ = std::thread([this] { connect(); });
}

Plant::~Plant() {
  stopping_ = true;
  connectors_.join();
  engine_->stop();
  engine_.reset();
  journal_.reset();
}

void Plant::take_in(const std::string& source,
                    const std::vector<std::pair<std::string, std::string>>& messages) {
  auto wires = std::make_shared<std::vector<std::string>>();
  for (const auto& [type, data] : messages) {
    const auto message = message_of(source + "-" + std::to_string(++messages_), source, type, data);
    canonical::append_wire(message, wires->emplace_back());
  }
  journal::Transaction transaction;
  transaction.actor = source;
  transaction.keepalive = wires;
  const std::vector<std::string_view> views(wires->begin(), wires->end());
  if (auto fault = intake_->add(views, transaction); !fault.empty()) {
    throw std::runtime_error(fault);
  }
  if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
}

void Plant::wait_until_quiet() {
  while (journal_->count_pending("process", 1) > 0 || journal_->count_pending("carrier", 1) > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void Plant::connect() {
  while (!stopping_) {
    bool worked = answer_labels();
    for (const char* who : {"wms", "edi", "erp"}) {
      worked = settle(who) || worked;  // so that nothing piles up
    }
    if (!worked) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

bool Plant::settle(const std::string& who) {
  journal::Transaction done;
  done.actor = who;
  journal_->read_pending(who, 0, 4 * kAtOnce, 64u << 20, [&](journal::StoredMessage& stored) {
    done.settlements.push_back(settled(stored, who));
  });
  const auto count = done.settlements.size();
  if (!commit(std::move(done))) {
    return false;
  }
  released_ += who == "wms" ? count : 0;
  return true;
}

// Buys every label at once.
bool Plant::answer_labels() {
  const std::string who = "carrier";
  journal::Transaction done;
  done.actor = who;
  auto wires = std::make_shared<std::vector<std::string>>();
  journal_->read_pending(who, 0, kAtOnce, 64u << 20, [&](journal::StoredMessage& stored) {
    canonical::MessageView view;
    if (!canonical::decode_wire(stored.wire, view).ok()) {
      return;
    }
    done.settlements.push_back(settled(stored, who));
    const auto request = *canonical::decode<canonical::LabelRequest>(view.data).value;
    auto message =
        message_of("label-" + request.shipment.id, who, std::string(canonical::kLabelCreated),
                   canonical::encode(support::label_for(request)));
    message.envelope.business_key = std::string(view.business_key);
    message.envelope.correlation_id = std::string(view.correlation_id);
    canonical::append_wire(message, wires->emplace_back());
  });
  done.keepalive = wires;
  const std::vector<std::string_view> views(wires->begin(), wires->end());
  if (auto fault = intake_->add(views, done); !fault.empty()) {
    throw std::runtime_error(fault);
  }
  return commit(std::move(done));
}

bool Plant::commit(journal::Transaction transaction) {
  if (transaction.settlements.empty()) {
    return false;
  }
  if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
  return true;
}

}  // namespace crossdock::bench
