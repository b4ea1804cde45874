// What a received file means for the host: documents as canonical messages, acknowledgements of
// what we sent, refusals, repeats, and the answers that are due; all of it as one batch, so that it
// is durable as a whole or not at all.
//
// On the thread that takes the file, one file at a time.
#pragma once

#include <crossdock/host.hpp>
#include <string>

#include "plugins/edi_x12/exchange/control_numbers.hpp"
#include "plugins/edi_x12/exchange/received_file.hpp"

namespace crossdock::edi {

// A file as a way brought it.
struct ArrivedFile {
  std::string name;
  const std::string* bytes = nullptr;
  std::string digest;  // SHA-256, hex
  // The way vouches for its sender, who may speak for the partners that go via it only; null: any.
  const std::string* only_via = nullptr;
};

class Intake {
 public:
  Intake(Host host, TradingPartners& partners) : host_(std::move(host)), partners_(partners) {}

  // Adds to `batch`; answers take their numbers from `numbers`.
  void take(const ArrivedFile& file, ControlNumbers::Turn& numbers, Batch& batch);

 private:
  struct Taking;  // one interchange under work
  void interchange(const ReceivedInterchange& one, const ArrivedFile& file,
                   ControlNumbers::Turn& numbers, Batch& batch);
  bool sets(const ReceivedInterchange& one, std::size_t group, const Taking& taking, Batch& batch);
  bool set(const ReceivedInterchange& one, std::size_t group, std::size_t set, const Taking& taking,
           Batch& batch);
  void answer(const ReceivedInterchange& one, const Taking& taking, ControlNumbers::Turn& numbers,
              Batch& batch);

  Host host_;
  TradingPartners& partners_;
};

}  // namespace crossdock::edi
