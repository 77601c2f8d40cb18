// A client's principal as Envelope carries it, behind an int16 version.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DefaultPrincipalData {
  static constexpr Schema kSchema = data().versions(0, 0).flexible(0);

  std::string_view type;
  std::string_view name;
  bool token_authenticated = false;
  UnknownTags unknown_tags;

  WIRE_FIELDS(DefaultPrincipalData) {
    WIRE(type, since(0));
    WIRE(name, since(0));
    WIRE(token_authenticated, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
