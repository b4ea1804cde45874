/* A library whose exports reach every struct of the contract, so that its debug information is the
 * contract as a compiler lays it out. Compared with contract-0.9.abi by compare.sh; never run. */
#include <crossdock/abi.h>
#include <crossdock/ext/budget.h>
#include <crossdock/ext/clock.h>
#include <crossdock/ext/config.h>
#include <crossdock/ext/connect.h>
#include <crossdock/ext/find.h>
#include <crossdock/ext/mapping.h>
#include <crossdock/ext/poll.h>
#include <crossdock/ext/state.h>
#include <crossdock/ext/token.h>
#include <crossdock/ext/webhook.h>

struct contract {
  xd_plugin_entry_v0 entry;
  const xd_host_v0* host;
  const xd_plugin_table_v0* plugin;
  const xd_batch* batch;
  const xd_message* message;
  const xd_outcome* outcome;
  const xd_clock_v1* clock;
  const xd_config_v1* config;
  const xd_find_v1* find;
  const xd_mapping_v1* mapping;
  const xd_poll_v1* poll;
  const xd_state_v1* state;
  const xd_webhook_v1* webhook;
  const xd_connect_v1* connect;
  const xd_budget_v1* budget;
  const xd_token_v1* token;
};

const struct contract* contract_of_crossdock(void);
const struct contract* contract_of_crossdock(void) { return 0; }
