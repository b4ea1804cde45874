// What the configuration says of the ways to partners: blocks `as2_station`, `as2` and `sftp`.
#pragma once

#include <chrono>
#include <crossdock/config.hpp>
#include <string>
#include <vector>

namespace crossdock::edi {

// Who we are in AS2: one block for all partners.
struct As2StationSettings {
  std::string id;                    // AS2-From of ours, AS2-To of theirs
  std::string certificate;           // PEM file: the certificate that partners hold of us
  Secret key;                        // PEM, by reference; signs, and decrypts what comes
  std::string previous_certificate;  // decrypts too, while partners change over
  Secret previous_key;
  std::string receipt_url;  // where partners send asynchronous receipts to
  std::chrono::milliseconds repeat_window{30LL * 24 * 3600 * 1000};
};

// One partner's AS2 station.
struct As2Settings {
  std::string name;  // partners go `via` it
  std::string id;    // AS2-To of ours, AS2-From of theirs
  std::string url;
  std::string certificate;  // PEM file with one or more: the first encrypts, all verify
  std::string sign = "sha256";
  std::string encrypt = "aes256";
  std::string compress = "none";  // none, before_signing, after_signing
  std::string receipt = "sync";   // none, sync, async
  bool signed_receipt = true;
  bool require_signature = true;
  bool require_encryption = true;
  std::chrono::milliseconds receipt_within{30LL * 60 * 1000};
  std::chrono::milliseconds resend_after{10LL * 60 * 1000};
  std::chrono::milliseconds timeout{60'000};
  std::string receipts_to;  // further address that asynchronous receipts may be asked to
  std::string ca_file;
};

// One SFTP server.
struct SftpSettings {
  std::string name;
  std::string host;
  std::int64_t port = 22;
  std::string user;
  std::string host_key;  // "SHA256:..." as ssh-keygen -l prints it; several: with spaces between
  Secret password;
  Secret key;  // PEM or OpenSSH private key
  Secret key_passphrase;
  std::string inbox;    // remote folder that we read; empty: none
  std::string outbox;   // remote folder that we write to; empty: none
  std::string archive;  // remote folder that read files go to; empty: they are deleted
  std::chrono::milliseconds look_every{30'000};
  std::chrono::milliseconds settle{2'000};
  std::chrono::milliseconds timeout{30'000};
};

const ConfigSchema<As2StationSettings>& as2_station_schema();
const ConfigSchema<As2Settings>& as2_schema();
const ConfigSchema<SftpSettings>& sftp_schema();

}  // namespace crossdock::edi
