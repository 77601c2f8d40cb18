// Every description, field by field, against Kafka's schemas as tests/golden/wire/protocol.json and records.json state them.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "kernel/wire/api.h"
#include "kernel/wire/golden.h"

namespace barnabas::wire {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view key, std::string_view otherwise = "") {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? std::string(otherwise) : std::string(value->as_string());
}

// "3+", "0-7", "5" or "none".
Range range(const std::string& versions) {
  if (versions.empty() || versions == "none") return {};
  const auto first = static_cast<std::int16_t>(std::stoi(versions));
  if (versions.back() == '+') return {first, kNewest};
  const auto dash = versions.find('-');
  return {first, dash == std::string::npos ? first : static_cast<std::int16_t>(std::stoi(versions.substr(dash + 1)))};
}

Range both(Range a, Range b) { return {std::max(a.first, b.first), std::min(a.last, b.last)}; }

class SchemaWalk : public testing::Test {
 protected:
  SchemaWalk() {
    load("protocol.json", "messages");
    load("records.json", "records");
  }

  void load(const char* file, const char* list) {
    auto document = std::make_unique<json::value>(json::parse(golden::read(file)));
    for (const json::value& message : document->at(list).as_array()) {
      ++listed_;
      from_records_[text(message.as_object(), "name")] = std::string_view(list) == "records";
      schemas_[text(message.as_object(), "name")] = &message.as_object();
    }
    documents_.push_back(std::move(document));
  }

  void check_message(const json::object& schema, const Message& message) {
    where_ = message.name;
    EXPECT_EQ(message.schema.known, range(text(schema, "validVersions")));
    EXPECT_EQ(message.schema.flexible_since,
              text(schema, "flexibleVersions") == "none" ? kNever : range(text(schema, "flexibleVersions")).first);
    common_ = schema.if_contains("commonStructs");
    keeps_unknown_ = from_records_.at(std::string(message.name)) && message.schema.flexible_since != kNever;
    known_ = message.schema.known;
    check_fields(schema.at("fields").as_array(), *message.body);
  }

  const json::array* fields_of(const json::object& field, const std::string& type) {
    if (const json::value* own = field.if_contains("fields")) return &own->as_array();
    if (common_ != nullptr)
      for (const json::value& candidate : common_->as_array())
        if (text(candidate.as_object(), "name") == type) return &candidate.at("fields").as_array();
    return nullptr;
  }

  void check_fields(const json::array& expected, const Struct& actual) {
    ASSERT_EQ(actual.field_count, expected.size()) << where_;
    EXPECT_EQ(actual.unknown_tags != Struct::kDropsUnknownTags, keeps_unknown_) << where_;
    for (std::size_t i = 0; i < expected.size(); ++i) check_field(expected[i].as_object(), actual.fields[i], actual);
    for (std::size_t i = 1; i < actual.tag_count; ++i) EXPECT_LT(actual.tagged(i - 1).tag, actual.tagged(i).tag) << where_;
  }

  void check_field(const json::object& expected, const Field& field, const Struct& s) {
    ++fields_;
    const std::string outer = where_;
    std::string name = text(expected, "name");
    name[0] = static_cast<char>(std::tolower(name[0]));
    where_ += "." + name;
    EXPECT_EQ(camel_case(field.name), name) << where_;

    std::string type = text(expected, "type");
    EXPECT_EQ(field.is_array, type.starts_with("[]")) << where_;
    if (field.is_array) type.erase(0, 2);
    check_type(expected, field, type);

    const Range versions = range(text(expected, "versions"));
    EXPECT_EQ(field.at.versions, versions) << where_;
    const Range null = both(range(text(expected, "nullableVersions")), versions);
    EXPECT_EQ(field.at.null.last < field.at.null.first ? Range() : field.at.null, null.last < null.first ? Range() : null) << where_;
    EXPECT_EQ(field.is_nullable || field.kind == Kind::kRecords, null.first <= null.last || field.kind == Kind::kRecords) << where_;
    const json::value* ignorable = expected.if_contains("ignorable");
    EXPECT_EQ(field.at.may_be_dropped, ignorable != nullptr && ignorable->as_bool()) << where_;
    EXPECT_EQ(field.at.always_classic, text(expected, "flexibleVersions") == "none") << where_;

    EXPECT_EQ(field.tagged(), expected.contains("tag")) << where_;
    if (const json::value* tag = expected.if_contains("tag")) {
      ++tags_;
      EXPECT_EQ(field.tag, tag->as_int64()) << where_;
      // So the description needs one range for both.
      EXPECT_EQ(both(range(text(expected, "taggedVersions")), known_), both(versions, known_)) << where_;
    }
    check_default(expected, field, static_cast<const std::byte*>(s.defaults) + field.offset);
    where_ = outer;
  }

