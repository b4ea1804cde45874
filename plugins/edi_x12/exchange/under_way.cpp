#include "plugins/edi_x12/exchange/under_way.hpp"

namespace crossdock::edi {

bool UnderWay::give(const std::string& name, Batch& batch,
                    const std::function<bool(const Batch&)>& emit) {
  batch.tag = ++next_tag_;
  {
    const std::lock_guard lock(mutex_);
    all_[name] = {batch.tag, false};
  }
  if (!emit(batch)) {
    forget(name);
    return false;
  }
  return true;
}

void UnderWay::accepted(std::uint64_t tag) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, one] : all_) {
    one.accepted = one.accepted || one.tag == tag;
  }
  wake_.notify_all();
}

bool UnderWay::is_open(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(name);
  return found != all_.end() && !found->second.accepted;
}

bool UnderWay::wait(const std::string& name, std::chrono::milliseconds within,
                    const std::function<bool()>& given_up) {
  const auto until = std::chrono::steady_clock::now() + within;
  std::unique_lock lock(mutex_);
  const auto& one = all_.at(name);
  while (!one.accepted && !given_up() && std::chrono::steady_clock::now() < until) {
    wake_.wait_for(lock, std::chrono::milliseconds(50));
  }
  if (!one.accepted) {
    return false;
  }
  all_.erase(name);
  return true;
}

void UnderWay::forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  all_.erase(name);
}

}  // namespace crossdock::edi
