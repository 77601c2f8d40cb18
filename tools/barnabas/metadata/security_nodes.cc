#include "tools/barnabas/metadata/security_nodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "kernel/base/arena.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/record_security.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::tools {
namespace {

// By the number in the record; those that no record has are "".
constexpr std::array<std::string_view, 8> kResourceTypes = {"UNKNOWN",          "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID",
                                                            "DELEGATION_TOKEN", "USER"};
constexpr std::array<std::string_view, 5> kPatternTypes = {"UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"};
constexpr std::array<std::string_view, 16> kOperations = {"UNKNOWN",
                                                          "ANY",
                                                          "ALL",
                                                          "READ",
                                                          "WRITE",
                                                          "CREATE",
                                                          "DELETE",
                                                          "ALTER",
                                                          "DESCRIBE",
                                                          "CLUSTER_ACTION",
                                                          "DESCRIBE_CONFIGS",
                                                          "ALTER_CONFIGS",
                                                          "IDEMPOTENT_WRITE",
                                                          "CREATE_TOKENS",
                                                          "DESCRIBE_TOKENS",
                                                          "TWO_PHASE_COMMIT"};
constexpr std::array<std::string_view, 4> kPermissions = {"UNKNOWN", "ANY", "DENY", "ALLOW"};
constexpr std::array<std::string_view, 3> kMechanisms = {"UNKNOWN", "SCRAM-SHA-256", "SCRAM-SHA-512"};

template <std::size_t count>
std::string_view name_of(const std::array<std::string_view, count>& names, std::int8_t number) {
  return names[number >= 0 && static_cast<std::size_t>(number) < count ? static_cast<std::size_t>(number) : 0];
}

std::string hex(wire::Bytes octets) {
  std::string text;
  for (const std::uint8_t octet : octets) fmt::format_to(std::back_inserter(text), "{:02x}", octet);
  return text;
}

// As Java writes a double: 1024.0, 1.048576E7.
std::string java_number(double value) {
  if (value != 0 && (std::abs(value) >= 1e7 || std::abs(value) < 1e-3)) {
    char digits[40];
    std::string text(digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific).ptr);
    const std::size_t e = text.find('e');
    const int exponent = std::atoi(text.c_str() + e + 1);
    const std::string mantissa = text.substr(0, e);
    return fmt::format("{}{}E{}", mantissa, mantissa.find('.') == std::string::npos ? ".0" : "", exponent);
  }
  std::string text = fmt::format("{}", value);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

class Adding {
 public:
  explicit Adding(MetadataNode& image) : image_(image) {
    image.children["acls"].children["byId"];
    image.children["clientQuotas"];
    image.children["delegationToken"];
    for (const std::string_view mechanism : {kMechanisms[1], kMechanisms[2]}) image.children["scram"].children[std::string(mechanism)];
  }

  Status take(sdk::Bytes record) {
    const auto frame = catalog::parse_frame(record);
    if (!frame) return frame.status().copy();
    switch (static_cast<std::int16_t>(frame->type)) {
      case wire::AccessControlEntryRecord::kSchema.key:
        return read<wire::AccessControlEntryRecord>(*frame);
      case wire::ClientQuotaRecord::kSchema.key:
        return read<wire::ClientQuotaRecord>(*frame);
      case wire::UserScramCredentialRecord::kSchema.key:
        return read<wire::UserScramCredentialRecord>(*frame);
      case wire::DelegationTokenRecord::kSchema.key:
        return read<wire::DelegationTokenRecord>(*frame);
      default:
        return {};
    }
  }

 private:
  template <class M>
  Status read(const catalog::Frame& frame) {
    M message;
    BARNABAS_TRY(wire::decode(frame.body, static_cast<int>(frame.version), arena_, message));
    add(message);
    return {};
  }

  void add(const wire::AccessControlEntryRecord& from) {
    image_.children["acls"].children["byId"].children[base::to_string(from.id)].text =
        fmt::format("StandardAcl[resourceType={}, resourceName={}, patternType={}, principal={}, host={}, operation={}, permissionType={}]",
                    name_of(kResourceTypes, from.resource_type), from.resource_name, name_of(kPatternTypes, from.pattern_type),
                    from.principal, from.host, name_of(kOperations, from.operation), name_of(kPermissions, from.permission_type));
  }

  void add(const wire::ClientQuotaRecord& from) {
    // "clientId(c)_user(a)"; the default of all has no name.
    std::vector<std::string> parts;
    for (const auto& part : from.entity) {
      const std::string_view type = part.entity_type == "client-id" ? "clientId" : part.entity_type;
      parts.push_back(fmt::format("{}({})", type, part.entity_name ? std::string_view(*part.entity_name) : std::string_view()));
    }
    std::sort(parts.begin(), parts.end());
    image_.children["clientQuotas"].children[fmt::format("{}", fmt::join(parts, "_"))].children[std::string(from.key)].text =
        java_number(from.value);
  }

  void add(const wire::UserScramCredentialRecord& from) {
    image_.children["scram"].children[std::string(name_of(kMechanisms, from.mechanism))].children[std::string(from.name)].text =
        fmt::format("ScramCredentialData(salt={}, storedKey={}, serverKey={}, iterations={})", hex(from.salt), hex(from.stored_key),
                    hex(from.server_key), from.iterations);
  }

  void add(const wire::DelegationTokenRecord& from) {
    image_.children["delegationToken"].children[std::string(from.token_id)].text = fmt::format(
        "DelegationToken(owner={}, requester={}, renewers=[{}], issueTimestamp={}, maxTimestamp={}, expirationTimestamp={})", from.owner,
        from.requester, fmt::join(from.renewers, ", "), from.issue_timestamp, from.max_timestamp, from.expiration_timestamp);
  }

  MetadataNode& image_;
  base::Arena arena_;
};

}  // namespace

void add_security_nodes(const catalog::Image& from, MetadataNode& image) {
  Adding adding(image);
  // Whatever is in an image was read before, so this fails for no record.
  (void)catalog::each_record(from, [&](sdk::Bytes record) { return adding.take(record); });
}

}  // namespace barnabas::tools
