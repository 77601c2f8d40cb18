package main

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
)

type header struct {
	name  string
	value []byte // nil is null, as everywhere here
}

type record struct {
	key, value []byte
	headers    []header
}

const large = 1024

// makeRecord is the Go twin of matrix/records.py.
func makeRecord(i int) record {
	var r record
	switch i % 4 {
	case 0:
	case 1:
		r.key = []byte{}
	default:
		r.key = []byte(fmt.Sprintf("key-%d", i))
	}
	switch i % 5 {
	case 0:
	case 1:
		r.value = []byte{}
	case 2:
		phrase := fmt.Sprintf("value-%d is one of the long ones and says so again; ", i)
		r.value = []byte(strings.Repeat(phrase, large/len(phrase)+1)[:large])
	default:
		r.value = []byte(fmt.Sprintf("value-%d žluťoučký kůň", i))
	}
	switch i % 7 {
	case 1:
		r.headers = []header{{"index", []byte(fmt.Sprint(i))}}
	case 2:
		r.headers = []header{{"null", nil}}
	case 3:
		r.headers = []header{{"empty", []byte{}}}
	case 4:
		r.headers = []header{{"twice", []byte("1")}, {"twice", []byte("2")}}
	}
	return r
}

// digest is CRC-32 over lengths (-1 is null) and bytes.
func digest(r record) uint32 {
	var flat []byte
	number := func(n int) {
		flat = binary.BigEndian.AppendUint32(flat, uint32(int32(n)))
	}
	field := func(data []byte) {
		if data == nil {
			number(-1)
			return
		}
		number(len(data))
		flat = append(flat, data...)
	}
	field(r.key)
	field(r.value)
	number(len(r.headers))
	for _, h := range r.headers {
		field([]byte(h.name))
		field(h.value)
	}
	return crc32.ChecksumIEEE(flat)
}
