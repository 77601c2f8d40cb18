// Changes of feature levels.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "kernel/controller/decide.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::controller {
namespace {

using Levels = std::map<std::string_view, std::int16_t>;

std::string unsupported_by(std::string_view who, const catalog::FeatureRange* range, std::int16_t level) {
  // What a range does not name has level 0 there.
  if (range == nullptr) return level == 0 ? std::string() : fmt::format("{} does not support this feature.", who);
  if (level >= range->min_level && level <= range->max_level) return {};
  return fmt::format("{} only supports versions {}-{}", who, range->min_level, range->max_level);
}

// Why this node, or a broker, cannot be at the level; empty: all can.
std::string why_not(const FeatureUpdate& update, Draft& draft) {
  const auto own = std::ranges::find(catalog::supported_features(), update.feature, &catalog::SupportedFeature::name);
  const std::string controller = fmt::format("Local controller {}", draft.around.node_id);
  if (own == catalog::supported_features().end()) return controller + " does not support this feature.";
  const catalog::FeatureRange range{std::string(own->name), own->min_level, own->max_level};
  if (std::string problem = unsupported_by(controller, &range, update.level); !problem.empty()) return problem;
  for (const auto& [id, broker] : draft.image().brokers()) {
    const auto its = std::ranges::find(broker->features, update.feature, &catalog::FeatureRange::name);
    std::string problem = unsupported_by(fmt::format("Broker {}", id), its == broker->features.end() ? nullptr : &*its, update.level);
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string missing_requirement(const FeatureUpdate& update, const Levels& wanted, const catalog::Image& image) {
  for (const catalog::Requirement& needed : catalog::requirements(update.feature, update.level)) {
    const auto said = wanted.find(needed.feature);
    if ((said == wanted.end() ? image.feature(needed.feature) : said->second) < needed.level)
      return fmt::format("{} could not be set to {} because it depends on {} level {}", update.feature, update.level, needed.feature,
                         needed.level);
  }
  return {};
}

// Empty: the update may be done.
std::string problem_of(const FeatureUpdate& update, const Levels& wanted, Draft& draft) {
  const auto invalid = [&](std::string_view why) {
    return fmt::format("Invalid update version {} for feature {}. {}", update.level, update.feature, why);
  };
  const FeatureChange change = update.change;
  if (change != FeatureChange::kUpgrade && change != FeatureChange::kSafeDowngrade && change != FeatureChange::kUnsafeDowngrade)
    return invalid("The controller does not support the given upgrade type.");
  if (update.level < 0) return invalid("A feature version cannot be less than 0.");
  if (const std::string why = why_not(update, draft); !why.empty()) return invalid(why);
  const std::int16_t now = draft.image().feature(update.feature);
  if (draft.around.fixed_features && update.level != now)
    return invalid("In this cluster the levels of features are fixed by the store of its metadata.");
  if (update.level < now && change == FeatureChange::kUpgrade)
    return invalid("Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.");
  if (update.level > now && change != FeatureChange::kUpgrade) return invalid("Can't downgrade to a newer version.");
  // Kafka's tool names it with every release: without a way around, nothing else of that release could be asked for.
  if (update.feature == catalog::kKraftVersion && update.level != now)
    return invalid("Here kraft.version stays what it was when the storage was formatted; name the other features one by one (--feature).");
  if (update.feature == catalog::kMetadataVersion && update.level < now && catalog::changes_records(update.level, now))
    return fmt::format("Unsupported metadata.version downgrade from {} to {}. {}", now, update.level,
                       change == FeatureChange::kSafeDowngrade
                           ? "Refusing to perform the requested downgrade because it might delete metadata information."
                           : "Unsafe metadata downgrade is not supported in this version.");
  if (const std::string why = missing_requirement(update, wanted, draft.image()); !why.empty()) return invalid(why);
  return {};
}

}  // namespace

UpdateFeaturesReply decide(const UpdateFeaturesRequest& request, Draft& draft) {
  const Draft::Mark before = draft.mark();
  Levels wanted;
  for (const FeatureUpdate& update : request.updates) wanted[update.feature] = update.level;
  for (const FeatureUpdate& update : request.updates) {
    if (const std::string problem = problem_of(update, wanted, draft); !problem.empty()) {
      draft.back_to(before);
      UpdateFeaturesReply reply;
      reply.error = ErrorCode::kInvalidUpdateVersion;
      reply.message = "The update failed for all features since the following feature had an error: " + problem;
      return reply;
    }
    if (update.feature == catalog::kKraftVersion) continue;  // not among these records
    wire::FeatureLevelRecord record;
    record.name = update.feature;
    record.feature_level = update.level;
    draft.add(record);
  }
  if (wanted.contains(catalog::kElrVersion)) secure_min_isr(draft);
  if (request.validate_only) draft.back_to(before);
  return {};
}

}  // namespace barnabas::controller