  void check_type(const json::object& expected, const Field& field, const std::string& type) {
    static const std::map<std::string, Kind> kKinds = {{"bool", Kind::kBool},     {"int8", Kind::kInt8},       {"int16", Kind::kInt16},
                                                       {"uint16", Kind::kUint16}, {"int32", Kind::kInt32},     {"uint32", Kind::kUint32},
                                                       {"int64", Kind::kInt64},   {"float64", Kind::kFloat64}, {"uuid", Kind::kUuid},
                                                       {"string", Kind::kString}, {"bytes", Kind::kBytes},     {"records", Kind::kRecords}};
    const auto kind = kKinds.find(type);
    EXPECT_EQ(field.kind, kind == kKinds.end() ? Kind::kStruct : kind->second) << where_;
    if (field.kind != Kind::kStruct) return;
    EXPECT_EQ(field.element->name, type) << where_;
    const json::array* inner = fields_of(expected, type);
    ASSERT_NE(inner, nullptr) << where_;
    check_fields(*inner, *field.element);
  }

  void check_default(const json::object& expected, const Field& field, const void* member) {
    const std::string value = text(expected, "default");
    const bool null = field.is_nullable && !*reinterpret_cast<const bool*>(static_cast<const std::byte*>(member) + field.flag_offset);
    EXPECT_EQ(null, value == "null") << where_;
    if (null) return;
    if (field.is_array) {
      RawArray array;
      std::memcpy(&array, member, sizeof array);
      EXPECT_EQ(array.size, 0u) << where_;
      return;
    }
    const auto number = [&]<class T>(T) {
      T is;
      std::memcpy(&is, member, sizeof is);
      EXPECT_EQ(is, value.empty() ? T() : static_cast<T>(std::stoll(value, nullptr, 0))) << where_;
    };
    switch (field.kind) {
      case Kind::kBool:
        EXPECT_EQ(*static_cast<const bool*>(member), value == "true") << where_;
        break;
      case Kind::kInt8:
        number(std::int8_t());
        break;
      case Kind::kInt16:
        number(std::int16_t());
        break;
      case Kind::kUint16:
        number(std::uint16_t());
        break;
      case Kind::kInt32:
        number(std::int32_t());
        break;
      case Kind::kUint32:
        number(std::uint32_t());
        break;
      case Kind::kInt64:
        number(std::int64_t());
        break;
      case Kind::kFloat64:
        EXPECT_EQ(*static_cast<const double*>(member), 0.0) << where_;
        break;
      case Kind::kUuid:
        EXPECT_TRUE(static_cast<const Uuid*>(member)->is_zero()) << where_;
        break;
      case Kind::kString:
        EXPECT_EQ(*static_cast<const std::string_view*>(member), value) << where_;
        break;
      case Kind::kBytes:
        EXPECT_TRUE(static_cast<const Bytes*>(member)->empty()) << where_;
        break;
      case Kind::kRecords:
        EXPECT_TRUE(static_cast<const Records*>(member)->null) << where_;
        break;
      case Kind::kStruct:
        break;  // its own fields were checked
    }
  }

  std::vector<std::unique_ptr<json::value>> documents_;
  std::map<std::string, const json::object*> schemas_;
  std::map<std::string, bool> from_records_;
  std::size_t listed_ = 0;
  std::size_t fields_ = 0;
  std::size_t tags_ = 0;

  std::string where_;
  const json::value* common_ = nullptr;
  bool keeps_unknown_ = false;
  Range known_;
};

// Counted, so that an empty file or a skipped message is a failure.
TEST_F(SchemaWalk, EveryFieldOfEveryMessageIsKafkas) {
  EXPECT_EQ(listed_, 198u + 95u);
  EXPECT_EQ(schemas_.size(), 283u);  // ten data messages are in both files
  EXPECT_EQ(all_messages().size(), schemas_.size() + 2 * own_apis().size());
  for (const auto& [name, schema] : schemas_) {
    const Message* message = find_message(name);
    ASSERT_NE(message, nullptr) << name;
    check_message(*schema, *message);
  }
  EXPECT_EQ(fields_, 2269u);  // in both files, common structs counted wherever they are used
  EXPECT_EQ(tags_, 70u);
}

