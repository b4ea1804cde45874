// Control numbers of what we send, one sequence for each partner, kept in the connector's durable
// state. A number is stored before anything bears it, so that a crash at any moment may leave gaps
// but never gives one twice.
//
// Any thread. From reading a counter until the batch with its next value is taken, hold a Turn.
#pragma once

#include <crossdock/host.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "plugins/edi_x12/engine/writer/writer.hpp"

namespace crossdock::edi {

// A control number and the instant its document bears.
struct Allotted {
  std::uint64_t number = 0;
  std::int64_t at_ns = 0;

  x12::Control control() const { return {number, number, 1}; }
};

class ControlNumbers {
 public:
  explicit ControlNumbers(Host host) : host_(std::move(host)) {}

  class Turn {
   public:
    // The next number; its place in the sequence goes into `batch`.
    Allotted next(const std::string& partner, Batch& batch);

   private:
    friend class ControlNumbers;
    explicit Turn(ControlNumbers& all) : all_(all), lock_(all.mutex_) {}
    ControlNumbers& all_;
    std::unique_lock<std::mutex> lock_;
  };
  Turn turn() { return Turn(*this); }

  // The number that `key` (a document) has already.
  std::optional<Allotted> known(const std::string& key) const;
  // That number, or the next one of the partner, durable under `key` together with what `also`
  // (which may be empty) adds for it; none: it could not be stored. Not from accepted() or
  // webhook().
  using Also = std::function<void(const Allotted&, Batch&)>;
  std::optional<Allotted> number_of(const std::string& partner, const std::string& key,
                                    const Also& also);

 private:
  Host host_;
  std::mutex mutex_;
};

}  // namespace crossdock::edi
