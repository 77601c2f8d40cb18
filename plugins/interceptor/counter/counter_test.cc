#include <barnabas/testing/interceptor_conformance.h>

#include "interceptor/testing_interceptor.h"

BARNABAS_INTERCEPTOR_CONFORMANCE(counter)

namespace barnabas::testing {
namespace {

class Counter : public InterceptorTest {
 protected:
  void acknowledge(const char* topic, const char* error = "") {
    sdk::TopicView where;
    where.name = std::string_view(topic);
    sdk::Outcome outcome;
    outcome.ok = std::string_view(error).empty();
    outcome.error = std::string_view(error);
    EXPECT_TRUE(interceptor().on_acknowledged(where, outcome).ok());
  }
};

using Lines = std::vector<std::string>;

TEST_F(Counter, SuccessAndFailureAreOneLineAtTheEnd) {
  make();
  for (int i = 0; i < 3; ++i) acknowledge("a");
  acknowledge("b", "NOT_ENOUGH_REPLICAS");
  acknowledge("b", "INVALID_RECORD");
  acknowledge("b", "INVALID_RECORD");
  EXPECT_EQ(logged(), Lines{});
  close();
  EXPECT_EQ(logged(), Lines{"success 3, failure 3 (INVALID_RECORD 2, NOT_ENOUGH_REPLICAS 1)"});
}

TEST_F(Counter, NothingIsALineToo) {
  make();
  close();
  EXPECT_EQ(logged(), Lines{"success 0, failure 0"});
}

TEST_F(Counter, TopicsHaveALineEachWhereAskedFor) {
  make({{"topics", "true", {}}});
  acknowledge("b", "INVALID_RECORD");
  acknowledge("a");
  close();
  EXPECT_EQ(logged(), (Lines{"success 1, failure 1 (INVALID_RECORD 1)", "topic a: success 1, failure 0",
                             "topic b: success 0, failure 1 (INVALID_RECORD 1)"}));
}

TEST_F(Counter, ConsumersCountWhatTheyTake) {
  make();
  RecordedEdit edit;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(interceptor().on_consume({}, {}, edit).ok());
  EXPECT_TRUE(interceptor().on_commit({}, 2).ok());
  EXPECT_TRUE(edit.untouched());
  close();
  EXPECT_EQ(logged(), Lines{"consumed 2, commits 1"});
}

}  // namespace
}  // namespace barnabas::testing
