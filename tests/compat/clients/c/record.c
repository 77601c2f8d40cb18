// The C twin of matrix/records.py.
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "compat.h"

enum { kLarge = 1024 };

static struct field text(const char *data, size_t size) { return (struct field){data, size}; }

static struct field value_of(struct record *record, int64_t index) {
  char *out = record->value_text;
  switch (index % 5) {
    case 0: return text(NULL, 0);
    case 1: return text("", 0);
    case 2: {
      size_t phrase = (size_t)sprintf(out, "value-%ld is one of the long ones and says so again; ", index);
      for (size_t at = phrase; at < kLarge; at += phrase) memcpy(out + at, out, phrase);
      return text(out, kLarge);
    }
    default: return text(out, (size_t)sprintf(out, "value-%ld žluťoučký kůň", index));
  }
}

static void add_header(struct record *record, const char *name, struct field value) {
  record->header_names[record->header_count] = name;
  record->headers[record->header_count++] = value;
}

void make_record(struct record *record, int64_t index) {
  record->key = index % 4 == 0   ? text(NULL, 0)
                : index % 4 == 1 ? text("", 0)
                                 : text(record->key_text, (size_t)sprintf(record->key_text, "key-%ld", index));
  record->value = value_of(record, index);
  record->header_count = 0;
  switch (index % 7) {
    case 1: add_header(record, "index", text(record->header_text, (size_t)sprintf(record->header_text, "%ld", index))); break;
    case 2: add_header(record, "null", text(NULL, 0)); break;
    case 3: add_header(record, "empty", text("", 0)); break;
    case 4:
      add_header(record, "twice", text("1", 1));
      add_header(record, "twice", text("2", 1));
      break;
    default: break;
  }
}

static uLong add_number(uLong crc, int32_t number) {
  uint32_t n = (uint32_t)number;
  const Bytef bytes[4] = {n >> 24, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff};
  return crc32(crc, bytes, sizeof bytes);
}

static uLong add_field(uLong crc, const void *data, size_t size) {
  if (data == NULL) return add_number(crc, -1);
  crc = add_number(crc, (int32_t)size);
  return size == 0 ? crc : crc32(crc, data, (uInt)size);
}

uint32_t message_digest(const rd_kafka_message_t *message) {
  rd_kafka_headers_t *headers = NULL;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) headers = NULL;
  size_t count = headers == NULL ? 0 : rd_kafka_header_cnt(headers);
  uLong crc = add_field(crc32(0, NULL, 0), message->key, message->key_len);
  crc = add_field(crc, message->payload, message->len);
  crc = add_number(crc, (int32_t)count);
  for (size_t i = 0; i < count; i++) {
    const char *name;
    const void *value;
    size_t size;
    rd_kafka_header_get_all(headers, i, &name, &value, &size);
    crc = add_field(crc, name, strlen(name));
    crc = add_field(crc, value, size);
  }
  return (uint32_t)crc;
}