TEST_F(SchemaWalk, MessagesAreFoundByTheirKeys) {
  for (const auto& [name, schema] : schemas_) {
    ASSERT_NE(find_message(name), nullptr) << name;
    const Message& message = *find_message(name);
    int key = -1;
    if (const json::value* api = schema->if_contains("apiKey")) key = static_cast<int>(api->as_int64());
    if (const json::value* type = schema->if_contains("keyType")) key = static_cast<int>(type->as_array().at(0).as_int64());
    if (const json::value* type = schema->if_contains("controlType"))
      key = static_cast<int>(type->is_array() ? type->as_array().at(0).as_int64() : type->as_int64());
    if (message.schema.family == Family::kHeader || message.schema.family == Family::kData) continue;
    if (key >= 0) {
      EXPECT_EQ(message.schema.key, key) << name;
    }
    EXPECT_EQ(find_message(message.schema.family, message.schema.key), &message) << name;
  }
  EXPECT_EQ(find_message(Family::kControlValue, 1), find_message("EndTxnMarker"));
  for (int key : {-1, 93, 19999, 20003, 32767}) EXPECT_EQ(find_message(Family::kRequest, key), nullptr);
}

TEST_F(SchemaWalk, WhatKafkaDoesNotKnowIsOursFromKey20000On) {
  EXPECT_EQ(own_apis().size(), 3u);
  for (const ApiInfo& api : own_apis()) {
    EXPECT_GE(static_cast<int>(api.key), 20000);
    EXPECT_EQ(find_api(api.key), &api);
    EXPECT_EQ(find_api(api.name), &api);
    for (const Family family : {Family::kRequest, Family::kResponse}) {
      const Message* message = find_message(family, static_cast<int>(api.key));
      ASSERT_NE(message, nullptr) << api.name;
      EXPECT_EQ(message, find_message(std::string(api.name) + (family == Family::kRequest ? "Request" : "Response")));
      EXPECT_FALSE(schemas_.contains(std::string(message->name)));
      EXPECT_EQ(message->schema.known, api.known);
      EXPECT_EQ(message->schema.flexible_since, 0);
    }
    EXPECT_EQ(api.served_4_3_1, Range());
    EXPECT_EQ(api.served_3_9_2, Range());
    EXPECT_TRUE(request_header_version(api.key, 0) == 2 && response_header_version(api.key, 0) == 1);
  }
  for (int key : {93, 19999, 20003, 32767}) EXPECT_EQ(find_api(static_cast<std::int16_t>(key)), nullptr);
}

TEST_F(SchemaWalk, TheTableOfApisIsKafkas) {
  std::size_t apis = 0;
  for (const auto& [name, schema] : schemas_) {
    const ApiInfo* api = name.ends_with("Request") ? find_api(std::string_view(name).substr(0, name.size() - 7)) : nullptr;
    if (api == nullptr) continue;
    ++apis;
    const Message& message = *find_message(name);
    EXPECT_EQ(static_cast<int>(api->key), message.schema.key) << name;
    EXPECT_EQ(find_api(message.schema.key), api) << name;
    EXPECT_EQ(api->known, message.schema.known) << name;
    EXPECT_EQ(api->flexible_since, message.schema.flexible_since) << name;
    EXPECT_EQ(api->served_4_3_1, range(text(*schema, "served_4_3_1"))) << name;
    EXPECT_EQ(api->served_3_9_2, range(text(*schema, "served_3_9_2"))) << name;
    std::string listeners;
    for (const json::value& listener : schema->at("listeners").as_array()) listeners += std::string(listener.as_string()) + ' ';
    EXPECT_EQ((std::string(api->with_zookeeper ? "zkBroker " : "") + (api->on_brokers ? "broker " : "") +
               (api->on_controllers ? "controller " : "")),
              listeners)
        << name;
    EXPECT_EQ(api->needs_cluster_action, schema->contains("clusterAction")) << name;
    EXPECT_EQ(api->forwardable, schema->contains("forwardable")) << name;
  }
  EXPECT_EQ(apis, 93u);
  EXPECT_EQ(all_apis().size(), 93u);
}

}  // namespace
}  // namespace barnabas::wire
