// The client program of the Go clients; `compat-go CLIENT produce|consume ...` as matrix/program.py tells, and `compat-go CLIENT members
// BOOTSTRAP` as matrix/groups/agent.py does.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// client is one library under test.
type client interface {
	// fill creates the topic and sends the records to it, all acknowledged.
	fill(bootstrap string, job produceJob, records int, firstTimestamp int64) error
	// read feeds the readings of a pass until all have ended or nothing came for idle.
	read(bootstrap string, readings *pass, idle time.Duration) error
}

var clients = map[string]client{"franz": franz{}, "sarama": saramaClient{}}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return n
}

func main() {
	if len(os.Args) == 4 && os.Args[2] == "members" && libraries[os.Args[1]] != nil {
		converse(libraries[os.Args[1]], os.Args[3])
		return
	}
	if len(os.Args) < 5 || clients[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: compat-go franz|sarama produce BOOTSTRAP RECORDS FIRST_TIMESTAMP | consume BOOTSTRAP IDLE_SECONDS")
		fmt.Fprintln(os.Stderr, "       compat-go franz|sarama|segmentio members BOOTSTRAP")
		os.Exit(2)
	}
	c, bootstrap := clients[os.Args[1]], os.Args[3]
	if os.Args[2] == "produce" {
		for _, job := range produceJobs() {
			answer(job.id, c.fill(bootstrap, job, int(number(os.Args[4])), number(os.Args[5])))
		}
		return
	}
	idle := time.Duration(number(os.Args[4])) * time.Second
	for p := nextPass(); p != nil; p = nextPass() {
		p.finish(c.read(bootstrap, p, idle))
	}
}
