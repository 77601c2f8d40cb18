package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	heartbeat, session, refresh, autoCommit = 300 * time.Millisecond, 10 * time.Second, 500 * time.Millisecond, 200 * time.Millisecond
	pollTime                                = 50 * time.Millisecond
)

// member is one member of a group; its methods are called from any goroutine, one at a time.
type member interface {
	commit(offsets map[string]map[int32]int64) error
	seek(topic string, partition int32, offset int64) error
	close() error
}

// library is a client as matrix/groups/agent.py wants it led.
type library interface {
	open(bootstrap, group string, options map[string]string, tell teller) (member, error)
	committed(bootstrap, group, topic string, count int32) ([]int64, error)
	times(bootstrap, topic string, partition int32, timestamp int64) (int64, error)
}

var libraries = map[string]library{"franz": franz{}, "sarama": saramaClient{}, "segmentio": segmentio{}}

var wholeLines sync.Mutex

func say(words ...interface{}) {
	line := strings.ReplaceAll(strings.TrimSuffix(fmt.Sprintln(words...), "\n"), "\n", " ")
	wholeLines.Lock()
	defer wholeLines.Unlock()
	os.Stdout.WriteString(line + "\n")
}

// teller says what happens to one member.
type teller struct{ name string }

func (t teller) moved(word string, partitions map[string][]int32) {
	var places []string
	for topic, numbers := range partitions {
		for _, number := range numbers {
			places = append(places, fmt.Sprintf("%s:%d", topic, number))
		}
	}
	say(word, t.name, strings.Join(places, ","))
}

func (t teller) got(topic string, partition int32, offset int64) {
	say("got", t.name, topic, partition, offset)
}
func (t teller) failed(err error) { say("error", t.name, err) }

func reply(id string, err error, words ...interface{}) {
	if err != nil {
		say("failed", id, err)
		return
	}
	say(append([]interface{}{"ok", id}, words...)...)
}

func parseOffsets(text string) map[string]map[int32]int64 {
	offsets := map[string]map[int32]int64{}
	for _, triple := range strings.Split(text, ",") {
		parts := strings.Split(triple, ":")
		if offsets[parts[0]] == nil {
			offsets[parts[0]] = map[int32]int64{}
		}
		offsets[parts[0]][int32(number(parts[1]))] = number(parts[2])
	}
	return offsets
}

// converse reads standard input to its end; the driver gives a member nothing new before it has answered.
func converse(lib library, bootstrap string) {
	var members sync.Map
	for input.Scan() {
		words := strings.Fields(input.Text())
		id, verb, rest := words[0], words[1], words[2:]
		go func() {
			switch verb {
			case "open":
				options := map[string]string{}
				for _, word := range rest[2:] {
					name, value, _ := strings.Cut(word, "=")
					options[name] = value
				}
				m, err := lib.open(bootstrap, rest[1], options, teller{rest[0]})
				if err == nil {
					members.Store(rest[0], m)
				}
				reply(id, err)
			case "committed":
				offsets, err := lib.committed(bootstrap, rest[0], rest[1], int32(number(rest[2])))
				var text []string
				for _, offset := range offsets {
					text = append(text, strconv.FormatInt(offset, 10))
				}
				reply(id, err, strings.Join(text, " "))
			case "times":
				offset, err := lib.times(bootstrap, rest[0], int32(number(rest[1])), number(rest[2]))
				reply(id, err, offset)
			default:
				m, _ := members.Load(rest[0])
				reply(id, lead(m.(member), verb, rest[1:]))
			}
		}()
	}
}

func lead(m member, verb string, words []string) error {
	switch verb {
	case "commit":
		return m.commit(parseOffsets(words[0]))
	case "seek":
		return m.seek(words[0], int32(number(words[1])), number(words[2]))
	case "close":
		return m.close()
	}
	return fmt.Errorf("no verb %s", verb)
}
