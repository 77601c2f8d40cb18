#include "kernel/broker/api/error_text.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

TEST(ErrorText, WhatAClientSaidDoesNotOutgrowTheAnswer) {
  EXPECT_EQ(error_text(std::string_view("Topic 'a' already exists.")), "Topic 'a' already exists.");
  const std::string large(40'000, 'x');
  EXPECT_EQ(error_text(std::string_view(large)), std::string(4096, 'x'));
  EXPECT_EQ(*error_text(std::make_optional(large)), std::string(4096, 'x'));
}

TEST(ErrorText, NoCharacterIsCut) {
  std::string text(4095, 'x');
  for (int i = 0; i < 10; ++i) text += "\u00e9";
  EXPECT_EQ(error_text(std::string_view(text)), std::string(4095, 'x'));
}

}  // namespace
}  // namespace barnabas::broker
