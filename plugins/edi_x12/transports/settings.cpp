#include "plugins/edi_x12/transports/settings.hpp"

namespace crossdock::edi {

const ConfigSchema<As2StationSettings>& as2_station_schema() {
  using S = As2StationSettings;
  static const auto kSchema = schema<S>(
      field("id", &S::id).required().describe("our AS2 identifier"),
      field("certificate", &S::certificate)
          .required()
          .describe("PEM file with the certificate that partners hold of us"),
      field("key", &S::key)
          .required()
          .secret()
          .describe("its private key (PEM), as file:PATH or env:NAME"),
      field("previous_certificate", &S::previous_certificate)
          .describe("PEM file: still decrypts while partners change over to a new certificate"),
      field("previous_key", &S::previous_key).secret().describe("the key of the previous one"),
      field("receipt_url", &S::receipt_url)
          .describe("where partners send asynchronous receipts: this host's /webhooks/CONNECTOR"),
      field("repeat_window", &S::repeat_window)
          .describe("so long a message is known again as a repeat (720h)"));
  return kSchema;
}

const ConfigSchema<As2Settings>& as2_schema() {
  using S = As2Settings;
  static const auto kSchema = schema<S>(
      field("name", &S::name).required().describe("partners say `via` this"),
      field("id", &S::id).required().describe("the partner's AS2 identifier"),
      field("url", &S::url).describe("where documents are posted to; none: we only receive"),
      field("certificate", &S::certificate)
          .describe("PEM file with the partner's certificates: the first encrypts, all verify"),
      field("sign", &S::sign).one_of({"sha256", "sha384", "sha512", "sha1", "none"}),
      field("encrypt", &S::encrypt)
          .one_of({"aes256", "aes192", "aes128", "aes256-gcm", "aes192-gcm", "aes128-gcm", "3des",
                   "none"}),
      field("compress", &S::compress).one_of({"none", "before_signing", "after_signing"}),
      field("receipt", &S::receipt)
          .one_of({"none", "sync", "async"})
          .describe("which receipt (MDN) is asked for"),
      field("signed_receipt", &S::signed_receipt),
      field("require_signature", &S::require_signature)
          .describe("unsigned messages of this partner are refused"),
      field("require_encryption", &S::require_encryption)
          .describe("messages of this partner that are not encrypted are refused"),
      field("receipt_within", &S::receipt_within)
          .describe("an asynchronous receipt that has not come by then raises an alarm"),
      field("resend_after", &S::resend_after)
          .describe("sent again, under the same Message-ID, while its receipt does not come"),
      field("timeout", &S::timeout).describe("of each step of a transmission"),
      field("receipts_to", &S::receipts_to)
          .describe("address, beside that of url, to which asynchronous receipts may be sent"),
      field("ca_file", &S::ca_file)
          .describe("PEM file: whom to trust for https, not the system's"));
  return kSchema;
}

const ConfigSchema<SftpSettings>& sftp_schema() {
  using S = SftpSettings;
  static const auto kSchema = schema<S>(
      field("name", &S::name).required().describe("partners say `via` this"),
      field("host", &S::host).required(), field("port", &S::port).range(1, 65535),
      field("user", &S::user).required(),
      field("host_key", &S::host_key)
          .required()
          .describe("SHA256:... as ssh-keygen -l prints it; several, with spaces between, while "
                    "the server changes its key"),
      field("password", &S::password).secret(),
      field("key", &S::key).secret().describe("private key, as file:PATH or env:NAME"),
      field("key_passphrase", &S::key_passphrase).secret(),
      field("inbox", &S::inbox).describe("remote folder with files for us"),
      field("outbox", &S::outbox).describe("remote folder for files of ours"),
      field("archive", &S::archive)
          .describe("remote folder that files go to once they are taken; none: they are deleted"),
      field("look_every", &S::look_every).describe("how often the remote inbox is listed"),
      field("settle", &S::settle).describe("how long a file must stay unchanged"),
      field("timeout", &S::timeout).describe("of each step"));
  return kSchema;
}

}  // namespace crossdock::edi
