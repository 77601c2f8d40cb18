// What every API in every version must do with a request that contradicts itself, asked of a running broker (rows M02, M06, M07 and M08 of
// the list of bad input: README.md); and the rows of wire_rows.h.
//
// Of each API that ApiVersions lists, or that is named in `keys`, in each version that it knows: the true request is answered, also with
// octets behind its end; a header or body that is cut anywhere and every lie of LyingWriter end the connection without a word; and so does
// each version beyond those that are listed. Prints what is otherwise, and as its last line how many passed. Blocks.
#pragma once

#include <cstdint>
#include <vector>

namespace barnabas::fuzz {

// The exit code of a program.
int lie_in_every_place(std::uint16_t port, const std::vector<std::int16_t>& keys);

}  // namespace barnabas::fuzz
